"""What Argo CD last wrote into `.status` (v1alpha1/types.go, ApplicationStatus)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from auditor.kube.manifest import at
from auditor.kube.moment import moment
from auditor.kube.ref import ResourceRef


@dataclass(frozen=True, slots=True)
class Row:
    """An entry of `status.resources`."""

    ref: ResourceRef
    status: str
    """Synced, OutOfSync, Unknown; empty for hooks."""
    health: str
    """Empty where the controller stores health elsewhere (default since 3.0)."""
    health_message: str
    requires_pruning: bool
    is_hook: bool
    requires_confirmation: bool = False
    """A person has to approve before it is deleted."""

    @property
    def counts(self) -> bool:
        """Say whether the row is compared at all: live hooks carry no status."""
        return bool(self.status) and not self.is_hook


@dataclass(frozen=True, slots=True)
class Condition:
    """An entry of `status.conditions`."""

    type: str
    message: str
    since: datetime | None

    @property
    def is_error(self) -> bool:
        """Say whether Argo CD calls it an error (types.go, IsError)."""
        return self.type.endswith("Error")


@dataclass(frozen=True, slots=True)
class ResourceResult:
    """An entry of `operationState.syncResult.resources`."""

    ref: ResourceRef
    status: str
    hook_phase: str
    message: str

    @property
    def has_failed(self) -> bool:
        """Say whether the object was not applied, or was a hook that failed."""
        return self.status == "SyncFailed" or self.hook_phase in ("Failed", "Error")


@dataclass(frozen=True, slots=True)
class Operation:
    """`status.operationState`: the last attempt, which may predate the present spec."""

    phase: str
    message: str
    started: datetime | None
    finished: datetime | None
    retry_count: int
    heal_attempts: int
    is_automated: bool
    initiated_by: str
    has_result: bool
    """False where the attempt ended before it knew what to sync (syncResult absent)."""
    revisions: tuple[str, ...]
    results: tuple[ResourceResult, ...]
    sync_options: tuple[str, ...]

    @property
    def is_running(self) -> bool:
        """Say whether it goes on, retries included."""
        return self.phase in ("Running", "Terminating")

    @property
    def has_failed(self) -> bool:
        """Say whether it ended badly."""
        return self.phase in ("Failed", "Error")


@dataclass(frozen=True, slots=True)
class Status:
    """`.status`, with absent parts empty."""

    sync: str
    health: str
    health_message: str
    health_since: datetime | None
    revisions: tuple[str, ...]
    """Commit a source, in the order of the sources; what Argo CD compared with."""
    compared_to: Mapping[str, Any]
    rows: tuple[Row, ...]
    conditions: tuple[Condition, ...]
    operation: Operation | None
    reconciled: datetime | None
    last_deployed: datetime | None

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        """Read `.status` of a raw Application; wrong types read as absent."""
        status = _map(raw.get("status"))
        sync = _map(status.get("sync"))
        history = [moment(_map(entry).get("deployedAt")) for entry in _list(status.get("history"))]
        return cls(
            sync=_text(sync.get("status")),
            health=_text(at(status, "health", "status")),
            health_message=_text(at(status, "health", "message")),
            health_since=moment(at(status, "health", "lastTransitionTime")),
            revisions=_revisions(sync),
            compared_to=_map(sync.get("comparedTo")),
            rows=tuple(_row(_map(entry)) for entry in _list(status.get("resources"))),
            conditions=tuple(_condition(_map(entry)) for entry in _list(status.get("conditions"))),
            operation=_operation(_map(status.get("operationState"))),
            reconciled=moment(status.get("reconciledAt")),
            last_deployed=max((time for time in history if time), default=None),
        )

    @property
    def has_comparison_error(self) -> bool:
        """Say whether rendering or comparing failed: then rows and health mean little."""
        return any(c.type in ("ComparisonError", "InvalidSpecError") for c in self.conditions)

    @property
    def drifted(self) -> tuple[Row, ...]:
        """Return the rows that differ from Git and do not merely wait to be pruned."""
        return tuple(
            r for r in self.rows if r.counts and r.status == "OutOfSync" and not r.requires_pruning
        )

    @property
    def pending_prunes(self) -> tuple[Row, ...]:
        """Return the rows that are no longer in Git; none while rendering fails."""
        if self.has_comparison_error:
            return ()
        return tuple(
            r for r in self.rows if r.counts and r.status == "OutOfSync" and r.requires_pruning
        )


def _row(entry: Mapping[str, Any]) -> Row:
    return Row(
        ref=_ref(entry),
        status=_text(entry.get("status")),
        health=_text(at(entry, "health", "status")),
        health_message=_text(at(entry, "health", "message")),
        requires_pruning=entry.get("requiresPruning") is True,
        is_hook=entry.get("hook") is True,
        requires_confirmation=entry.get("requiresDeletionConfirmation") is True,
    )


def _condition(entry: Mapping[str, Any]) -> Condition:
    since = moment(entry.get("lastTransitionTime"))
    return Condition(_text(entry.get("type")), _text(entry.get("message")), since)


def _operation(state: Mapping[str, Any]) -> Operation | None:
    if not state:
        return None
    result = state.get("syncResult")
    asked = _map(at(state, "operation", "sync"))
    initiated = _map(at(state, "operation", "initiatedBy"))
    return Operation(
        phase=_text(state.get("phase")),
        message=_text(state.get("message")),
        started=moment(state.get("startedAt")),
        finished=moment(state.get("finishedAt")),
        retry_count=_int(state.get("retryCount")),
        heal_attempts=_int(asked.get("autoHealAttemptsCount")),
        is_automated=initiated.get("automated") is True,
        initiated_by=_text(initiated.get("username")),
        has_result=isinstance(result, Mapping),
        revisions=_revisions(_map(result)),
        results=tuple(_result(_map(entry)) for entry in _list(_map(result).get("resources"))),
        sync_options=tuple(map(str, _list(asked.get("syncOptions")))),
    )


def _result(entry: Mapping[str, Any]) -> ResourceResult:
    return ResourceResult(
        _ref(entry),
        _text(entry.get("status")),
        _text(entry.get("hookPhase")),
        _text(entry.get("message")),
    )


def _ref(entry: Mapping[str, Any]) -> ResourceRef:
    return ResourceRef(*(_text(entry.get(k)) for k in ("group", "kind", "namespace", "name")))


def _revisions(holder: Mapping[str, Any]) -> tuple[str, ...]:
    several = tuple(_text(item) for item in _list(holder.get("revisions")))
    single = _text(holder.get("revision"))
    return several or ((single,) if single else ())


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _int(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
