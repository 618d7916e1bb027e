"""Kustomize sources, edited as Argo CD does and built by the real Kustomize."""

from pathlib import Path

import pytest

from tests.collector.git_support import (
    config_map,
    error,
    names,
    one,
)

KUSTOMIZE = {
    "base/kustomization.yaml": "resources: [deploy.yaml]\n",
    "base/deploy.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n"
    "  replicas: 1\n  selector: {matchLabels: {app: web}}\n  template:\n"
    "    metadata: {labels: {app: web}}\n    spec: {containers: [{name: c, image: 'nginx:1'}]}\n",
    "over/kustomization.yaml": "resources: [../base]\nimages: [{name: nginx, newTag: '2'}]\n",
    "part/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
    "resources: [cm.yaml]\n",
    "part/cm.yaml": config_map("part"),
}


def test_kustomize_is_built_as_it_is_written(tmp_path: Path) -> None:
    item = one(tmp_path, KUSTOMIZE, "over")
    (entry,) = item["objects"]
    assert item["type"] == "Kustomize"
    assert entry["template"] == "over"
    assert entry["manifest"]["spec"]["template"]["spec"]["containers"][0]["image"] == "nginx:2"
    assert entry["manifest"]["metadata"]["namespace"] == "shop"


def test_kustomize_is_edited_as_argo_cd_edits_it(tmp_path: Path) -> None:
    kustomize = {
        "namePrefix": "p-",
        "nameSuffix": "-s",
        "namespace": "ns",
        "images": ["nginx=registry.example.com:5000/web:3"],
        "replicas": [{"name": "web", "count": "4"}],
        "commonLabels": {"team": "x"},
        "commonAnnotations": {"by": "${ARGOCD_APP_NAME}"},
        "commonAnnotationsEnvsubst": True,
        "labelWithoutSelector": True,
        "components": ["../part", "../nothing"],
        "ignoreMissingComponents": True,
        "patches": [
            {
                "target": {"kind": "Deployment"},
                "patch": "- {op: add, path: /spec/paused, value: true}",
            }
        ],
    }
    item = one(tmp_path, KUSTOMIZE, "over", kustomize=kustomize)
    assert sorted(names(item)) == ["ConfigMap/p-part-s", "Deployment/p-web-s"]
    web = next(o["manifest"] for o in item["objects"] if o["manifest"]["kind"] == "Deployment")
    container = web["spec"]["template"]["spec"]["containers"][0]
    assert container["image"] == "registry.example.com:5000/web:3"
    assert (web["spec"]["replicas"], web["spec"]["paused"]) == (4, True)
    assert web["metadata"]["namespace"] == "ns"
    assert web["metadata"]["annotations"] == {"by": "app"}
    assert web["metadata"]["labels"] == {"team": "x"}
    assert web["spec"]["selector"] == {"matchLabels": {"app": "web"}}


def component(suffix: str) -> str:
    return f"apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnameSuffix: {suffix}\n"


PARTS = {
    **KUSTOMIZE,
    "parts/a/kustomization.yaml": component("-a"),
    "parts/b/kustomization.yaml": component("-b"),
    "parts/.c/kustomization.yaml": component("-c"),
}


def test_components_may_be_globs_as_the_edit_command_takes_them(tmp_path: Path) -> None:
    item = one(tmp_path, PARTS, "over", kustomize={"components": ["../parts/*", "../parts/[a]"]})
    assert sorted(names(item)) == ["Deployment/web-a-b"]


def test_a_glob_without_a_match_is_an_error_unless_missing_components_are_ignored(
    tmp_path: Path,
) -> None:
    bare = {"components": ["../parts/x*", "../parts/a"]}
    refused = one(tmp_path / "1", PARTS, "over", kustomize=bare)
    assert error(refused) == ("render_failed", True)
    assert refused["error"]["facts"]["message"] == "../parts/x* has no match"
    ignored = {"components": ["../parts/*", "../parts/a"], "ignoreMissingComponents": True}
    item = one(tmp_path / "2", PARTS, "over", kustomize=ignored)
    assert sorted(names(item)) == ["Deployment/web-a"]


def test_every_remote_base_is_named(tmp_path: Path) -> None:
    files = {
        "k/kustomization.yaml": "resources: [../b, 'https://example.com/x.yaml']\n",
        "b/kustomization.yaml": "resources: ['https://example.com/y.yaml']\n",
    }
    item = one(tmp_path, files, "k", kustomize={"components": ["https://example.com/z?ref=v1"]})
    assert item["error"]["facts"] == {
        "path": "k",
        "base": "https://example.com/z?ref=v1",
        "others": ["https://example.com/x.yaml", "https://example.com/y.yaml"],
    }


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("resources: ['https://example.com/x.yaml']\n", ("remote_base_not_given", False)),
        ("resources: ['github.com/org/repo//base?ref=v1']\n", ("remote_base_not_given", False)),
        ("resources: ['git@example.com:org/repo.git']\n", ("remote_base_not_given", False)),
        ("helmCharts: [{name: x, repo: 'https://example.com', version: '1'}]\n",
         ("kustomize_helm_not_run", False)),
        ("resources: [missing.yaml]\n", ("render_failed", True)),
        ("resources: [../../outside.yaml]\n", ("path_outside_repository", True)),
        ("resources: [../../../etc]\n", ("path_outside_repository", True)),
    ],
)  # fmt: skip
def test_kustomization_that_cannot_be_built(
    tmp_path: Path, written: str, expected: tuple[str, bool]
) -> None:
    assert error(one(tmp_path, {"k/kustomization.yaml": written}, "k")) == expected


def test_failure_of_an_edited_kustomization_names_no_copy(tmp_path: Path) -> None:
    item = one(
        tmp_path,
        {"k/kustomization.yaml": "resources: [no.yaml]\n"},
        "k",
        kustomize={"namePrefix": "p-"},
    )
    message = item["error"]["facts"]["message"]
    assert "'k/no.yaml'" in message
    assert str(tmp_path) not in message
    assert "auditor." not in message
