"""Applications that Argo CD has not compared with Git for long, or never."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.application_fields import parse_rfc3339
from auditor.argocd.freshness import Freshness, is_skipped
from auditor.argocd.status import Status
from auditor.argocd.workloads import Workload, controller_down, workloads
from auditor.findings import Basis, Breach, Severity, Unseen, by_tier
from auditor.kube.gap import Gap
from auditor.rulebook import rule
from auditor.snapshot import Collected, Excluded, Missing
from auditor.snapshot.derived import APPLICATIONS, NOW
from auditor.snapshot.freshness import FRESHNESS
from auditor.snapshot.sections import LIVE_APPLICATIONS, LIVE_VERSIONS

_AT: Final = "/status/reconciledAt"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a comparison may be due."""

    stale_factor: int = 3
    """How many reconciliation periods a status may lag behind the newest."""
    first_after: timedelta = timedelta(minutes=10)
    """How long the first comparison may take."""


@rule(
    "LIVE-006",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(LIVE_APPLICATIONS, NOW, FRESHNESS),
    uses=(LIVE_VERSIONS,),
    options=Patience,
)
def reconciliation_is_stale(
    app: Application,
    options: Patience,
    _applications: object,
    now: datetime,
    freshness: Freshness,
    versions: Collected | Missing | Excluded,
) -> Iterator[Breach | Unseen]:
    """Hold one Application against the others (semantics §8.4, §9, §16.25, trap 38)."""
    status = app.status
    if status is None or app.live is None:
        yield Unseen(Gap("application_not_live"))
        return
    lag = freshness.lag(app)
    if status.reconciled is None:
        yield from _never(app, status, now, options)
        return
    limit = options.stale_factor * freshness.period
    if not limit or lag is None:
        return
    if lag > limit:
        variant = "skipped" if is_skipped(app) else ""
        yield _breach(app, now - status.reconciled, limit, variant)
    elif freshness.newest and now - freshness.newest > limit:
        items = versions.items if isinstance(versions, Collected) else ()
        down = controller_down(workloads(items))
        if down is None:
            yield Unseen(Gap("nothing_compared_lately"))
        else:
            yield _breach(app, now - status.reconciled, limit, "controller_down", down)


def _never(
    app: Application, status: Status, now: datetime, options: Patience
) -> Iterator[Breach | Unseen]:
    """Judge an Application without a time; an invalid spec never gets one."""
    if status.sync or status.health or status.conditions:
        return
    created = parse_rfc3339(app.live.get("metadata", "creationTimestamp")) if app.live else None
    if created is None:
        yield Unseen(Gap("status_is_absent"))
    elif now - created > options.first_after:
        variant = "never_skipped" if is_skipped(app) else "never"
        yield _breach(app, now - created, options.first_after, variant)


def _breach(
    app: Application, age: timedelta, limit: timedelta, variant: str, down: Workload | None = None
) -> Breach:
    return Breach(
        at=_AT,
        manifest=app.live,
        basis=Basis.OBSERVED,
        variant=variant,
        facts={"age": age, "limit": limit, "workload": down.name if down else ""},
        group=down.name if down else "",
    )
