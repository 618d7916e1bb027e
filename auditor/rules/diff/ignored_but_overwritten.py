"""Ignored fields that every sync still writes, because the live value is not respected."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.field_owners import Writers, writers_of
from auditor.argocd.ignore_differences import IgnoreRule
from auditor.argocd.ignore_suggestion import REPLICAS, keeps
from auditor.argocd.ignored_fields import applies_to, hidden_fields, trusted_fields
from auditor.argocd.known_drift import habit_of
from auditor.argocd.pairing import live_of
from auditor.argocd.settings import Settings
from auditor.findings import Basis, Breach, Edit, Evidence, Fix, Key, Severity, Unseen, by_tier
from auditor.kube import pointer
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef
from auditor.rulebook import rule
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.derived import APPLICATIONS, OBJECTS, RENDERED, SETTINGS
from auditor.snapshot.rendered import Renderings, rendered_by

_RESPECT: Final = "RespectIgnoreDifferences=true"


@dataclass(frozen=True, slots=True)
class Overwritten:
    """A field of Git that something else sets too, and that a rule hides."""

    object: ResourceRef
    pointer: str
    manager: str
    """Empty where only the kind is known to be written."""
    time: str
    target: Manifest
    live: Manifest | None


@rule(
    "DIFF-002",
    severity=by_tier(production=Severity.MEDIUM, other=Severity.LOW),
    over=APPLICATIONS,
    uses=(RENDERED, OBJECTS, SETTINGS),
    options=Writers,
)
def ignored_but_overwritten(
    app: Application,
    writers: Writers,
    renderings: Renderings,
    objects: LiveObjects | Missing | Excluded,
    settings: Settings | Missing | Excluded,
) -> Iterator[Breach | Unseen]:
    """Ask for the option wherever a rule covers a field that Git gives and another writes."""
    if not app.ignore_rules or app.policy.options.has(_RESPECT):
        return
    rendering = rendered_by(app, renderings)
    if isinstance(rendering, Gap):
        yield Unseen(rendering)
        return
    namespace = app.destination.namespace
    for entry in app.ignore_rules:
        found = tuple(
            field
            for target in rendering.objects
            if applies_to(entry, target.raw, namespace)
            for field in _overwritten(entry, target, _live(target, namespace, objects), writers)
        )
        if found:
            yield _breach(entry, found, settings)


def _live(
    target: Manifest, namespace: str, objects: LiveObjects | Missing | Excluded
) -> Manifest | None:
    found = live_of(target.ref, namespace, objects) if isinstance(objects, LiveObjects) else None
    return found if isinstance(found, Manifest) else None


def _overwritten(
    entry: IgnoreRule, target: Manifest, live: Manifest | None, writers: Writers
) -> Iterator[Overwritten]:
    trusted = trusted_fields(entry, target.raw, live.raw) if live else ()
    ref = target.ref
    for place in dict.fromkeys((*hidden_fields(entry, target.raw), *trusted)):
        if place == REPLICAS:
            continue
        if live is None:
            habit = habit_of(ref.group, ref.kind, place)
            if habit and habit.by == "controller":
                yield Overwritten(ref, place, "", "", target, None)
        elif others := writers.others(writers_of(live.raw, place)):
            yield Overwritten(ref, place, others[0].manager, others[0].time, target, live)


def _is_kept(entry: IgnoreRule, found: tuple[Overwritten, ...], settings: Settings) -> bool:
    """Say whether a sync with the option would leave these fields, and them alone, as they are."""
    return all(
        field.live is not None
        and keeps(
            field.target.raw,
            field.live.raw,
            (entry,),
            settings,
            [other.pointer for other in found if other.target is field.target],
        )
        for field in found
    )


def _breach(
    entry: IgnoreRule, found: tuple[Overwritten, ...], settings: Settings | Missing | Excluded
) -> Breach:
    is_safe = isinstance(settings, Settings) and _is_kept(entry, found, settings)
    managers = tuple(sorted({field.manager for field in found if field.manager}))
    labels = tuple(sorted({field.object.label for field in found}))
    return Breach(
        at=f"/spec/ignoreDifferences/{entry.index}",
        variant="" if managers else "usual",
        facts={
            "kind": found[0].object.kind,
            "path": found[0].pointer,
            "paths": tuple(sorted({field.pointer for field in found})),
            "objects": labels,
            "managers": managers,
        },
        basis=Basis.OBSERVED if managers else Basis.DECLARED,
        keys=frozenset[Key]({("option", _RESPECT), *(("object", label) for label in labels)}),
        evidence=tuple(_evidence(field) for field in found[:8]),
        fix=Fix((Edit("set", "/spec/syncPolicy/syncOptions/-", _RESPECT),), is_safe=is_safe),
    )


def _evidence(field: Overwritten) -> Evidence:
    is_secret = field.object.kind == "Secret" and not field.object.group
    live = field.live.raw if field.live else {}
    return Evidence(
        pointer=field.pointer,
        object=field.object,
        declared=None if is_secret else pointer.get(field.target.raw, field.pointer),
        live=None if is_secret else pointer.get(live, field.pointer),
        is_declared=not is_secret,
        is_live=not is_secret and pointer.has(live, field.pointer),
        manager=field.manager,
        time=field.time,
        manifest=field.target,
    )
