"""Which namespaces are used, and which Argo CD did not find."""

from typing import Any

import pytest

from auditor.argocd.namespaces import has_synced_row, not_found, used_by_objects, used_by_rows
from auditor.argocd.needs import needed_from
from auditor.argocd.status import Status
from auditor.kube.manifest import Manifest
from auditor.kube.origin import LiveOrigin

MESSAGE = (
    "one or more objects failed to apply, reason: error running kubectl auth reconcile: error "
    'getting namespace batch: namespaces "batch" not found,namespaces "jobs" not found'
)


def manifest(kind: str, name: str, namespace: str = "", **more: Any) -> Manifest:
    meta = {"name": name, **({"namespace": namespace} if namespace else {})}
    return Manifest({"kind": kind, "metadata": meta | more.pop("meta", {}), **more}, LiveOrigin(""))


def status(**raw: Any) -> Status:
    return Status.parse({"status": raw})


def test_objects_are_gathered_by_namespace() -> None:
    hook = {"annotations": {"argocd.argoproj.io/hook": "Skip"}}
    used = used_by_objects(
        [
            manifest("ConfigMap", "a", "shop"),
            manifest("ClusterRole", "b"),
            manifest("Secret", "c", "cart"),
            manifest("Service", "d", "shop"),
            manifest("Job", "e", "never", meta=hook),
        ]
    )
    assert [(use.namespace, len(use.objects)) for use in used] == [("cart", 1), ("shop", 2)]


def test_rows_that_wait_to_be_pruned_are_not_in_git() -> None:
    rows = [
        {"kind": "ConfigMap", "namespace": "shop", "name": "a", "status": "OutOfSync"},
        {
            "kind": "ConfigMap",
            "namespace": "old",
            "name": "b",
            "status": "OutOfSync",
            "requiresPruning": True,
        },
        {"kind": "Job", "namespace": "hooks", "name": "c", "hook": True},
    ]
    assert [use.namespace for use in used_by_rows(status(resources=rows))] == ["shop"]


@pytest.mark.parametrize("phase", ["Running", "Failed", "Error"])
def test_every_namespace_of_a_joined_message_is_read(phase: str) -> None:
    said = status(operationState={"phase": phase, "message": MESSAGE})
    assert not_found(said) == {"batch", "jobs"}


def test_an_attempt_that_succeeded_found_everything() -> None:
    assert not not_found(status(operationState={"phase": "Succeeded", "message": MESSAGE}))
    assert not not_found(status())
    assert not not_found(None)


def test_only_a_synced_row_proves_a_namespace() -> None:
    def row(state: str) -> dict[str, str]:
        return {"kind": "ConfigMap", "namespace": "shop", "name": "a", "status": state}

    error = [{"type": "ComparisonError", "message": "cannot render"}]
    assert has_synced_row(status(resources=[row("Synced")]), "shop")
    assert not has_synced_row(status(resources=[row("Synced")]), "cart")
    assert not has_synced_row(status(resources=[row("OutOfSync")]), "shop")
    assert not has_synced_row(status(resources=[row("Synced")], conditions=error), "shop")
    assert not has_synced_row(None, "shop")


def test_needs_are_what_the_other_alone_makes() -> None:
    pod = {"volumes": [{"secret": {"secretName": "tls"}}, {"configMap": {"name": "own"}}]}
    user = manifest("Pod", "web", "shop", apiVersion="v1", spec=pod)
    own = manifest("ConfigMap", "own", "shop")
    made = [
        manifest("SealedSecret", "tls", "shop"),
        manifest("ConfigMap", "own", "shop"),
        manifest("Secret", "unused", "shop"),
    ]
    assert needed_from([user, own], made, "shop") == (("Secret", "tls"),)
    assert needed_from([user, own], made, "elsewhere") == ()
