"""ApplicationSets in Git: what each generator makes, and what is said where nobody can know."""

import json
from pathlib import Path
from typing import Any

import pytest

from auditor.collector.git import GitOptions, RepositorySpec, collect
from auditor.collector.render.generation import ClusterFacts
from auditor.kube.kinds import is_namespaced
from auditor.kube.manifest import Manifest
from auditor.kube.origin import RenderedOrigin
from auditor.snapshot.section import Collected
from tests.collector.git_support import (
    CHART,
    URL,
    application,
    collected,
    config_map,
    looked,
    names,
    raw_application,
    renderings,
    repository,
)

IN_CLUSTER = "https://kubernetes.default.svc"


def appset(*generators: Any, name: str = "{{.name}}", path: str = "d", **spec: Any) -> str:
    template = {
        "metadata": {"name": name},
        "spec": {
            "project": "default",
            "source": {"repoURL": URL, "path": path, "targetRevision": "main"},
            "destination": {"server": IN_CLUSTER, "namespace": "shop"},
        },
    }
    raw = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "ApplicationSet",
        "metadata": {"name": "set", "namespace": "argocd"},
        "spec": {"goTemplate": True, "generators": generators, "template": template, **spec},
    }
    return json.dumps(raw)


def made(folder: Path, files: dict[str, str], cluster: ClusterFacts | None = None) -> Collected:
    """Return the section `git.manifests` of a repository."""
    path = repository(folder / "r", {**CHART, "d/cm.yaml": config_map("leaf"), **files})
    spec = RepositorySpec(url=URL, path=path)
    looks = collect([spec], [], is_namespaced, GitOptions(), None, cluster)
    return collected(looks["git.manifests"])


def applications(look: Collected) -> dict[str, Manifest]:
    return {m.ref.name: m for m in look.items if m.raw["kind"] == "Application"}


def test_generated_applications_are_declared_and_rendered(tmp_path: Path) -> None:
    files = {"set.yaml": appset({"list": {"elements": [{"name": "a"}, {"name": "b"}]}})}
    looks = looked(repository(tmp_path / "r", {"d/cm.yaml": config_map("leaf"), **files}))
    found = applications(collected(looks["git.manifests"]))
    assert sorted(found) == ["a", "b"]
    assert isinstance(origin := found["a"].origin, RenderedOrigin)
    assert (origin.application, origin.path, origin.kind) == (
        "argocd/set",
        "set.yaml",
        "ApplicationSet",
    )
    assert found["a"].get("metadata", "namespace") == "argocd"
    assert names(renderings(looks)["a#0"]) == ["ConfigMap/leaf"]


def test_a_live_generated_application_is_paired_with_its_template(tmp_path: Path) -> None:
    files = {"set.yaml": appset({"list": {"elements": [{"name": "a"}]}})}
    live = raw_application("a", "d")
    looks = looked(repository(tmp_path / "r", {"d/cm.yaml": config_map("leaf"), **files}), [live])
    assert list(applications(collected(looks["git.manifests"]))) == ["a"]
    assert renderings(looks)["a#0"]["from"] == "live"


@pytest.mark.parametrize(
    ("directories", "expected"),
    [
        ([{"path": "apps/*"}], ["one", "two"]),
        ([{"path": "apps/*", "exclude": True}, {"path": "apps/*"}], []),
        ([{"path": "apps/*"}, {"path": "apps/two", "exclude": True}], ["one"]),
        # path.Match: a star does not cross a slash, and two stars are one
        ([{"path": "*"}], ["apps", "chart", "d"]),
        ([{"path": "apps/**"}], ["one", "two"]),
        ([{"path": "apps/*/deep"}], ["deep"]),
        ([{"path": ".hidden/*"}], []),
        ([{"path": "[apps"}], []),
    ],
    ids=lambda value: json.dumps(value)[:60] if isinstance(value, list) else None,
)
def test_directories(tmp_path: Path, directories: list[Any], expected: list[str]) -> None:
    files = {
        "apps/one/cm.yaml": config_map("x"),
        "apps/two/deep/cm.yaml": config_map("x"),
        ".hidden/three/cm.yaml": config_map("x"),
    }
    git = {"repoURL": URL, "revision": "HEAD", "directories": directories}
    found = made(
        tmp_path, {**files, "s.yaml": appset({"git": git}, name="{{.path.basename}}", path="d")}
    )
    assert sorted(applications(found)) == expected
    assert not found.gaps


@pytest.mark.parametrize(
    ("patterns", "has_new", "expected"),
    [
        (["env/*.json"], False, ["a", "b", "c"]),
        (["env/*.json"], True, ["c"]),
        (["env/**/config.json"], False, ["a", "b"]),
        (["env/**/config.json"], True, ["a", "b"]),
        (["env/**/*.json"], True, ["a", "b", "c"]),
        (["env"], False, ["a", "b", "c"]),
        (["env/prod/config.json"], False, ["a"]),
        (["env/*", "!*/stg/*"], False, ["a", "c"]),
        (["env/[ps]r*.json"], False, ["a"]),
        (["nothing/*"], False, []),
    ],
)
def test_files_are_globbed_greedily(
    tmp_path: Path,
    patterns: list[str],
    has_new: bool,  # noqa: FBT001 - a column of the table above
    expected: list[str],
) -> None:
    files = {
        "env/prod/config.json": '{"name": "a"}',
        "env/stg/config.json": '{"name": "b"}',
        "env/c.json": '{"name": "c"}',
    }
    listed = [{"path": p.removeprefix("!"), "exclude": p.startswith("!")} for p in patterns]
    git = {"repoURL": URL, "revision": "main", "files": listed}
    cluster = ClusterFacts(has_new_globbing=has_new)
    found = made(tmp_path, {**files, "s.yaml": appset({"git": git})}, cluster)
    assert sorted(applications(found)) == expected


def test_fast_templates_see_flat_names_and_values(tmp_path: Path) -> None:
    files = {"env/prod/c.yaml": "- cluster: {name: x, port: 80, on: true}\n- cluster: {name: z}\n"}
    git = {
        "repoURL": URL,
        "revision": "HEAD",
        "files": [{"path": "env/*"}],
        "values": {"both": "{{cluster.name}}-{{path[1]}}"},
    }
    text = appset({"git": git}, name="{{values.both}}-{{cluster.port}}", goTemplate=False)
    found = applications(made(tmp_path, {**files, "s.yaml": text}))
    assert sorted(found) == ["x-prod-80", "z-prod-{{cluster.port}}"]


def test_matrix_and_merge_take_children_of_git(tmp_path: Path) -> None:
    folders = {"repoURL": URL, "revision": "HEAD", "directories": [{"path": "apps/*"}]}
    listed = {"elements": [{"env": "prod"}, {"env": "stg"}]}
    files = {
        "apps/web/cm.yaml": config_map("x"),
        "matrix.yaml": appset(
            {"matrix": {"generators": [{"git": folders}, {"list": listed}]}},
            name="{{.path.basename}}-{{.env}}",
        ),
        "merge.yaml": appset(
            {
                "merge": {
                    "mergeKeys": ["name"],
                    "generators": [
                        {"list": {"elements": [{"name": "m", "to": "one"}]}},
                        {"list": {"elements": [{"name": "m", "to": "two"}]}},
                    ],
                }
            },
            name="{{.name}}-{{.to}}",
            templatePatch="metadata: {labels: {patched: '{{.to}}'}}",
        ),
    }
    found = applications(made(tmp_path, files))
    assert sorted(found) == ["m-two", "web-prod", "web-stg"]
    assert found["m-two"].labels == {"patched": "two"}


OUTSIDE = [
    {"scmProvider": {"github": {"organization": "x"}}},
    {"pullRequest": {"github": {"owner": "x", "repo": "y"}}},
    {"plugin": {"configMapRef": {"name": "x"}}},
    {"clusterDecisionResource": {"configMapRef": "x"}},
    {"clusters": {}},
]


@pytest.mark.parametrize("generator", OUTSIDE, ids=lambda g: next(iter(g)))
def test_a_generator_of_the_outside_is_a_gap_unless_the_cluster_was_read(
    tmp_path: Path, generator: dict[str, Any]
) -> None:
    files = {"s.yaml": appset(generator, {"list": {"elements": [{"name": "a"}]}})}
    (gap,) = made(tmp_path, files).gaps
    assert (gap.code, gap.facts) == (
        "generator_needs_outside",
        {"application_set": "argocd/set", "path": "s.yaml", "generator": next(iter(generator))},
    )
    assert not made(tmp_path / "live", files, ClusterFacts(has_applications=True)).gaps


def secret(name: str, **labels: str) -> dict[str, Any]:
    own = {"argocd.argoproj.io/secret-type": "cluster", **labels}
    return {"metadata": {"name": name, "labels": own, "annotations": {"where": f"eu-{name}"}}}


def test_the_local_cluster_alone_is_known(tmp_path: Path) -> None:
    cluster = ClusterFacts(secrets=())
    files = {
        "s.yaml": appset({"clusters": {"values": {"x": "at-{{.name}}"}}}, name="{{.values.x}}")
    }
    assert sorted(applications(made(tmp_path, files, cluster))) == ["at-in-cluster"]


def test_the_local_cluster_is_known_where_no_secret_was_read(tmp_path: Path) -> None:
    crossed = {"matrix": {"generators": [{"clusters": {}}, {"list": {"elements": [{"x": "a"}]}}]}}
    look = made(tmp_path, {"s.yaml": appset(crossed, name="{{.x}}-{{.nameNormalized}}")})
    assert sorted(applications(look)) == ["a-in-cluster"]
    assert [gap.facts["generator"] for gap in look.gaps] == ["clusters"]


@pytest.mark.parametrize(
    ("generator", "name"),
    [
        ({"clusters": {"selector": {"matchLabels": {"env": "prod"}}}}, "{{.name}}"),
        ({"clusters": {}}, "{{.name}}-{{.metadata.labels.env}}"),
        ({"clusters": {}}, "{{name}}-{{env}}"),
    ],
)
def test_what_asks_for_a_secret_says_nothing_of_the_local_cluster(
    tmp_path: Path, generator: dict[str, Any], name: str
) -> None:
    look = made(tmp_path, {"s.yaml": appset(generator, name=name, goTemplate="." in name)})
    assert applications(look) == {}
    assert [gap.facts["generator"] for gap in look.gaps] == ["clusters"]


def test_labels_and_annotations_of_clusters_are_known_and_names_are_not(tmp_path: Path) -> None:
    cluster = ClusterFacts(secrets=(secret("a", env="prod"), secret("b", env="stg")))
    chosen = {"clusters": {"selector": {"matchLabels": {"env": "prod"}}}}
    shown = {"s.yaml": appset(chosen, name="{{.metadata.annotations.where}}")}
    assert sorted(applications(made(tmp_path / "1", shown, cluster))) == ["eu-a"]
    for number, name in enumerate(
        ("{{.name}}", "x{{.server | len}}", "{{ .nameNormalized | upper }}")
    ):
        hidden = {"s.yaml": appset(chosen, name=name)}
        look = made(tmp_path / f"hidden{number}", hidden, cluster)
        assert [g.facts["generator"] for g in look.gaps] == ["clusters"]
        assert not applications(look)
    (gap,) = made(tmp_path / "3", {"s.yaml": appset({"clusters": {}})}, cluster).gaps
    assert gap.code == "generator_needs_outside"


def test_what_hangs_on_a_hidden_name_is_not_known(tmp_path: Path) -> None:
    cluster = ClusterFacts(secrets=(secret("a"),))
    chosen = {
        "clusters": {"selector": {"matchExpressions": [{"key": "x", "operator": "DoesNotExist"}]}}
    }
    listed = {"list": {"elements": [{"name": "one", "path": "p"}]}}
    merged = {"merge": {"mergeKeys": ["name"], "generators": [chosen, listed]}}
    selected = {**chosen, "selector": {"matchLabels": {"name": "one"}}}
    for number, generator in enumerate((merged, selected)):
        files = {"s.yaml": appset(generator, name="fixed")}
        (gap,) = made(tmp_path / str(number), files, cluster).gaps
        assert gap.code == "generator_needs_outside"


def test_errors_of_generation_are_told_and_the_rest_is_read(tmp_path: Path) -> None:
    git = {"repoURL": URL, "revision": "HEAD", "files": [{"path": "bad.json"}]}
    files = {
        "bad.json": "[1, 2]",
        "s.yaml": appset({"git": git}),
        "t.yaml": appset({"list": {"elements": [{"name": "a"}]}}, name="{{.gone.deep}}{{"),
        "u.yaml": appset({"git": {**git, "repoURL": "https://elsewhere.example.com/x"}}),
        "v.yaml": application("plain", "d"),
    }
    look = made(tmp_path, files)
    codes = {(g.facts["path"], g.code) for g in look.gaps}
    assert codes == {
        ("s.yaml", "applicationset_not_generated"),
        ("t.yaml", "applicationset_not_generated"),
        ("u.yaml", "repository_not_given"),
    }
    assert sorted(applications(look)) == ["plain"]


def test_an_application_set_that_a_parent_renders_generates_too(tmp_path: Path) -> None:
    inner = appset({"list": {"elements": [{"name": "a"}]}}, name="{{ `{{.name}}` }}-of-chart")
    files = {
        "root.yaml": application("root", "parents"),
        "parents/Chart.yaml": CHART["chart/Chart.yaml"],
        "parents/templates/s.yaml": inner,
    }
    found = applications(made(tmp_path, files))
    assert sorted(found) == ["a-of-chart", "root"]
