"""Global projects: who gets which lists."""

from typing import Any

import pytest

from auditor.argocd.app_project import AppProject, identity, is_whole
from auditor.argocd.global_projects import merge, merged_into, parse
from auditor.argocd.project import Project
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, LiveOrigin


def project(name: str, spec: dict[str, Any], labels: dict[str, str] | None = None) -> AppProject:
    raw = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "AppProject",
        "metadata": {"name": name, "labels": labels or {}},
        "spec": spec,
    }
    manifest = Manifest(raw, LiveOrigin("cluster"))
    return AppProject.of(identity(manifest, "argocd"), None, manifest)


SHOP = project("shop", {"sourceRepos": ["a"]}, {"team": "shop"})
EXTRA = project("extra", {"sourceRepos": ["b"], "namespaceResourceBlacklist": [{"kind": "Secret"}]})
DEPLOYMENT = ("apps", "Deployment", True)
KNOWN = {"shop": SHOP, "extra": EXTRA}


@pytest.mark.parametrize(
    ("written", "merged"),
    [
        ("", []),
        ("[{projectName: extra, labelSelector: {matchLabels: {team: shop}}}]", ["extra"]),
        ("[{projectName: extra}]", ["extra"]),
        ("[{projectName: extra, labelSelector: {matchLabels: {team: ops}}}]", []),
        ("[{projectName: shop}]", []),
        ("[{projectName: gone}, {projectName: extra}]", []),
        (
            "[{projectName: extra, labelSelector: {matchExpressions: [{key: a, operator: x}]}}]",
            [],
        ),
        ("projectName: extra", []),
        ("[", []),
    ],
)
def test_selectors_decide_and_a_broken_entry_ends_the_search(
    written: str, merged: list[str]
) -> None:
    entries = parse({"globalProjects": written})
    assert [found.name for found in merged_into(SHOP, entries, KNOWN)] == merged


def test_lists_are_added_and_an_absent_one_stays_absent() -> None:
    found = Project.of_spec(merge(SHOP, [EXTRA]))
    assert found.source_repos == ("a", "b")
    assert found.namespace_whitelist is None
    assert not found.permits_kind("", "Secret", is_namespaced=True)


def test_an_added_list_of_namespaced_kinds_restricts() -> None:
    narrow = project("narrow", {"namespaceResourceWhitelist": [{"group": "", "kind": "ConfigMap"}]})
    empty = project("empty", {"namespaceResourceWhitelist": []})
    assert not Project.of_spec(merge(SHOP, [narrow])).permits_kind(*DEPLOYMENT)
    assert Project.of_spec(merge(SHOP, [empty])).permits_kind(*DEPLOYMENT)


@pytest.mark.parametrize(
    ("name", "spec", "answer"),
    [
        ("shop", {"sourceRepos": ["a"]}, True),
        ("shop", {}, False),
        ("shop", {"$patch": "delete"}, False),
        ("<PROJECT>", {"sourceRepos": ["a"]}, False),
        ("shop", {"destinations": [{"namespace": "{{ .Values.namespace }}"}]}, False),
        ("shop", {"destinations": [{"namespace": "shop-{a,b}"}]}, True),
    ],
)
def test_patches_and_unrendered_templates_are_no_projects(
    name: str,
    spec: dict[str, Any],
    *,
    answer: bool,
) -> None:
    origin = GitOrigin("https://git.example.com/a.git", "0" * 40, "project.yaml", 1)
    manifest = Manifest({"kind": "AppProject", "metadata": {"name": name}, "spec": spec}, origin)
    assert is_whole(manifest) is answer


def test_a_finding_points_to_git_only_where_git_says_the_same() -> None:
    origin = GitOrigin("https://git.example.com/a.git", "0" * 40, "project.yaml", 1)
    git = Manifest({"spec": {"sourceRepos": ["a", "c"]}}, origin)
    live = Manifest({"spec": {"sourceRepos": ["a", "b"]}}, LiveOrigin("cluster"))
    both = AppProject.of(SHOP.ref, git, live)
    assert both.side("/spec/sourceRepos/0") is git
    assert both.side("/spec/sourceRepos/1") is live
    assert both.lists.source_repos == ("a", "b")
