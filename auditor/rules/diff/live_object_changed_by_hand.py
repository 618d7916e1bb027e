"""Fields that a person changed in the cluster, past Git."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.drift import FieldDrift, ObjectDrift
from auditor.argocd.field_owners import Writers, written_at
from auditor.argocd.field_paths import shown
from auditor.argocd.field_values import one_line
from auditor.findings import Basis, Breach, Evidence, Severity, Unseen, by_tier
from auditor.kube.gap import Gap
from auditor.kube.managed_fields import FieldOwner
from auditor.rulebook import rule
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.drift import DRIFT, Drifts

_RESTARTED: Final = "kubectl.kubernetes.io~1restartedAt"


@rule(
    "DIFF-015",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(DRIFT,),
    options=Writers,
)
def live_object_changed_by_hand(
    app: Application, writers: Writers, drifts: Drifts
) -> Iterator[Breach | Unseen]:
    """Name the fields of OutOfSync rows whose last writer is a person."""
    for drift in drifts.get(app.ref, ()):
        if isinstance(drift, Gap):
            yield Unseen(drift)
            continue
        fields = [
            (field, owner) for field in drift.fields if (owner := _person(field, drift, writers))
        ]
        if fields:
            yield _breach(app, drift, fields)


def _person(field: FieldDrift, drift: ObjectDrift, writers: Writers) -> FieldOwner | None:
    """Return the person who wrote last, if nothing that writes by itself shares the field."""
    is_restart = field.pointer.endswith(f"/{_RESTARTED}")
    if is_restart or (field.is_pending and not drift.is_secret) or writers.others(field.owners):
        return None
    last = next((o for o in field.owners if o.subresource != "status"), None)
    return last if last and writers.is_by_hand(last.manager) else None


def _breach(
    app: Application, drift: ObjectDrift, fields: list[tuple[FieldDrift, FieldOwner]]
) -> Breach:
    first, owner = max(fields, key=lambda pair: pair[1].time)
    heals = (app.live_policy or app.policy).self_heals
    is_secret = drift.is_secret
    return Breach(
        at="/spec",
        variant="secret" if is_secret else "heals" if heals else "",
        facts={
            "object": drift.ref,
            "path": shown(first.pointer, drift.live.raw),
            "paths": tuple(shown(field.pointer, drift.live.raw) for field, _ in fields),
            "count": len(fields),
            "manager": owner.manager,
            "time": written_at(owner),
            "declared": None if is_secret else one_line(first.desired, first.live),
            "live": None if is_secret else one_line(first.live, first.desired),
            "heals": heals,
        },
        basis=Basis.OBSERVED,
        keys=frozenset({("object", drift.ref.label)}),
        identity=f"{drift.ref.group} {drift.ref.label}",
        evidence=tuple(_evidence(drift, field, owner) for field, owner in fields),
    )


def _evidence(drift: ObjectDrift, field: FieldDrift, owner: FieldOwner) -> Evidence:
    is_shown = not drift.is_secret
    return Evidence(
        pointer=field.pointer,
        object=drift.ref,
        declared=field.desired if is_shown else None,
        live=field.live if is_shown else None,
        is_declared=is_shown and field.is_given,
        is_live=is_shown and field.live is not None,
        manager=owner.manager,
        time=owner.time,
        manifest=drift.target,
    )
