"""Reading repositories: what is found, and one clear gap for each thing that cannot be read."""

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from auditor.collector.git import GitOptions, RepositorySpec, collect, read
from auditor.kube.kinds import is_namespaced
from auditor.kube.origin import GitOrigin
from auditor.snapshot import Missing, Snapshot, codec
from tests.collector.git_support import (
    URL,
    application,
    collected,
    commit,
    config_map,
    git,
    looked,
    names,
    raw_application,
    renderings,
    repository,
    write,
)

GOOD = {"apps/good.yaml": application("good", "base"), "base/a.yaml": config_map("a")}
APP = "apiVersion: argoproj.io/v1alpha1\nkind: Application\n"
BOMB = (
    APP
    + "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12))
)
WRONG = {"metadata": {"name": [1]}, "spec": "x", "status": 3}


def bare(path: Path, **options: Any) -> dict[str, Any]:
    """Return the item of the one repository."""
    return dict(collected(looked(path, **options)["git.repositories"]).items[0].raw)


def found(path: Path, **options: Any) -> list[str]:
    items = collected(looked(path, is_rendering=False, **options)["git.manifests"]).items
    return [f"{item.raw['kind']}/{item.ref.name}" for item in items]


@pytest.mark.parametrize(
    ("file", "content", "code", "facts"),
    [
        ("bad.yaml", APP + "spec: [\n", "file_unreadable", {"line": 4}),
        ("bad.yaml", BOMB, "file_unreadable", {"reason": "aliases expand without measure"}),
        ("bad.yaml", APP.encode() + b"\xff\xfe: 1\n", "file_unreadable", {"line": 3}),
        ("bad.yaml", APP + json.dumps(WRONG)[1:-1], "file_unreadable", {"line": 3}),
        ("bad.json", json.dumps({**raw_application("x"), **WRONG}), "manifest_malformed",
         {"pointer": "/metadata/name", "line": 1}),
        ("bad.yaml", "x" * 6_000_000, "file_too_large", {"size": 6_000_000, "limit": 5_000_000}),
        ("bad.yaml", "SYMLINK:../../etc/passwd", "link_outside_repository",
         {"target": "../../etc/passwd"}),
        ("bad.yaml", "SYMLINK:/etc/passwd", "link_outside_repository", {}),
        ("bad.yaml", "SYMLINK:bad.yaml", "link_cycle", {}),
    ],
    ids=["broken", "bomb", "no-utf8", "no-yaml", "types", "large", "link", "absolute", "cycle"],
)  # fmt: skip
def test_one_bad_file_is_one_gap_and_the_rest_is_read(
    tmp_path: Path, file: str, content: str | bytes, code: str, facts: dict[str, Any]
) -> None:
    path = repository(tmp_path / "r", {**GOOD, file: content})
    look = collected(looked(path)["git.manifests"])
    assert [item.ref.name for item in look.items] == ["good"]
    (gap,) = look.gaps
    assert gap.code == code
    assert gap.facts["path"] == file
    assert gap.facts["repository"] == URL
    assert facts.items() <= gap.facts.items()


def test_names_and_numbers_no_snapshot_could_hold_do_no_harm(tmp_path: Path) -> None:
    odd = raw_application("odd", "base")
    odd["spec"]["info"] = ["BIG", "LONE"]
    text = json.dumps(odd).replace('"BIG"', "9" * 30)
    files = {
        **GOOD,
        "big.json": text,
        "lone.json": text.replace("LONE", "\\ud800"),
        "deep.json": text.replace('"LONE"', "[" * 50_000 + "]" * 50_000),
        "base/big.json": json.dumps(
            {"kind": "ConfigMap", "metadata": {"name": "b"}, "x": int("9" * 30)}
        ),
    }
    path = repository(tmp_path / "r", files)
    # A name that is no UTF-8.
    (path / "base" / os.fsdecode(b"\xff.yaml")).write_text(config_map("latin"), "utf-8")
    commit(path, {})
    looks = looked(path)
    gaps = collected(looks["git.manifests"]).gaps
    assert sorted(gap.facts["path"] for gap in gaps) == ["deep.json", "lone.json"]
    assert sorted(names(renderings(looks)["good#0"])) == [
        "ConfigMap/a", "ConfigMap/b", "ConfigMap/latin",
    ]  # fmt: skip
    codec.write(Snapshot(looks), tmp_path / "snapshot")
    assert codec.read(tmp_path / "snapshot").sections == looks


def test_file_of_100_megabytes_is_not_read(tmp_path: Path) -> None:
    path = repository(tmp_path / "r", GOOD)
    with (path / "huge.yaml").open("wb") as file:
        file.truncate(100_000_000)
    commit(path, {})
    begun = time.monotonic()
    (gap,) = collected(looked(path, is_rendering=False)["git.manifests"]).gaps
    assert (gap.code, gap.facts["size"]) == ("file_too_large", 100_000_000)
    assert time.monotonic() - begun < 2


def test_empty_repository_is_missing(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", ".")
    looks = looked(tmp_path)
    assert isinstance(look := looks["git.manifests"], Missing)
    assert look.why.code == "repository_empty"
    assert looks["git.repositories"] == looks["renderings"] == look


def test_path_without_repository_is_missing(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    assert isinstance(look := looked(tmp_path)["git.manifests"], Missing)
    assert look.why.code == "not_a_repository"
    assert found(tmp_path, worktree=True) == ["Application/good"]


def test_folder_inside_a_repository_is_no_repository(tmp_path: Path) -> None:
    path = repository(tmp_path / "r", GOOD)
    assert isinstance(look := looked(path / "apps")["git.manifests"], Missing)
    assert look.why.code == "not_a_repository"


def test_unknown_revision_is_missing(tmp_path: Path) -> None:
    path = repository(tmp_path / "r", GOOD)
    for revision in ("release-9", "--output=x", "main~1"):
        spec = RepositorySpec(url=URL, path=path, revision=revision)
        with read([spec], GitOptions()) as reading:
            look = reading.sections["git.manifests"]
        assert isinstance(look, Missing)
        assert look.why.code == "revision_not_at_hand"
        assert look.why.facts == {"repository": URL, "revision": revision}


def test_one_unreadable_repository_among_two_is_a_gap(tmp_path: Path) -> None:
    path = repository(tmp_path / "r", GOOD)
    other = "https://git.example.com/other"
    commit(path, {"apps/other.yaml": application("other", "base", repoURL=f"{other}.git")})
    specs = [RepositorySpec(url=URL, path=path), RepositorySpec(other, tmp_path / "nowhere")]
    looks = collect(specs, [], is_namespaced, GitOptions())
    assert renderings(looks)["other#0"]["error"]["code"] == "not_a_repository"
    assert [gap.code for gap in collected(looks["git.manifests"]).gaps] == ["not_a_repository"]
    assert [gap.code for gap in collected(looks["git.repositories"]).gaps] == ["not_a_repository"]


def test_uncommitted_changes_are_not_read_unless_asked_for(tmp_path: Path) -> None:
    path = repository(tmp_path / "r", GOOD)
    write(path, {"apps/good.yaml": "no: yaml: at all", "apps/new.yaml": application("new", "base")})
    assert found(path) == ["Application/good"]
    assert found(path, worktree=True) == ["Application/new"]
    assert bare(path, worktree=True)["commit"] == "worktree"


def test_origin_and_lines_lead_back_to_the_file(tmp_path: Path) -> None:
    text = (
        "# head\n---\n"
        + APP
        + (
            "metadata:\n  name: a\nspec:\n  source:\n    repoURL: x\n  destination: {}\n"
            "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"
        )
    )
    path = repository(tmp_path / "r", {"a.yaml": text})
    first, second = collected(looked(path)["git.manifests"]).items
    head = git(path, "rev-parse", "HEAD")
    assert first.origin == GitOrigin(URL, head, "a.yaml", 3, 0)
    assert first.line("/spec/source/repoURL") == 9
    assert first.line("/spec/source/helm/values") == 8
    assert second.origin == GitOrigin(URL, head, "a.yaml", 12, 1)
    assert not second.lines


def test_lists_are_taken_apart(tmp_path: Path) -> None:
    items = [
        raw_application("a", "x"),
        {"apiVersion": "v1", "kind": "Pod"},
        raw_application("b", "x"),
    ]
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": items}, indent=1)
    path = repository(tmp_path / "r", {"list.json": text})
    one, two = collected(looked(path)["git.manifests"]).items
    assert (one.ref.name, two.ref.name) == ("a", "b")
    lines = text.splitlines()
    assert '"name": "b"' in lines[(two.line("/metadata/name") or 0) - 1]


def test_only_objects_of_argo_cd_are_kept(tmp_path: Path) -> None:
    files = {
        "cm.yaml": config_map("argocd-cm") + "---\n" + config_map("other"),
        "ns.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n",
        "foreign.yaml": "apiVersion: app.k8s.io/v1\nkind: Application\nmetadata: {name: f}\n",
        "project.yml": "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\n"
        "metadata: {name: p}\nspec: {}\n",
        "rollout.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: r}\n",
        "notes.txt": application("text", "x"),
    }
    path = repository(tmp_path / "r", files)
    assert found(path) == ["ConfigMap/argocd-cm", "Namespace/shop", "AppProject/p"]


def test_templates_and_tokens_are_counted_not_reported(tmp_path: Path) -> None:
    files = {
        "chart/Chart.yaml": "name: c\n",
        "chart/templates/app.yaml": APP + "metadata: {name: {{ .x }}}\n",
        "loose.yaml": APP + "metadata:\n  name: a\n{{- if .x }}\nspec: {}\n{{- end }}\n",
        "token.yaml": application("<NAME>", "x"),
        "placeholder.yaml": application("APP_NAME", "x"),
        "variable.yaml": application("a-${CLUSTER}", "x"),
        "path.yaml": application("good", "apps/{{cluster}}"),
        "set.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: s}\n"
        "spec:\n  generators: []\n  template:\n    metadata: {name: '{{name}}'}\n",
    }
    path = repository(tmp_path / "r", files)
    look = collected(looked(path, is_rendering=False)["git.manifests"])
    assert [item.ref.name for item in look.items] == ["s"]
    assert look.gaps == ()
    assert bare(path)["templated"] == 6


def test_patches_are_counted_not_kept(tmp_path: Path) -> None:
    files = {
        "patch.yaml": APP + "metadata: {name: a}\nspec: {syncPolicy: {}}\n",
        "delete.yaml": APP + "$patch: delete\nmetadata: {name: a}\n",
        "a.yaml": application("a", "x"),
    }
    path = repository(tmp_path / "r", files)
    assert found(path) == ["Application/a"]
    assert bare(path)["fragments"] == 2


@pytest.mark.parametrize(
    ("path", "left_out"),
    [
        ("envs/test/app.yaml", {}),
        ("test/app.yaml", {}),
        ("shop/overlays/test/deep/app.yaml", {}),
        ("envs/test/tests/app.yaml", {"**/tests/**": 1}),
        ("shop/test/app.yaml", {"**/test/**": 1}),
        ("prod/test/app.yaml", {"**/test/**": 1}),
    ],
)
def test_a_folder_called_test_beside_another_environment_is_one(
    tmp_path: Path, path: str, left_out: dict[str, int]
) -> None:
    files = {path: application("a"), "prod/other.yaml": application("b")}
    assert bare(repository(tmp_path / "r", files))["left_out"] == left_out


def test_test_folders_are_left_out_and_counted(tmp_path: Path) -> None:
    files = {
        **GOOD,
        "tests/a.yaml": application("t", "x"),
        "x/testdata/y/b.yml": application("u", "x"),
        ".github/c.yaml": "on: push\n",
        "x/tests.yaml": application("kept", "x"),
    }
    path = repository(tmp_path / "r", files)
    assert found(path) == ["Application/good", "Application/kept"]
    left_out = {"**/tests/**": 1, "**/testdata/**": 1, ".github/**": 1}
    assert bare(path)["left_out"] == left_out
    assert len(found(path, include_all=True)) == 4


def test_repeated_keys_are_listed_by_repository(tmp_path: Path) -> None:
    text = APP + "metadata: {name: a}\nspec:\n  source: {}\n  destination: {}\n  source: {}\n"
    path = repository(tmp_path / "r", {"a.yaml": text})
    (entry,) = bare(path)["duplicate_keys"]
    assert entry == {"path": "a.yaml", "document": 0, "pointer": "/spec/source", "line": 7}


def test_submodules_are_noted(tmp_path: Path) -> None:
    path = repository(tmp_path / "r", GOOD)
    head = git(path, "rev-parse", "HEAD")
    git(path, "update-index", "--add", "--cacheinfo", f"160000,{head},vendor")
    git(path, "commit", "-qm", "x")
    (gap,) = collected(looked(path)["git.manifests"]).gaps
    assert (gap.code, gap.facts["path"]) == ("submodule_not_read", "vendor")


def test_link_out_of_the_repository_stops_rendering_as_in_argo_cd(tmp_path: Path) -> None:
    path = repository(tmp_path / "r", {**GOOD, "away": "SYMLINK:../x"})
    error = renderings(looked(path))["good#0"]["error"]
    assert error["code"] == "path_outside_repository"
    assert error["is_content"]


def test_thousand_applications_are_read_in_three_seconds(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        f"apps/a{i}.yaml": application(f"a{i}", "base").replace("{", "{\n ").replace(",", ",\n ")
        for i in range(1000)
    }
    path = repository(tmp_path / "r", files)
    subprocess.run(("git", "-C", str(path), "gc", "-q"), check=True)
    begun = time.monotonic()
    assert len(found(path)) == 1000
    assert time.monotonic() - begun < 3
