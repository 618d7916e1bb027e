"""The commits behind Applications in trouble, of real repositories."""

from pathlib import Path
from typing import Any

import pytest

from auditor.collector.git import GitOptions, RepositorySpec, collect
from auditor.collector.history import DEEP, FILES, MOST
from auditor.kube.kinds import is_namespaced
from auditor.snapshot import Collected, Snapshot, codec
from tests.collector.git_support import URL, application, commit, config_map, git, repository, write

FILES_AT_FIRST = {
    "apps/web.yaml": application("web", "web"),
    "web/a.yaml": config_map("a"),
    "other/b.yaml": config_map("b"),
}


def running(name: str, **spec: Any) -> dict[str, Any]:
    source = {"repoURL": URL, "path": "web", "targetRevision": "main"}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": name, "namespace": "argocd"},
        "spec": {"project": "default", "source": source, **spec},
        "status": {"sync": {"status": "OutOfSync"}, "health": {"status": "Degraded"}},
    }


def told(path: Path, *live: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    spec = RepositorySpec(url=URL, path=path)
    looks = collect([spec], live, is_namespaced, GitOptions(is_rendering=False))
    look = looks["git.history"]
    assert isinstance(look, Collected)
    assert look.gaps == ()
    assert codec.encode(Snapshot({"git.history": look}))
    return {item.raw["application"]: item.raw["commits"] for item in look.items}


def test_commits_are_those_that_touch_what_an_application_is_made_from(tmp_path: Path) -> None:
    path = repository(tmp_path, FILES_AT_FIRST)
    commit(path, {"other/b.yaml": config_map("c")})
    last = commit(path, {"web/a.yaml": config_map("d"), "other/b.yaml": config_map("e")})
    (found,) = told(path, running("web")).values()
    assert [one["files"] for one in found] == [["web/a.yaml"], ["apps/web.yaml", "web/a.yaml"]]
    assert found[0]["commit"] == last
    assert found[0]["more"] == 1
    assert found[0]["repository"] == URL


def test_of_an_author_only_the_name_is_kept(tmp_path: Path) -> None:
    path = repository(tmp_path, FILES_AT_FIRST)
    write(path, {"web/a.yaml": config_map("d")})
    git(path, "add", "--all")
    who = ("-c", "user.name=kim@plate.example", "-c", "user.email=kim@plate.example")
    git(path, *who, "commit", "--quiet", "--message", "한글 제목: web")
    (found,) = told(path, running("web")).values()
    assert found[0]["author"] == "kim"
    assert found[0]["subject"] == "한글 제목: web"
    assert "@" not in str(found)


def test_who_is_well_has_no_history(tmp_path: Path) -> None:
    path = repository(tmp_path, FILES_AT_FIRST)
    well = running("web")
    well["status"] = {"sync": {"status": "Synced"}, "health": {"status": "Healthy"}}
    never = running("never")
    never["status"] = {
        "sync": {"status": "Synced"},
        "health": {"status": "Healthy"},
        "conditions": [{"type": "ComparisonError", "message": "x"}],
    }
    assert list(told(path, well, never)) == ["argocd/never"]


def test_value_files_of_another_source_and_bases_count(tmp_path: Path) -> None:
    files = {
        "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
        "values/prod.yaml": "a: 1\n",
        "values/stg.yaml": "a: 1\n",
        "overlay/kustomization.yaml": "resources: [../base]\n",
        "base/kustomization.yaml": "resources: [a.yaml]\n",
        "base/a.yaml": config_map("a"),
    }
    path = repository(tmp_path, files)
    for name in ("values/prod.yaml", "values/stg.yaml", "base/a.yaml"):
        commit(path, {name: "a: 2\n" if "values" in name else config_map("z")})
    both = [
        {
            "repoURL": URL,
            "path": "charts/web",
            "helm": {"valueFiles": ["$values/values/prod.yaml"]},
        },
        {"repoURL": URL, "ref": "values"},
    ]
    overlay = {"repoURL": URL, "path": "overlay"}
    found = told(path, running("chart", sources=both), running("overlay", source=overlay))
    assert found["argocd/chart"][0]["files"] == ["values/prod.yaml"]
    assert found["argocd/overlay"][0]["files"] == ["base/a.yaml"]


def test_it_is_bounded(tmp_path: Path) -> None:
    path = repository(tmp_path, FILES_AT_FIRST)
    for number in range(MOST + 2):
        files = {f"web/{number}-{name}.yaml": config_map("x") for name in range(FILES + 3)}
        commit(path, files)
    (found,) = told(path, running("web")).values()
    assert len(found) == MOST < DEEP
    assert {len(one["files"]) for one in found} == {FILES}
    assert {one["more"] for one in found} == {3}


@pytest.mark.parametrize("repo", ["https://elsewhere.example/x.git", ""])
def test_a_repository_that_is_not_at_hand_has_none(tmp_path: Path, repo: str) -> None:
    path = repository(tmp_path, {"x/b.yaml": config_map("b")})
    assert told(path, running("web", source={"repoURL": repo, "path": "web"})) == {}


@pytest.mark.parametrize(
    "subject", ["a\x1eb", "a\x1fb", "a\x85b\u2028c", "\x1e", "\x1f" * 4, "%x00%H", "\x1b[31mred"]
)
def test_a_commit_may_be_called_anything(tmp_path: Path, subject: str) -> None:
    path = repository(tmp_path, FILES_AT_FIRST)
    write(path, {"web/a.yaml": config_map("d"), "web/line\u2028end.yaml": config_map("e")})
    git(path, "add", "--all")
    git(path, "-c", "user.name=a\x1eb\x1fc", "commit", "--quiet", "--message", subject)
    (found,) = told(path, running("web")).values()
    assert found[0]["subject"].strip() == subject.strip()
    assert found[0]["author"] == "a\x1eb\x1fc"
    assert found[0]["files"] == ["web/a.yaml", "web/line\u2028end.yaml"]
    assert len(found) == 2


@pytest.mark.parametrize(
    ("when", "kept"), [("1000000000000 +0000", 1), ("1700000000 +9959", 1), ("0 +0000", 2)]
)
def test_a_commit_may_claim_any_time(tmp_path: Path, when: str, kept: int) -> None:
    path = repository(tmp_path, FILES_AT_FIRST)
    write(path, {"web/a.yaml": config_map("d")})
    git(path, "add", "--all")
    tree = git(path, "write-tree").strip()
    parent = git(path, "rev-parse", "HEAD").strip()
    body = f"tree {tree}\nparent {parent}\nauthor a <a@b> {when}\ncommitter a <a@b> {when}\n\nx\n"
    raw = tmp_path / "commit"
    raw.write_text(body, "utf-8")
    made = git(path, "hash-object", "-t", "commit", "-w", "--literally", str(raw)).strip()
    git(path, "reset", "--quiet", "--hard", made)
    (found,) = told(path, running("web")).values()
    assert len(found) == kept
