"""Self-heal that puts a field back again and again, because something else writes it too."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditor.argocd.application import Application
from auditor.argocd.drift import ObjectDrift
from auditor.argocd.field_owners import ARGOCD_MANAGERS, Writers, written_at
from auditor.argocd.field_paths import shown
from auditor.argocd.status import Operation, Status
from auditor.findings import Basis, Breach, Evidence, Fact, Key, Severity, Unseen, by_tier
from auditor.kube.gap import Gap
from auditor.rulebook import rule
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.drift import DRIFT, Drifts
from auditor.snapshot.lineage import definition_of
from auditor.snapshot.sections import LIVE_APPLICATIONS
from auditor.snapshot.shared_objects import SHARES, Shares


@dataclass(frozen=True, slots=True)
class Options:
    """What can be tuned."""

    heal_attempts: int = 3
    """Attempts in a row that are no chance any more: one is normal."""
    argocd_managers: tuple[str, ...] = ARGOCD_MANAGERS
    """Field managers that are Argo CD itself."""


@rule(
    "LIVE-007",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(LIVE_APPLICATIONS,),
    uses=(DRIFT, SHARES),
    options=Options,
)
def self_heal_is_fighting(
    app: Application,
    options: Options,
    _applications: object,
    drifts: Drifts | Missing | Excluded,
    shares: Shares | Missing | Excluded,
) -> Iterator[Breach | Unseen]:
    """Believe the counter only while something differs: it outlives the fight (§2.2, §16.25)."""
    status = app.status
    if status is None:
        yield Unseen(Gap("application_not_live"))
    elif status.has_comparison_error:
        yield Unseen(Gap("comparison_failed"))
    elif (
        (operation := status.operation)
        and operation.heal_attempts >= options.heal_attempts
        and status.drifted
    ):
        found = drifts.get(app.ref, ()) if isinstance(drifts, Mapping) else ()
        others = shares.get(definition_of(app), ()) if isinstance(shares, Mapping) else ()
        drifted = {row.ref for row in status.drifted}
        rivals = [s.other(app.ref) for s in others if s.is_observed or drifted & {*s.objects}]
        facts = _facts(found, Writers(options.argocd_managers))
        facts["other"] = rivals[0].qualified if rivals else ""
        yield _breach(app, status, operation, facts, found)


def _facts(found: tuple[ObjectDrift | Gap, ...], writers: Writers) -> dict[str, Fact]:
    """Name the first field that somebody else wrote, and who."""
    for drift in (one for one in found if isinstance(one, ObjectDrift)):
        for part in drift.fields:
            if owner := next((o for o in part.owners if not writers.is_argocd(o.manager)), None):
                path = shown(part.pointer, drift.live.raw)
                return {"path": path, "manager": owner.manager, "time": written_at(owner)}
    return {"path": "", "manager": "", "time": None}


def _breach(
    app: Application,
    status: Status,
    operation: Operation,
    facts: dict[str, Fact],
    found: tuple[ObjectDrift | Gap, ...],
) -> Breach:
    refs = sorted({row.ref for row in status.drifted})
    variant = "writer" if facts["manager"] else "application" if facts["other"] else ""
    return Breach(
        at="/status/operationState/operation/sync/autoHealAttemptsCount",
        manifest=app.live,
        basis=Basis.OBSERVED,
        variant=variant,
        facts={
            "attempts": operation.heal_attempts,
            "objects": tuple(ref.label for ref in refs),
            **facts,
        },
        keys=frozenset[Key](("object", ref.label) for ref in refs),
        evidence=tuple(_evidence(found)),
    )


def _evidence(found: tuple[ObjectDrift | Gap, ...]) -> Iterator[Evidence]:
    for drift in found:
        if not isinstance(drift, ObjectDrift):
            continue
        for part in drift.fields:
            owner = part.owners[0] if part.owners else None
            yield Evidence(
                pointer=part.pointer,
                object=drift.ref,
                declared=None if drift.is_secret else part.desired,
                live=None if drift.is_secret else part.live,
                is_declared=part.is_given and not drift.is_secret,
                is_live=not drift.is_secret,
                manager=owner.manager if owner else "",
                time=owner.time if owner else "",
                manifest=drift.target,
            )
