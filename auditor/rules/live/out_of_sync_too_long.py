"""Objects that differ from Git for longer than a sync takes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from auditor.argocd.application import Application
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.freshness import Freshness, last_write, out_of_sync_since
from auditor.argocd.status import Status
from auditor.findings import Basis, Breach, Severity, Unseen, by_tier, everywhere
from auditor.kube.gap import Gap
from auditor.kube.ref import ResourceRef
from auditor.rulebook import rule
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.derived import APPLICATIONS, NOW, OBJECTS
from auditor.snapshot.freshness import FRESHNESS
from auditor.snapshot.held_back import HELD_BACK
from auditor.snapshot.sections import LIVE_APPLICATIONS

HeldBack = frozenset[ResourceRef] | Missing | Excluded
Live = LiveObjects | Missing | Excluded


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a difference may last."""

    out_of_sync_after: timedelta = timedelta(minutes=15)
    """Five detections; the retries of an automated sync take 310 s."""
    stale_factor: int = 3
    """How many reconciliation periods a status may lag behind the newest."""


@rule(
    "LIVE-001",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(LIVE_APPLICATIONS, NOW, FRESHNESS),
    uses=(OBJECTS, HELD_BACK),
    options=Patience,
)
def out_of_sync_too_long(
    app: Application,
    options: Patience,
    _applications: object,
    now: datetime,
    freshness: Freshness,
    live: Live,
    held_back: HeldBack,
) -> Iterator[Breach | Unseen]:
    """Believe a fresh status, and give syncs the time they need (semantics §8, trap 44)."""
    status = app.status
    if status is None:
        yield Unseen(Gap("application_not_live"))
    elif status.has_comparison_error or status.sync not in ("Synced", "OutOfSync"):
        yield Unseen(Gap("comparison_failed"))
    elif not freshness.is_fresh(app, options.stale_factor):
        yield Unseen(Gap("status_is_stale"))
    elif status.drifted and not _is_syncing(app, status):
        yield from _late(app, status, _since(status, live, now, options), now, options, held_back)


def _is_syncing(app: Application, status: Status) -> bool:
    is_asked = app.live is not None and bool(app.live.get("operation"))
    return is_asked or (status.operation is not None and status.operation.is_running)


def _since(status: Status, live: Live, now: datetime, options: Patience) -> datetime | None:
    """Return since when, as far as the API tells; a write that may be about anything hides it."""
    since = out_of_sync_since(status)
    if since is None or not isinstance(live, LiveObjects):
        return since
    objects = (live.find(row.ref) for row in status.drifted)
    writes = (time for item in objects if item and (time := last_write(item)))
    newest = max((since, *writes))
    if now - newest > options.out_of_sync_after or now - since <= options.out_of_sync_after:
        return newest
    return None


def _late(
    app: Application,
    status: Status,
    since: datetime | None,
    now: datetime,
    options: Patience,
    held_back: HeldBack,
) -> Iterator[Breach]:
    if since is not None and now - since <= options.out_of_sync_after:
        return
    breach = _breach(app, status, since, now)
    policy = app.live_policy or app.policy
    if not policy.is_automated:
        yield replace(breach, variant="not_automated", severity=everywhere(Severity.INFO))
    elif isinstance(held_back, frozenset) and app.ref in held_back:
        yield replace(breach, variant="window_closed", severity=everywhere(Severity.INFO))
    elif since is None:
        yield replace(breach, variant="since_unknown", lower=1)
    else:
        yield breach


def _breach(app: Application, status: Status, since: datetime | None, now: datetime) -> Breach:
    refs = sorted({row.ref for row in status.drifted})
    return Breach(
        at="/status/sync/status",
        manifest=app.live,
        basis=Basis.OBSERVED,
        facts={
            "count": len(refs),
            "objects": tuple(ref.label for ref in refs),
            "age": now - since if since else None,
            "compared": status.revisions,
            "tried": status.operation.revisions if status.operation else (),
        },
        keys=frozenset(
            {("object", ref.label) for ref in refs}
            | {("namespace", ref.namespace) for ref in refs if ref.namespace}
        ),
    )
