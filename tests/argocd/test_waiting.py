"""What a running operation waits for."""

from typing import Any

import pytest

from auditor.argocd.status import Status
from auditor.argocd.waiting import Wait, WaitsFor, wait_of
from auditor.kube.ref import ResourceRef


def waiting(message: str, **state: Any) -> Wait:
    rows = [{"group": "apps", "kind": "Deployment", "namespace": "shop", "name": "web"}]
    raw = {"phase": "Running", "message": message, **state}
    status = Status.parse({"status": {"resources": rows, "operationState": raw}})
    assert status.operation is not None
    return wait_of(status.operation, status)


@pytest.mark.parametrize(
    ("message", "reason", "label"),
    [
        ("waiting for completion of hook batch/Job/migrate", WaitsFor.HOOK, "Job migrate"),
        (
            "waiting for completion of hook batch/Job/migrate and 1 more hooks",
            WaitsFor.HOOK,
            "Job migrate",
        ),
        (
            "waiting for healthy state of apps/Deployment/web and 2 more resources",
            WaitsFor.HEALTH,
            "Deployment shop/web",
        ),
        ("waiting for deletion of /Service/web", WaitsFor.DELETION, "Service web"),
        (
            "waiting for pruning confirmation of /ConfigMap/keep",
            WaitsFor.CONFIRMATION,
            "ConfigMap keep",
        ),
    ],
)
def test_the_message_names_reason_and_object(message: str, reason: WaitsFor, label: str) -> None:
    found = waiting(message)
    assert found.reason is reason
    assert found.ref is not None
    assert found.ref.label == label


def test_a_name_that_is_no_object_is_none() -> None:
    assert waiting("waiting for deletion of something") == Wait(WaitsFor.DELETION)


def test_an_end_that_is_written_down_means_a_retry() -> None:
    found = waiting(
        "waiting for completion of hook batch/Job/migrate", finishedAt="2026-11-23T01:00:00Z"
    )
    assert found == Wait(WaitsFor.RETRY)


def test_other_texts() -> None:
    assert waiting("Sync operation blocked by sync window") == Wait(WaitsFor.WINDOW)
    assert waiting("one or more tasks are running") == Wait(WaitsFor.UNKNOWN)
    assert waiting("anything", phase="Terminating") == Wait(WaitsFor.TERMINATION)


def test_objects_of_one_name_in_several_groups_are_told_apart() -> None:
    found = waiting("waiting for healthy state of other/Deployment/web")
    assert found.ref == ResourceRef("other", "Deployment", "", "web")
