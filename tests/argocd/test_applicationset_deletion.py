"""What an ApplicationSet takes along when it gives fewer Applications."""

from typing import Any

import pytest

from auditor.argocd.applicationset_deletion import (
    generated_cascade,
    has_own_finalizers,
    outside_generators,
    wanted_policy,
)
from auditor.argocd.applicationset_object import ApplicationSet, made_of
from auditor.kube.manifest import Manifest
from auditor.kube.origin import LiveOrigin
from auditor.kube.ref import ResourceRef

CASCADES = "resources-finalizer.argocd.argoproj.io"
LIST: list[Any] = [{"list": {"elements": [{"a": "b"}]}}]
CLUSTERS: list[Any] = [{"clusters": {}}]


def of(generators: list[Any], finalizers: list[str] | None = None, **policy: Any) -> ApplicationSet:
    meta = {"name": "x-{{a}}"} | ({} if finalizers is None else {"finalizers": finalizers})
    spec = {
        "generators": generators,
        "syncPolicy": policy,
        "template": {"metadata": meta, "spec": {"project": "shop"}},
    }
    raw = {"metadata": {"name": "sets", "namespace": "argocd"}, "spec": spec}
    ref = ResourceRef("argoproj.io", "ApplicationSet", "argocd", "sets")
    return ApplicationSet(ref, Manifest(raw, LiveOrigin("")), None, made_of(raw), ())


@pytest.mark.parametrize("generators", [LIST, CLUSTERS], ids=["known", "only the template"])
def test_finalizers_are_injected_unless_there_are_some(generators: list[Any]) -> None:
    assert generated_cascade(of(generators))
    assert generated_cascade(of(generators, []))
    assert generated_cascade(of(generators, [f"{CASCADES}/background"]))
    assert not generated_cascade(of(generators, ["example.com/x"]))
    assert not generated_cascade(of(generators, preserveResourcesOnDeletion=True))
    assert generated_cascade(of(generators, [CASCADES], preserveResourcesOnDeletion=True))


def test_only_a_list_that_holds_something_is_the_templates_own() -> None:
    assert has_own_finalizers(of(LIST, ["example.com/x"]))
    assert not has_own_finalizers(of(LIST, []))
    assert not has_own_finalizers(of(LIST))


def test_generators_that_no_commit_decides() -> None:
    git: dict[str, Any] = {"git": {"repoURL": "r"}}
    inner = {"matrix": {"generators": [git, {"merge": {"generators": [{"plugin": {"a": "b"}}]}}]}}
    assert outside_generators(of([git, *LIST])) == ()
    assert outside_generators(of([inner, *CLUSTERS, *CLUSTERS])) == ("plugin", "clusters")


def test_the_policy_is_what_is_written() -> None:
    assert wanted_policy(of(LIST)) == ""
    assert wanted_policy(of(LIST, applicationsSync="create-only")) == "create-only"
