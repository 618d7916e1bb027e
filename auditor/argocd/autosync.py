"""Whether Argo CD syncs by itself; mirrors `autoSync` and the retries of `appcontroller.go`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from auditor.argocd.application_fields import parse_rfc3339
from auditor.argocd.application_source import effective_source, has_multiple_sources
from auditor.argocd.retry import AUTOMATED_LIMIT, Retry
from auditor.argocd.source_json import decoded, encoded
from auditor.argocd.sync_policy import SyncPolicy
from auditor.kube.duration import SECOND_NS
from auditor.kube.loose import integer, is_true, mapping, mappings, text, texts
from auditor.kube.manifest import at

_COMPLETED = ("Succeeded", "Failed", "Error")


@dataclass(frozen=True, slots=True)
class SelfHeal:
    """Settings of the controller: a growing wait between self-heals, or a fixed one."""

    timeout: timedelta = timedelta()
    """The fixed wait, which counts where `backoff` is None."""
    backoff: timedelta | None = timedelta(seconds=2)
    factor: float = 3
    cap: timedelta = timedelta(seconds=300)

    def wait_ns(self, attempts: int) -> int:
        """Return the wait after `attempts` self-heals, in nanoseconds (`selfHealRemainingBackoff`).

        None of them waits for the first; the cap counts from the second on.
        """
        if self.backoff is None:
            return _ns(self.timeout)
        wait, following, cap = 0, _ns(self.backoff), _ns(self.cap)
        for _ in range(max(0, attempts)):
            if wait == following:
                break
            wait = following
            if self.factor:
                following = int(following * self.factor)
            if 0 < cap < following:
                following = cap
        return wait

    def remaining_ns(self, attempts: int, since_finished: timedelta | None) -> int:
        """Return how long the next self-heal is held back; 0 or less means not at all.

        `since_finished` is None where the last operation has no end, which keeps the full wait.
        """
        passed = _ns(since_finished) if since_finished is not None else 0
        return self.wait_ns(attempts) - passed


@dataclass(frozen=True, slots=True)
class Decision:
    """An operation to start, a SyncError to show, or neither: then nobody is told."""

    operation: Mapping[str, Any] | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """Whether revisions and source were synced before, and how that ended."""

    is_repeated: bool
    revisions: tuple[str, ...] = ()
    phase: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A fresh comparison of an Application with Git."""

    status: str
    revision: str = ""
    revisions: tuple[str, ...] = ()
    resources: tuple[Mapping[str, Any], ...] = ()
    """Rows as in `status.resources`."""
    has_changes: bool = True
    """False where the new commits touch nothing of manifest-generate-paths."""

    @classmethod
    def of(
        cls, sync_status: Any, resources: Sequence[Any], *, has_changes: bool = True
    ) -> "Comparison":
        """Read `status.sync` and `status.resources`."""
        return cls(
            status=text(sync_status, "status"),
            revision=text(sync_status, "revision"),
            revisions=texts(sync_status, "revisions"),
            resources=tuple(row for row in resources if isinstance(row, Mapping)),
            has_changes=has_changes,
        )

    @property
    def needs_only_pruning(self) -> bool:
        """Tell whether every row that is not Synced only waits to be pruned."""
        return all(
            text(row, "status") == "Synced" or is_true(row, "requiresPruning")
            for row in self.resources
        )

    @property
    def would_wipe_out(self) -> bool:
        """Tell whether a sync with pruning would leave nothing, also where there are no rows."""
        return all(is_true(row, "requiresPruning") for row in self.resources)


def last_attempt(app: Any, comparison: Comparison) -> Attempt:
    """Return whether the fresh revisions and source were attempted (`alreadyAttemptedSync`)."""
    state = at(app, "status", "operationState")
    if not isinstance(state, Mapping):
        return Attempt(is_repeated=False)
    phase = text(state, "phase")
    result = at(state, "syncResult")
    if not isinstance(result, Mapping):
        return Attempt(phase in _COMPLETED, (), phase)
    spec = mapping(app, "spec")
    if has_multiple_sources(spec):
        synced = texts(result, "revisions")
        wanted = comparison.revisions
        sources = [decoded(source) for source in mappings(spec, "sources")]
        is_same = sources == [decoded(source) for source in mappings(result, "sources")]
    else:
        synced = (text(result, "revision"),)
        wanted = (comparison.revision,)
        is_same = decoded(effective_source(spec)) == decoded(mapping(result, "source"))
    if comparison.has_changes and synced != wanted:
        return Attempt(is_repeated=False, revisions=synced, phase=phase)
    return Attempt(is_same, synced, phase)


def decide(
    app: Any, comparison: Comparison, *, now: datetime, self_heal: SelfHeal | None = None
) -> Decision:
    """Return what auto-sync does with an Application after a comparison (`autoSync`).

    Sync windows are asked before, see `windows.can_sync`. `now` needs a time zone.
    """
    policy = SyncPolicy.parse(at(app, "spec"))
    if not policy.is_automated or not _is_free(app) or comparison.status != "OutOfSync":
        return Decision()
    if not policy.prunes and comparison.needs_only_pruning:
        return Decision()
    attempt = last_attempt(app, comparison)
    attempts = 0
    partial: tuple[Mapping[str, Any], ...] = ()
    if attempt.is_repeated:
        if attempt.phase != "Succeeded":
            message = text(app, "status", "operationState", "message")
            revisions = _listed(attempt.revisions)
            return Decision(error=f"Failed last sync attempt to {revisions}: {message}")
        if not policy.self_heals:
            return Decision()
        state = mapping(app, "status", "operationState")
        attempts = integer(state, "operation", "sync", "autoHealAttemptsCount") or 0
        finished = parse_rfc3339(at(state, "finishedAt"))
        since = now - finished if finished else None
        if (self_heal or SelfHeal()).remaining_ns(attempts, since) > 0:
            return Decision()
        attempts += 1
        partial = tuple(row for row in comparison.resources if text(row, "status") != "Synced")
    if policy.prunes and not policy.allows_empty and comparison.would_wipe_out:
        revisions = _listed(_desired(app, comparison))
        return Decision(
            error=f"Skipping sync attempt to {revisions}: auto-sync will wipe out all resources"
        )
    return Decision(operation=_operation(app, comparison, policy, attempts, partial))


def _is_free(app: Any) -> bool:
    return at(app, "operation") is None and not text(app, "metadata", "deletionTimestamp")


def _desired(app: Any, comparison: Comparison) -> tuple[str, ...]:
    if has_multiple_sources(at(app, "spec")):
        return comparison.revisions
    return (comparison.revision,)


def _listed(revisions: Sequence[str]) -> str:
    return f"[{' '.join(revisions)}]"


def _operation(
    app: Any,
    comparison: Comparison,
    policy: SyncPolicy,
    attempts: int,
    partial: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    spec = mapping(app, "spec")
    sync: dict[str, Any] = {
        "revision": comparison.revision,
        "revisions": list(comparison.revisions),
        "prune": policy.prunes,
        "syncOptions": list(policy.options),
        "sources": [encoded(source) for source in mappings(spec, "sources")],
        "autoHealAttemptsCount": attempts,
        "resources": [_row(row) for row in partial],
    }
    sync = {key: value for key, value in sync.items() if value}
    if not has_multiple_sources(spec):
        sync["source"] = encoded(effective_source(spec))
    retry = _encoded_retry(mapping(spec, "syncPolicy", "retry"))
    return {
        "sync": sync,
        "initiatedBy": {"automated": True},
        "retry": retry if policy.has_retry else {"limit": AUTOMATED_LIMIT},
    }


def _row(row: Mapping[str, Any]) -> dict[str, str]:
    named = {"group": text(row, "group"), "kind": text(row, "kind"), "name": text(row, "name")}
    return {key: value for key, value in named.items() if value or key != "group"}


def _encoded_retry(raw: Mapping[str, Any]) -> dict[str, Any]:
    backoff = at(raw, "backoff")
    out: dict[str, Any] = {
        "limit": integer(raw, "limit") or None,
        "refresh": is_true(raw, "refresh") or None,
        "backoff": None
        if not isinstance(backoff, Mapping)
        else {key: value for key, value in backoff.items() if value is not None and value != ""},
    }
    return {key: value for key, value in out.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Failure:
    """What an operation becomes after an attempt failed."""

    phase: str
    message: str
    retry_count: int
    next_attempt_ns: int | None = None
    """Time until the attempt that the message announces; the effective one is a step longer."""


def after_failure(phase: str, message: str, retry: Retry, retry_count: int) -> Failure:
    """Return the next state of an operation whose attempt just failed, without the clock time.

    While a retry is due the phase is `Running` and the message ends in `at <TIME>.`
    """
    if retry.limit < 0 or retry_count < retry.limit:
        if retry.errors:
            why = f"unable to parse {retry.errors[0][1]} as a duration"
            return Failure("Error", f"{message} (failed to retry: {why})", retry_count)
        wait = retry.next_retry_ns(retry_count)
        number = retry_count + 1
        told = f"{message}. Retrying attempt #{number} at <TIME>."
        return Failure("Running", told, number, wait)
    if retry_count > 0:
        message = f"{message} (retried {retry_count} times)."
    return Failure(phase, message, retry_count)


def starts_attempt(retry: Retry, retry_count: int, since_finished: timedelta) -> bool:
    """Tell whether a waiting operation starts its next attempt that long after the failure."""
    return not retry.errors and retry.next_retry_ns(retry_count) <= _ns(since_finished)


def _ns(duration: timedelta) -> int:
    return duration // timedelta(microseconds=1) * (SECOND_NS // 1_000_000)
