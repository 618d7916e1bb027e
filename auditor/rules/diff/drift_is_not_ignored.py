"""Fields that Git sets and something in the cluster sets too, so that Argo CD sees a difference."""

import json
from collections.abc import Iterator
from typing import Any, Final

from auditor.argocd.application import Application
from auditor.argocd.drift import FieldDrift, ObjectDrift
from auditor.argocd.field_owners import Writers, written_at
from auditor.argocd.field_paths import shown
from auditor.argocd.ignore_suggestion import suggest
from auditor.argocd.settings import Settings
from auditor.findings import Basis, Breach, Edit, Evidence, Fix, Key, Severity, Unseen, by_tier
from auditor.kube.gap import Gap
from auditor.kube.managed_fields import FieldOwner
from auditor.rulebook import rule
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.derived import APPLICATIONS, SETTINGS
from auditor.snapshot.drift import DRIFT, Drifts

_RESPECT: Final = "RespectIgnoreDifferences=true"
_LONGEST: Final = 120


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
    if writers.others(field.owners):
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
    policy = app.live_policy or app.policy
    managers = {other.manager for f in fields for other in writers.others(f.owners)[:1]}
    return Breach(
        at="/spec/ignoreDifferences",
        variant=_variant(drift, heals=policy.self_heals, is_written=owner is not None),
        facts={
            "object": drift.ref,
            "path": shown(first.pointer, drift.live.raw),
            "paths": tuple(shown(field.pointer, drift.live.raw) for field in fields),
            "count": len(fields),
            "manager": owner.manager if owner else "",
            "managers": tuple(sorted(managers)),
            "time": written_at(owner) if owner else None,
            "declared": None if drift.is_secret else _text(first.desired, first.live),
            "live": None if drift.is_secret else _text(first.live, first.desired),
            "heals": policy.self_heals,
            "habit": first.habit.id if first.habit else "",
        },
        basis=Basis.OBSERVED,
        keys=frozenset[Key]({("object", drift.ref.label)}),
        identity=f"{drift.ref.group} {drift.ref.label}",
        evidence=tuple(_evidence(drift, field, writers) for field in fields),
        fix=_fix(app, drift, fields, settings),
    )


def _variant(drift: ObjectDrift, *, heals: bool, is_written: bool) -> str:
    if drift.is_secret:
        return "secret"
    if not is_written:
        return "habit"
    return "heals" if heals else ""


def _owner(field: FieldDrift, writers: Writers) -> FieldOwner | None:
    return next(iter(writers.others(field.owners)), None)


def _time(field: FieldDrift, writers: Writers) -> str:
    owner = _owner(field, writers)
    return owner.time if owner else ""


def _text(value: Any, other: Any) -> str | None:
    """Return a value in one line; in a list `…` stands for what both sides have."""
    if value is None:
        return None
    if isinstance(value, list) and isinstance(other, list):
        own = [json.dumps(item, sort_keys=True) for item in value if item not in other]
        text = f"[{', '.join(['…'] * (len(own) < len(value)) + own)}]"
    else:
        text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


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


def _fix(
    app: Application,
    drift: ObjectDrift,
    fields: tuple[FieldDrift, ...],
    settings: Settings | Missing | Excluded,
) -> Fix | None:
    known = settings if isinstance(settings, Settings) else Settings.parse(None)
    found = suggest(drift, fields, app.ignore_rules, known)
    if found is None:
        return None
    edits = [Edit("set", "/spec/ignoreDifferences/-", found.entry)]
    if found.needs_respect and not app.policy.options.has(_RESPECT):
        edits.append(Edit("set", "/spec/syncPolicy/syncOptions/-", _RESPECT))
    # with fields left over the object stays OutOfSync: the rest is for a person to decide
    return Fix(tuple(edits), is_safe=len(found.pointers) == len(drift.fields))
