"""All Applications: live ones, declared ones, and children that only rendering shows."""

import json
from pathlib import Path

import pytest

from auditor.collector.git import GitOptions, RepositorySpec, collect
from auditor.kube.kinds import is_namespaced
from auditor.kube.origin import RenderedOrigin
from auditor.snapshot.section import Excluded
from tests.collector.git_support import (
    CHART,
    application,
    collected,
    commit,
    config_map,
    error,
    git,
    looked,
    names,
    raw_application,
    renderings,
    repository,
    values,
)


def test_live_application_is_rendered_at_the_revision_synced(tmp_path: Path) -> None:
    path = repository(tmp_path / "r", {**CHART, "apps/app.yaml": application("app", "chart")})
    old = git(path, "rev-parse", "HEAD")
    new = commit(path, {"chart/values.yaml": "a: newer\n"})
    live = raw_application("app", "chart", helm={"releaseName": "from-live"})
    for revision, expected in ((old, "chart"), (new, "newer")):
        live["status"] = {"sync": {"revision": revision}}
        (item,) = renderings(looked(path, [live])).values()
        assert (item["from"], item["commit"]) == ("live", revision)
        assert values(item)["a"] == expected
        assert names(item) == ["ConfigMap/from-live"]
    live["status"] = {"sync": {"revision": "1" * 40}}
    (item,) = renderings(looked(path, [live])).values()
    assert error(item) == ("revision_not_at_hand", False)


def test_branches_and_tags_are_found_in_the_object_database(tmp_path: Path) -> None:
    path = repository(tmp_path / "r", CHART)
    old = git(path, "rev-parse", "HEAD")
    git(path, "tag", "-a", "v1", "-m", "x")
    files = {
        f"apps/{name}.yaml": application(name, "chart", targetRevision=revision)
        for name, revision in (("tag", "v1"), ("sha", old[:10]), ("head", "HEAD"), ("main", "main"))
    }
    new = commit(path, {"chart/values.yaml": "a: newer\n", **files})
    items = renderings(looked(path))
    commits = {name.partition("#")[0]: item["commit"] for name, item in items.items()}
    assert commits == {"tag": old, "sha": old, "head": new, "main": new}


def test_parents_show_children_that_no_file_holds(tmp_path: Path) -> None:
    child = CHART["chart/Chart.yaml"]
    files = {
        "root.yaml": application("root", "parents"),
        "parents/Chart.yaml": child,
        "parents/templates/a.yaml": '{{- range list "x" "y" }}\n---\n'
        + json.dumps(raw_application("app-X", "d")).replace("app-X", "app-{{ . }}")
        + "\n{{- end }}\n",
        "d/cm.yaml": config_map("leaf"),
    }
    looks = looked(repository(tmp_path / "r", files))
    items = renderings(looks)
    assert sorted(items) == ["app-x#0", "app-y#0", "root#0"]
    assert names(items["app-x#0"]) == ["ConfigMap/leaf"]
    assert items["app-x#0"]["parents"] == ["argocd/root"]
    plain, *extra = collected(looks["git.manifests"]).items
    assert plain.ref.name == "root"
    assert [m.ref.name for m in extra] == ["app-x", "app-y"]
    assert isinstance(origin := extra[0].origin, RenderedOrigin)
    assert (origin.application, origin.path) == ("argocd/root", "parents/templates/a.yaml")


def test_parent_of_plain_files_adds_no_manifests(tmp_path: Path) -> None:
    files = {
        "root.yaml": application("root", "apps"),
        "apps/a.yaml": application("a", "d"),
        "d/cm.yaml": config_map("leaf"),
    }
    looks = looked(repository(tmp_path / "r", files))
    assert [m.ref.name for m in collected(looks["git.manifests"]).items] == ["a", "root"]
    assert names(renderings(looks)["root#0"]) == ["Application/a"]


def test_live_parent_at_an_older_commit_adds_no_manifests(tmp_path: Path) -> None:
    files = {"root.yaml": application("root", "apps"), "apps/a.yaml": application("a", "d")}
    path = repository(tmp_path / "r", {**files, "d/cm.yaml": config_map("leaf")})
    live = raw_application("root", "apps")
    live["status"] = {"sync": {"revision": git(path, "rev-parse", "HEAD")}}
    commit(path, {"apps/a.yaml": application("a", "d", targetRevision="main")})
    looks = looked(path, [live])
    assert [m.ref.name for m in collected(looks["git.manifests"]).items] == ["a", "root"]
    assert "targetRevision" not in json.dumps(renderings(looks)["root#0"]["objects"])


def test_parents_in_a_circle_come_to_an_end(tmp_path: Path) -> None:
    files = {
        "root.yaml": application("root", "loop"),
        "loop/Chart.yaml": CHART["chart/Chart.yaml"],
        "loop/templates/a.yaml": json.dumps(raw_application("X", "loop")).replace(
            '"X"', '"{{ .Release.Name }}x"'
        ),
    }
    looks = looked(repository(tmp_path / "r", files))
    assert len(renderings(looks)) == 5
    (gap,) = collected(looks["renderings"]).gaps
    assert (gap.code, gap.facts) == ("render_depth", {"application": "argocd/rootxxxxx"})


def test_chart_is_taken_from_the_cache(tmp_path: Path) -> None:
    path = repository(tmp_path / "r", {
        **{f"cache/{name}": text for name, text in CHART.items()},
        "app.yaml": application("app", chart="web", targetRevision="1.0.0", repoURL="oci://charts.example.com"),
    })  # fmt: skip
    cache = path / "cache"
    (cache / "chart").rename(cache / "web")
    item = renderings(looked(path, chart_cache=cache))["app#0"]
    assert names(item) == ["ConfigMap/app"]
    import helm_python

    helm_python.package(cache / "web", destination=tmp_path)
    item = renderings(looked(path, chart_cache=tmp_path))["app#0"]
    assert names(item) == ["ConfigMap/app"]
    assert (item["type"], item["commit"]) == ("Helm", "1.0.0")


def test_rendering_may_be_switched_off(tmp_path: Path) -> None:
    looks = looked(repository(tmp_path / "r", CHART), is_rendering=False)
    assert isinstance(look := looks["renderings"], Excluded)
    assert look.why.code == "rendering_switched_off"


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    files = {**CHART, "over/kustomization.yaml": "resources: [cm.yaml]\n"}
    files["over/cm.yaml"] = config_map("x")
    files |= {f"apps/{i}.yaml": application(f"a{i}", ("chart", "over")[i % 2]) for i in range(8)}
    path = repository(tmp_path / "r", files)
    assert looked(path) == looked(path, workers=1)


SCENARIO = Path(__file__).parent / "data" / "a-healthy"


@pytest.mark.skipif(not SCENARIO.is_dir(), reason="the recorded scenario is not here")
def test_recorded_cluster_has_the_objects_that_are_rendered(tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "-b", "main", str(SCENARIO / "repo.bundle"), "r")
    live = json.loads((SCENARIO / "applications.json").read_text("utf-8"))
    spec = RepositorySpec("http://git.plate.example/platform/plate-gitops.git", tmp_path / "r")
    known = {"ExternalSecret": True, "SecretStore": True}
    looks = collect(
        [spec],
        live,
        lambda g, k: known.get(k, is_namespaced(g, k)),
        GitOptions(kube_version="v1.36.3"),
    )
    assert len(live) == 15
    for raw in live:
        rows = {(r["kind"], r["namespace"], r["name"]) for r in raw["resources"]}
        (item,) = [i for i in collected(looks["renderings"]).items
                   if i.raw["application"] == f"argocd/{raw['metadata']['name']}"]  # fmt: skip
        found = [o["manifest"] for o in item.raw["objects"]]
        assert rows == {
            (m["kind"], m["metadata"]["namespace"], m["metadata"]["name"]) for m in found
        }
