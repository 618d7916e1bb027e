"""Charts and overlays of Applications that nobody points at, and documents only overlays use."""

import json
import shutil
from pathlib import Path

from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, RenderedOrigin
from auditor.snapshot.section import Collected
from tests.collector.git_support import (
    CHART,
    URL,
    application,
    collected,
    config_map,
    git,
    looked,
    names,
    raw_application,
    renderings,
    repository,
)


def chart(folder: str, body: str, values: str = "") -> dict[str, str]:
    name = folder.rpartition("/")[2]
    return {
        f"{folder}/Chart.yaml": f"apiVersion: v2\nname: {name}\nversion: 1.0.0\n",
        f"{folder}/values.yaml": values,
        f"{folder}/templates/apps.yaml": body,
    }


def templated(name: str, path: str) -> str:
    return json.dumps(raw_application("NAME", "PATH")).replace("NAME", name).replace("PATH", path)


def subjects(look: Collected) -> list[tuple[str, str]]:
    """Return the Applications with where they come from."""
    return sorted(
        (manifest.ref.name, whence(manifest))
        for manifest in look.items
        if manifest.raw["kind"] == "Application"
    )


def whence(manifest: Manifest) -> str:
    match manifest.origin:
        case GitOrigin(path=path):
            return path
        case RenderedOrigin(kind=kind):
            return kind
        case _:
            raise AssertionError


def reasons(look: Collected) -> list[str]:
    return [gap.code for gap in look.gaps]


def test_a_chart_nobody_points_at_is_built_with_its_values(tmp_path: Path) -> None:
    files = {
        **chart("envs/dev", templated("team-{{ .Values.team }}", "team"), "team: red\n"),
        **chart("team", templated("{{ .Release.Name }}-leaf", "d")),
        "d/cm.yaml": config_map("leaf"),
    }
    looks = looked(repository(tmp_path / "r", files))
    manifests = collected(looks["git.manifests"])
    # `team` is pointed at by what envs/dev makes: its release name comes from there
    assert subjects(manifests) == [("team-red", "Chart"), ("team-red-leaf", "Application")]
    (top,) = [m for m in manifests.items if m.ref.name == "team-red"]
    assert isinstance(top.origin, RenderedOrigin)
    assert (top.origin.application, top.origin.path) == ("envs/dev", "envs/dev/templates/apps.yaml")
    assert names(renderings(looks)["team-red-leaf#0"]) == ["ConfigMap/leaf"]
    assert not reasons(manifests)


def test_charts_that_point_at_each_other_have_a_first_one(tmp_path: Path) -> None:
    files = {**chart("a", templated("x", "b")), **chart("b", templated("y", "a"))}
    look = collected(looked(repository(tmp_path / "r", files))["git.manifests"])
    assert subjects(look) == [("x", "Application"), ("y", "Application")]


def test_a_chart_that_holds_its_own_application_gives_everything_once(tmp_path: Path) -> None:
    look = collected(
        looked(repository(tmp_path / "r", chart("a", templated("x", "a"))))["git.manifests"]
    )
    assert subjects(look) == [("x", "Application")]


def test_a_chart_that_does_not_render_is_read_as_far_as_it_is_literal(tmp_path: Path) -> None:
    files = {
        **chart("top", '{{ fail "no" }}'),
        "top/templates/plain.yaml": application("plain", "d"),
        "top/templates/half.yaml": templated("half", "d").replace("shop", "{{ .Values.ns }}"),
        "d/cm.yaml": config_map("leaf"),
    }
    look = collected(looked(repository(tmp_path / "r", files))["git.manifests"])
    assert subjects(look) == [("plain", "top/templates/plain.yaml")]
    (gap,) = look.gaps
    assert gap.code == "root_not_rendered"
    assert (gap.facts["path"], gap.facts["reason"]) == ("top", "render_failed")


def test_library_charts_and_parts_of_others_are_no_roots(tmp_path: Path) -> None:
    files = {
        **chart("lib", templated("from-lib", "d")),
        **chart("part", templated("from-part-{{ .Values.x }}", "d"), "x: own\n"),
        **chart("whole", "", "part: {x: given}\n"),
        "whole/charts/inner/Chart.yaml": "apiVersion: v2\nname: inner\nversion: 1.0.0\n",
        "whole/charts/inner/templates/a.yaml": templated("from-inner", "d"),
        "d/cm.yaml": config_map("leaf"),
    }
    files["lib/Chart.yaml"] += "type: library\n"
    files["whole/Chart.yaml"] += (
        "dependencies:\n- {name: part, version: 1.0.0, repository: 'file://../part'}\n"
    )
    look = collected(looked(repository(tmp_path / "r", files))["git.manifests"])
    assert subjects(look) == [("from-inner", "Chart"), ("from-part-given", "Chart")]


BASE = {
    "base/kustomization.yaml": "resources: [app.yaml, same.yaml]\n",
    "base/app.yaml": application("app", "d"),
    "base/same.yaml": application("same", "d"),
    "d/cm.yaml": config_map("leaf"),
}


def test_a_base_is_no_subject_besides_its_overlays(tmp_path: Path) -> None:
    patch = json.dumps([{"op": "replace", "path": "/spec/project", "value": "p"}])
    files = {
        **BASE,
        "over/prod/kustomization.yaml": "resources: [../../base]\nnameSuffix: -prod\n"
        f"patches:\n- target: {{kind: Application}}\n  patch: '{patch}'\n",
        "over/stg/kustomization.yaml": "resources: [../../base]\nnamePrefix: stg-\n"
        "components: [../../part]\n",
        "part/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\n"
        "kind: Component\nresources: [more.yaml]\n",
        "part/more.yaml": application("more", "d"),
    }
    look = collected(looked(repository(tmp_path / "r", files))["git.manifests"])
    assert [name for name, _ in subjects(look)] == [
        "app-prod", "same-prod", "stg-app", "stg-more", "stg-same",
    ]  # fmt: skip
    made = {m.ref.name: m for m in look.items}
    assert made["app-prod"].get("spec", "project") == "p"
    assert isinstance(origin := made["app-prod"].origin, RenderedOrigin)
    assert (origin.kind, origin.application) == ("Kustomization", "over/prod")


def test_what_an_overlay_leaves_as_it_is_keeps_its_file(tmp_path: Path) -> None:
    patch = json.dumps({
        "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
        "metadata": {"name": "app", "namespace": "argocd"},
        "spec": {"project": "p", "source": {"repoURL": URL, "path": "d"}, "destination": {}},
    })  # fmt: skip
    files = {
        **BASE,
        "over/kustomization.yaml": "resources: [../base]\npatches: [{path: patch.yaml}]\n",
        "over/patch.yaml": patch,
        "root.yaml": application("root", "over"),
    }
    looks = looked(repository(tmp_path / "r", files))
    assert subjects(collected(looks["git.manifests"])) == [
        ("app", "Application"),
        ("root", "root.yaml"),
        ("same", "base/same.yaml"),
    ]
    (item,) = collected(looks["git.repositories"]).items
    assert item.raw["fragments"] == 1


def test_bases_of_an_overlay_that_does_not_build_are_read_as_they_are(tmp_path: Path) -> None:
    files = {
        **BASE,
        "over/kustomization.yaml": "resources: [../base, https://example.com/x.yaml]\n",
    }
    look = collected(looked(repository(tmp_path / "r", files))["git.manifests"])
    assert subjects(look) == [("app", "base/app.yaml"), ("same", "base/same.yaml")]
    (gap,) = look.gaps
    assert (gap.code, gap.facts["reason"]) == ("root_not_rendered", "remote_base_not_given")


def test_alternatives_have_their_children_each(tmp_path: Path) -> None:
    files = {
        **chart("envs/dev", templated("apps", "teams/dev")),
        **chart("envs/prod", templated("apps", "teams/prod")),
        **chart("teams/dev", templated("red-dev", "d")),
        **chart("teams/prod", templated("red-prod", "d")),
        "d/cm.yaml": config_map("leaf"),
    }
    looks = looked(repository(tmp_path / "r", files))
    assert subjects(collected(looks["git.manifests"])) == [
        ("apps", "Chart"),
        ("apps", "Chart"),
        ("red-dev", "Application"),
        ("red-prod", "Application"),
    ]
    items = [item.raw for item in collected(looks["renderings"]).items]
    apps = [item for item in items if item["application"] == "argocd/apps"]
    assert {(item["declared"]["path"], item["path"]) for item in apps} == {
        ("envs/dev/templates/apps.yaml", "teams/dev"),
        ("envs/prod/templates/apps.yaml", "teams/prod"),
    }


def test_trees_of_examples_are_no_roots_unless_asked_for(tmp_path: Path) -> None:
    path = repository(tmp_path / "r", chart("examples/a", templated("x", "d")))
    assert subjects(collected(looked(path)["git.manifests"])) == []
    assert subjects(collected(looked(path, include_all=True)["git.manifests"])) == [("x", "Chart")]


def test_a_missing_object_costs_one_file(tmp_path: Path) -> None:
    files = {
        **CHART,
        "lost.yaml": application("lost", "d"),
        "app.yaml": application("app", "d"),
        "web.yaml": application("web", "chart"),
        "over.yaml": application("over", "over"),
        "values.yaml": application("values", "chart2", helm={"valueFiles": ["more.yaml"]}),
        **{k.replace("chart/", "chart2/"): v for k, v in CHART.items()},
        "chart2/more.yaml": "a: more\n",
        "d/cm.yaml": config_map("leaf"),
        "over/kustomization.yaml": "resources: [cm.yaml]\n",
        "over/cm.yaml": config_map("kustomized"),
    }
    path = repository(tmp_path / "r", files)
    for name in ("lost.yaml", "chart/templates/cm.yaml", "over/cm.yaml", "chart2/more.yaml"):
        oid = git(path, "rev-parse", f"HEAD:{name}")
        (path / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    shutil.rmtree(path / "chart")
    looks = looked(path)
    gaps = collected(looks["git.manifests"]).gaps
    assert [(g.code, g.facts["path"]) for g in gaps] == [
        ("file_unreadable", "chart2/more.yaml"),
        ("file_unreadable", "lost.yaml"),
        ("file_unreadable", "over/cm.yaml"),
    ]
    items = renderings(looks)
    assert names(items["app#0"]) == ["ConfigMap/leaf"]
    lost = {name: item["error"]["facts"]["path"] for name, item in items.items() if "error" in item}
    assert lost == {
        "web#0": "chart/templates/cm.yaml",
        "over#0": "over/cm.yaml",
        "values#0": "chart2/more.yaml",
    }
    assert {i["error"]["code"] for i in items.values() if "error" in i} == {"file_unreadable"}
    assert not any(i["error"]["is_content"] for i in items.values() if "error" in i)


def test_what_an_unknown_generator_may_point_at_is_no_root(tmp_path: Path) -> None:
    def pointing(name: str, path: str) -> str:
        raw = raw_application(name, path)
        raw["kind"] = "ApplicationSet"
        template = {"metadata": {"name": "{{.name}}"}, "spec": raw["spec"]}
        clusters = {"selector": {"matchLabels": {"env": "prod"}}}
        spec = {"generators": [{"clusters": clusters}], "template": template}
        return json.dumps({**raw, "spec": spec})

    files = {
        "one.yaml": pointing("one", "apps/web/install"),
        "two.yaml": pointing("two", "apps/{{ .kind }}-api/install"),
        "three.yaml": pointing("three", "{{ .path.path }}"),
        **chart("apps/web/install", templated("web", "d")),
        **chart("apps/my-api/install", templated("api", "d")),
        **chart("apps/alone/install", templated("alone", "d")),
        "d/cm.yaml": config_map("leaf"),
    }
    look = collected(looked(repository(tmp_path / "r", files))["git.manifests"])
    assert subjects(look) == [("alone", "Chart")]
    assert reasons(look) == ["generator_needs_outside"] * 3


def test_applications_that_a_chart_of_an_overlay_would_make_are_missed_aloud(
    tmp_path: Path,
) -> None:
    chart_of = "helmCharts: [{{name: {name}, repo: 'https://example.com', version: '1'}}]\n"
    files = {
        "boot/over/kustomization.yaml": "resources: [../base]\n",
        "boot/base/kustomization.yaml": chart_of.format(name="argocd-app-of-apps"),
        "patched/kustomization.yaml": chart_of.format(name="things")
        + "patches: [{target: {kind: Application, name: a}, path: p.yaml}]\n",
        "patched/p.yaml": "- {op: remove, path: /spec/syncPolicy}\n",
        "other/kustomization.yaml": chart_of.format(name="argo-rollouts"),
    }
    found = collected(looked(repository(tmp_path / "r", files), [])["git.manifests"])
    told = {gap.facts["path"]: gap.facts["reason"] for gap in found.gaps}
    assert told == {"boot/over": "kustomize_helm_not_run", "patched": "kustomize_helm_not_run"}


LISTED = {
    "over/kustomization.yaml": "resources: [apps/a.yaml, apps/b.yaml, apps/c.yaml]\n",
    **{f"over/apps/{name}.yaml": application(name, "d") for name in "abc"},
    "d/cm.yaml": config_map("leaf"),
}


def told(folder: Path, files: dict[str, str], **options: bool) -> tuple[list[str], dict[str, int]]:
    looks = looked(repository(folder, files), [], **options)
    (row,) = collected(looks["git.repositories"]).items
    names_of = sorted(name for name, _ in subjects(collected(looks["git.manifests"])))
    return names_of, dict(row.raw["left_out"])


def test_an_application_that_is_not_listed_beside_others_is_switched_off(tmp_path: Path) -> None:
    files = {**LISTED, "over/apps/off.yaml": application("off", "d")}
    left_out = {"over/apps/off.yaml": 1}
    assert told(tmp_path / "1", files) == (["a", "b", "c"], left_out)
    assert told(tmp_path / "2", files, include_all=True) == (["a", "b", "c", "off"], {})


def test_the_root_of_those_that_are_listed_is_applied_by_hand(tmp_path: Path) -> None:
    root = {**LISTED, "over/apps/root.yaml": application("root", "over")}
    assert told(tmp_path / "1", root) == (["a", "b", "c", "root"], {})
    few = {**LISTED, "over/kustomization.yaml": "resources: [apps/a.yaml]\n"}
    assert told(tmp_path / "2", few) == (["a", "b", "c"], {})
    folder = {
        **LISTED,
        "over/apps/off.yaml": application("off", "d"),
        "root.yaml": application("root", "over/apps"),
    }
    assert told(tmp_path / "3", folder) == (["a", "b", "c", "off", "root"], {})
