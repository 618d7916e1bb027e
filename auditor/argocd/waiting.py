"""What a running operation waits for, read from its message.

Mirrors upstream gitops-engine `pkg/sync/sync_context.go` (setRunningPhase), `controller/sync.go`
and `processRequestedAppOperation` of `controller/appcontroller.go`.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from auditor.argocd.status import Operation, Status
from auditor.kube.ref import ResourceRef


class WaitsFor(StrEnum):
    """The reasons for which an operation goes on."""

    HOOK = "hook"
    HEALTH = "health"
    DELETION = "deletion"
    CONFIRMATION = "confirmation"
    WINDOW = "window"
    RETRY = "retry"
    TERMINATION = "termination"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """What is waited for; an object only where the message names one."""

    reason: WaitsFor
    ref: ResourceRef | None = None
    """The first object named; its namespace is that of the row or result of this name."""


_NAMED: Final = (
    (WaitsFor.HOOK, "waiting for completion of hook "),
    (WaitsFor.HEALTH, "waiting for healthy state of "),
    (WaitsFor.DELETION, "waiting for deletion of "),
    (WaitsFor.CONFIRMATION, "waiting for pruning confirmation of "),
    (WaitsFor.CONFIRMATION, "waiting for deletion confirmation of "),
)
_OBJECT: Final = re.compile(r"(?P<group>[^/\s]*)/(?P<kind>[^/\s]+)/(?P<name>[^/\s,]+)")
_WINDOW: Final = re.compile(r"blocked by (?:a )?sync window", re.IGNORECASE)


def wait_of(operation: Operation, status: Status) -> Wait:
    """Return what `operation`, which is running, waits for."""
    message = operation.message
    if operation.phase == "Terminating":
        return Wait(WaitsFor.TERMINATION)
    # A finished attempt of an operation that runs on is between two retries.
    if operation.finished is not None:
        return Wait(WaitsFor.RETRY)
    for reason, opening in _NAMED:
        _, found, rest = message.partition(opening)
        if found:
            return Wait(reason, _object(rest, operation, status))
    return Wait(WaitsFor.WINDOW) if _WINDOW.search(message) else Wait(WaitsFor.UNKNOWN)


def _object(text: str, operation: Operation, status: Status) -> ResourceRef | None:
    found = _OBJECT.match(text)
    if found is None:
        return None
    bare = ResourceRef(found["group"], found["kind"], "", found["name"])
    known = (*(r.ref for r in status.rows), *(r.ref for r in operation.results))
    return next((ref for ref in known if replace(ref, namespace="") == bare), bare)
