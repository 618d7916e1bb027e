"""Fields that Git sets and something in the cluster sets too, so that Argo CD sees a difference."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.drift import FieldDrift, ObjectDrift
from auditor.argocd.field_owners import Writers, written_at
from auditor.argocd.field_paths import shown
from auditor.argocd.field_values import one_line
from auditor.argocd.ignore_suggestion import REPLICAS, Suggestion, suggest
from auditor.argocd.settings import Settings
from auditor.findings import Basis, Breach, Edit, Evidence, Fix, Key, Severity, Unseen, by_tier
from auditor.kube.gap import Gap
from auditor.kube.managed_fields import FieldOwner
from auditor.rulebook import rule
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.derived import APPLICATIONS, SETTINGS
from auditor.snapshot.drift import DRIFT, Drifts

_ADMISSION: Final = "D-63"
"""The entry of the knowledge base about what admission steps change under the applier's name."""
_RESPECT: Final = "RespectIgnoreDifferences=true"


@rule(
    "DIFF-001",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(DRIFT,),
    uses=(SETTINGS,),
    options=Writers,
)
def drift_is_not_ignored(
    app: Application, writers: Writers, drifts: Drifts, settings: Settings | Missing | Excluded
) -> Iterator[Breach | Unseen]:
    """Name what makes a row OutOfSync where another writer, or a known habit, explains it."""
    for drift in drifts.get(app.ref, ()):
        if isinstance(drift, Gap):
            yield Unseen(drift)
            continue
        explained = tuple(field for field in drift.fields if _explains(field, writers))
        if not explained and drift.is_secret:
            yield Unseen(Gap("secret_values_not_read", {"object": drift.ref.label}))
        elif explained and len(drift.fields) > 1 and isinstance(settings, Missing | Excluded):
            yield Unseen(
                settings.why
            )  # a system rule may cover any of them but the one that counts
        elif explained:
            yield _breach(app, drift, explained, writers, settings)


def _explains(field: FieldDrift, writers: Writers) -> bool:
    if writers.others(field.owners) or field.is_mutated:
        return True
    if writers.people(field.owners) or field.is_pending or field.habit is None:
        return False
    return field.habit.by == "api"


def _breach(
    app: Application,
    drift: ObjectDrift,
    fields: tuple[FieldDrift, ...],
    writers: Writers,
    settings: Settings | Missing | Excluded,
) -> Breach:
    first = max(fields, key=lambda field: _time(field, writers))
    owner = _owner(first, writers)
    heals = (app.live_policy or app.policy).self_heals
    known = settings if isinstance(settings, Settings) else Settings.parse(None)
    found = suggest(drift, fields, app.ignore_rules, known, writers)
    managers = {other.manager for f in fields for other in writers.others(f.owners)[:1]}
    return Breach(
        at="/spec/ignoreDifferences",
        variant=_variant(drift, first, found, heals=heals, is_written=owner is not None),
        facts={
            "object": drift.ref,
            "path": shown(first.pointer, drift.live.raw),
            "paths": tuple(shown(field.pointer, drift.live.raw) for field in fields),
            "count": len(fields),
            "manager": owner.manager if owner else "",
            "managers": tuple(sorted(managers)),
            "time": written_at(owner) if owner else None,
            "declared": None if drift.is_secret else one_line(first.desired, first.live),
            "live": None if drift.is_secret else one_line(first.live, first.desired),
            "heals": heals,
            "habit": first.habit.id if first.habit else _ADMISSION * first.is_mutated,
            "next": first.outcome.value,
            "lists": tuple(shown(p, drift.target.raw) for p in found.frozen) if found else (),
        },
        basis=Basis.OBSERVED,
        keys=frozenset[Key]({("object", drift.ref.label)}),
        identity=f"{drift.ref.group} {drift.ref.label}",
        evidence=tuple(_evidence(drift, field, writers) for field in fields),
        fix=_fix(app, drift, found),
    )


def _variant(
    drift: ObjectDrift,
    first: FieldDrift,
    found: Suggestion | None,
    *,
    heals: bool,
    is_written: bool,
) -> str:
    if drift.is_secret:
        return "secret"
    if found and found.frozen:
        return "frozen"
    if not is_written:
        return "habit"
    if first.pointer == REPLICAS:
        return "replicas"
    return "heals" if heals else ""


def _owner(field: FieldDrift, writers: Writers) -> FieldOwner | None:
    return next(iter(writers.others(field.owners)), None)


def _time(field: FieldDrift, writers: Writers) -> str:
    owner = _owner(field, writers)
    return owner.time if owner else ""


def _evidence(drift: ObjectDrift, field: FieldDrift, writers: Writers) -> Evidence:
    owner = _owner(field, writers)
    return Evidence(
        pointer=field.pointer,
        object=drift.ref,
        declared=None if drift.is_secret else field.desired,
        live=None if drift.is_secret else field.live,
        is_declared=field.is_given and not drift.is_secret,
        is_live=field.live is not None and not drift.is_secret,
        manager=owner.manager if owner else "",
        time=owner.time if owner else "",
        manifest=drift.target,
    )


def _fix(app: Application, drift: ObjectDrift, found: Suggestion | None) -> Fix | None:
    """Return the rule as an edit; none where it would keep changes of Git from arriving."""
    if found is None or found.frozen:
        return None
    edits = [Edit("set", "/spec/ignoreDifferences/-", found.entry)]
    if found.needs_respect and not app.policy.options.has(_RESPECT):
        edits.append(Edit("set", "/spec/syncPolicy/syncOptions/-", _RESPECT))
    # what is left over, or comes back with the next sync, is for a person to decide
    is_whole = len(found.pointers) == len(drift.fields) and not found.until_sync
    return Fix(tuple(edits), is_safe=is_whole)
