"""An Application as declared beside what is live."""

from typing import Any

import pytest

from auditor.argocd.application import Application, Destination
from auditor.argocd.releases import NEWEST
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, LiveOrigin

ORIGIN = GitOrigin("https://git.example.com/x.git", "0" * 40, "apps/web.yaml", 3)


def raw(spec: Any, **meta: Any) -> dict[str, Any]:
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": "web", **meta},
        "spec": spec,
    }


def declared(spec: Any, **meta: Any) -> Application:
    return Application.of(Manifest(raw(spec, **meta), ORIGIN), None, NEWEST)


def live(**more: Any) -> Application:
    manifest = Manifest(raw({}, **more.pop("metadata", {})) | more, LiveOrigin("h"))
    return Application.of(None, manifest, NEWEST)


def test_without_a_namespace_it_lives_with_argo_cd() -> None:
    assert declared({}).ref.qualified == "argocd/web"


def test_one_side_is_needed() -> None:
    with pytest.raises(ValueError, match="declared, live, or both"):
        Application.of(None, None, NEWEST)


@pytest.mark.parametrize("spec", [None, [], "x", {"destination": []}, {"sources": 3, "source": 1}])
def test_garbage_reads_as_absent(spec: Any) -> None:
    app = declared(spec)
    assert app.project == "default"
    assert app.sources == ()
    assert not app.policy.is_automated
    assert app.destination == Destination("", "", "")


def test_both_spellings_of_the_own_cluster_are_one() -> None:
    by_server = declared({"destination": {"server": "https://kubernetes.default.svc/"}})
    by_name = declared({"destination": {"name": "in-cluster"}})
    assert by_server.destination.cluster == by_name.destination.cluster
    assert by_server.destination.is_in_cluster
    assert not declared({"destination": {}}).destination.is_in_cluster


@pytest.mark.parametrize(
    ("finalizer", "cascades"),
    [
        ("resources-finalizer.argocd.argoproj.io", True),
        ("resources-finalizer.argocd.argoproj.io/background", True),
        ("resources-finaliser.argocd.argoproj.io", False),
        ("foregroundDeletion", False),
    ],
)
def test_the_finalizer_decides_what_deletion_takes_along(finalizer: str, *, cascades: bool) -> None:
    assert declared({}, finalizers=[finalizer]).cascades is cascades


def test_an_owner_that_is_a_set_made_it() -> None:
    owner = {"ownerReferences": [{"kind": "ApplicationSet", "name": "previews"}]}
    assert live(metadata=owner).is_generated
    assert not live().is_generated


def test_a_row_of_a_live_hook_is_not_compared() -> None:
    rows = [
        {"kind": "Job", "name": "migrate", "requiresPruning": True},
        {"kind": "ConfigMap", "name": "a", "status": "OutOfSync", "requiresPruning": True},
        {"kind": "ConfigMap", "name": "b", "status": "OutOfSync"},
        {"kind": "ConfigMap", "name": "c", "status": "Synced"},
    ]
    status = live(status={"resources": rows}).status
    assert status is not None
    assert [row.ref.name for row in status.drifted] == ["b"]
    assert [row.ref.name for row in status.pending_prunes] == ["a"]


def test_while_rendering_fails_nothing_waits_to_be_pruned() -> None:
    rows = [{"kind": "ConfigMap", "name": "a", "status": "OutOfSync", "requiresPruning": True}]
    conditions = [{"type": "ComparisonError", "message": "x"}]
    status = live(status={"resources": rows, "conditions": conditions}).status
    assert status is not None
    assert status.pending_prunes == ()


def test_an_operation_without_a_result_is_told_apart() -> None:
    state = {"phase": "Error", "operation": {"sync": {"autoHealAttemptsCount": 3}}}
    status = live(status={"operationState": state}).status
    assert status is not None
    assert status.operation is not None
    assert status.operation.has_failed
    assert not status.operation.has_result
    assert status.operation.heal_attempts == 3
