"""When a cause began to show, how often it did, and what had changed in Git just before."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.commits import Commit, before
from auditor.argocd.status import Status
from auditor.argocd.troubles import Troubles
from auditor.engine.result import Cause
from auditor.findings import Basis, Finding
from auditor.kube.ref import ResourceRef
from auditor.snapshot import Snapshot
from auditor.snapshot.derived import NOW
from auditor.snapshot.history import HISTORY
from auditor.snapshot.troubles import TROUBLES

COMMITS: Final = 3
"""Commits that are told of: the last one is suspected, those before it show what was usual."""
_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_WELL: Final = ("", "Healthy", "Suspended")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLine:
    """What is known of the time before the snapshot; counts are 0 where nothing tells them."""

    since: datetime | None
    """First sign that is still there, of all Applications hit."""
    attempts: int
    """Syncs that were tried and did not succeed, retries included."""
    heals: int
    """Times in a row that self-heal put back what something else writes."""
    warnings: int
    """Warnings among the events about what is hit; events are kept for an hour or so."""
    deployed: datetime | None
    """Last sync that succeeded, of the Application in which the cause lies."""
    commits: tuple[Commit, ...]
    """The last ones before `since` that touched this Application's files, the newest first."""


def time_line(
    cause: Cause, snapshot: Snapshot, known: Mapping[ResourceRef, Application]
) -> TimeLine | None:
    """Return the time line of a cause that is seen to happen, None for one that is only feared.

    `known` are the Applications of `snapshot`.
    """
    everyone = (cause.root, *cause.effects)
    seen = [finding for finding in everyone if finding.breach.basis is Basis.OBSERVED]
    if not seen:
        return None
    hit = dict.fromkeys(ref for finding in seen for ref in (finding.subject, *finding.members))
    apps = [known[ref] for ref in hit if ref in known]
    signs = {app.ref: sign for app in apps if (sign := _first_sign(app))}
    since = min((*signs.values(), *_told(seen, snapshot.look(NOW))), default=None)
    source = known.get(cause.root.subject) or min(
        apps, key=lambda app: (signs.get(app.ref) or _NEVER, app.ref), default=None
    )
    history = snapshot.look(HISTORY)
    told = history if isinstance(history, Mapping) else {}
    commits: tuple[Commit, ...] = told.get(source.ref.qualified, ()) if source else ()
    statuses = [app.status for app in apps if app.status]
    return TimeLine(
        since=since,
        attempts=sum(map(_attempts, statuses)),
        heals=max(map(_heals, statuses), default=0),
        warnings=_warnings(snapshot, apps, cause),
        deployed=source.status.last_deployed if source and source.status else None,
        commits=before(commits, since, COMMITS),
    )


def _told(seen: Iterable[Finding], now: object) -> Iterator[datetime]:
    """Yield what findings say of their beginning: an age, or the time of a write."""
    for finding in seen:
        age, time = (finding.breach.facts.get(name) for name in ("age", "time"))
        if isinstance(age, timedelta) and isinstance(now, datetime):
            yield now - age
        if isinstance(time, datetime):
            yield time


def _first_sign(app: Application) -> datetime | None:
    """Return the earliest sign of trouble since the last sync that succeeded."""
    if app.status is None:
        return None
    signs = [sign for sign in _signs(app.status) if sign]
    last = app.status.last_deployed
    after = [sign for sign in signs if last is None or sign >= last]
    return min(after or signs, default=None)


def _signs(status: Status) -> Iterator[datetime | None]:
    yield from (condition.since for condition in status.conditions if condition.is_error)
    if status.health not in _WELL and not status.has_comparison_error:
        yield status.health_since
    operation = status.operation
    if operation and (operation.is_running or (operation.has_failed and status.sync != "Synced")):
        yield operation.started


def _attempts(status: Status) -> int:
    operation = status.operation
    if operation is None or (operation.has_failed and status.sync == "Synced"):
        return 0
    # between two retries the operation runs on, and the attempt that failed has ended
    has_failed = operation.has_failed or (operation.is_running and operation.finished is not None)
    return operation.retry_count + 1 if has_failed else 0


def _heals(status: Status) -> int:
    return status.operation.heal_attempts if status.operation and status.drifted else 0


def _warnings(snapshot: Snapshot, apps: Iterable[Application], cause: Cause) -> int:
    troubles = snapshot.look(TROUBLES)
    if not isinstance(troubles, Troubles):
        return 0
    everyone = (cause.root, *cause.effects)
    labels = {app.ref.label for app in apps}
    labels |= {name for f in everyone for kind, name in f.breach.keys if kind == "object"}
    return sum(troubles.warned.get(label, 0) for label in labels)
