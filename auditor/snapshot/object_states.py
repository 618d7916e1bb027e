"""Every object of one Application: what Git wants, what the cluster has, how they compare."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.compared_commit import commit_gap
from auditor.argocd.hooks import is_hook
from auditor.argocd.next_sync import Outcome, of_extra
from auditor.argocd.object_state import ObjectState, State, state_of
from auditor.argocd.pairing import live_of, names_of
from auditor.argocd.releases import Version
from auditor.argocd.settings import Settings
from auditor.argocd.status import Row
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef
from auditor.snapshot import sections
from auditor.snapshot.derived import OBJECTS, RENDERED, SETTINGS, VERSION
from auditor.snapshot.rendered import rendered_by
from auditor.snapshot.section import Collected, Derived
from auditor.snapshot.snapshot import Snapshot

_NOT_INSTALLED: Final = "kind_not_installed"


@dataclass(frozen=True, slots=True)
class ObjectStates:
    """The objects, and why some or all of them are not compared as one would wish."""

    objects: tuple[ObjectState, ...]
    """Those that ask for attention first in front."""
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class _Sides:
    app: Application
    rows: Mapping[ResourceRef, Row]
    objects: LiveObjects
    others: Mapping[ResourceRef, Manifest]
    """Live objects of sections with a form of their own, such as Applications and Secrets."""
    settings: Settings
    version: Version | None


def object_states(app: Application, snapshot: Snapshot) -> ObjectStates:
    """Compare every object of `app`; without a rendering Argo CD's own word is all there is."""
    objects = snapshot.look(OBJECTS)
    rows = {row.ref: row for row in app.status.rows} if app.status else {}
    if not isinstance(objects, LiveObjects):
        return _unjudged(rows, objects.why)
    if not app.destination.is_in_cluster:
        gap = Gap("cluster_outside_snapshot", {"cluster": app.destination.cluster})
        return _unjudged(rows, gap)
    rendering = rendered_by(app, snapshot.look(RENDERED))
    if isinstance(rendering, Gap):
        return _unjudged(rows, rendering)
    settings = snapshot.look(SETTINGS)
    known = settings if isinstance(settings, Settings) else Settings.parse(None)
    version = snapshot.look(VERSION)
    release = version[0] if isinstance(version, tuple) else None
    others = snapshot.look(OTHERS)
    held = others if isinstance(others, Mapping) else {}
    sides = _Sides(app, rows, objects, held, known, release)
    found = tuple(_compared(sides, rendering.objects))
    unset = None if isinstance(settings, Settings) else settings.why
    gaps = tuple(why for why in (commit_gap(app, rendering), unset) if why)
    return ObjectStates(_ranked(found), gaps)


def _unjudged(rows: Mapping[ResourceRef, Row], why: Gap) -> ObjectStates:
    found = tuple(
        ObjectState(
            ref=row.ref,
            state=State.HOOK if row.is_hook else State.UNKNOWN,
            argocd=row.status,
            why=None if row.is_hook else why,
            requires_pruning=row.requires_pruning,
        )
        for row in rows.values()
    )
    return ObjectStates(_ranked(found), (why,))


def _compared(sides: _Sides, targets: tuple[Manifest, ...]) -> Iterator[ObjectState]:
    done: set[ResourceRef] = set()
    for target in targets:
        ref = _placed(sides, target)
        done.add(ref)
        yield _both(sides, ref, target)
    for row in sides.rows.values():
        if row.ref not in done:
            yield ObjectState(
                ref=row.ref,
                state=State.HOOK if row.is_hook or not row.counts else State.ONLY_LIVE,
                argocd=row.status,
                requires_pruning=row.requires_pruning,
                outcome=_extra(sides, row),
            )


def _extra(sides: _Sides, row: Row) -> Outcome:
    if row.is_hook or not row.counts:
        return Outcome.NOTHING
    found = sides.objects.find(row.ref) or sides.others.get(row.ref)
    return of_extra(sides.app, found.raw if found else None, sides.version)


def _placed(sides: _Sides, target: Manifest) -> ResourceRef:
    """Return the name under which Argo CD lists a rendered object, else the likeliest one."""
    names = tuple(names_of(target.ref, sides.app.destination.namespace))
    listed = (name for name in names if name in sides.rows)
    seen = (name for name in names if sides.objects.find(name) or name in sides.others)
    return next(listed, None) or next(seen, None) or names[0]


def _both(sides: _Sides, ref: ResourceRef, target: Manifest) -> ObjectState:
    row = sides.rows.get(ref)
    said = row.status if row else ""
    if is_hook(target.raw) or (row is not None and row.is_hook):
        return ObjectState(ref=ref, state=State.HOOK, argocd=said)
    if sides.settings.is_excluded(ref.group, ref.kind, sides.app.destination.server):
        gap = Gap("kind_is_excluded", {"object": ref.label})
        return ObjectState(ref=ref, state=State.UNKNOWN, argocd=said, why=gap)
    live = sides.others.get(ref)
    found = live or live_of(target.ref, sides.app.destination.namespace, sides.objects)
    if isinstance(found, Manifest):
        return state_of(sides.app, ref, target, found, sides.settings, said)
    if isinstance(found, Gap) and not (found.code == _NOT_INSTALLED and said != "Synced"):
        return ObjectState(ref=ref, state=State.UNKNOWN, argocd=said, why=found)
    if said == "Synced":
        gap = Gap("live_object_not_at_hand", {"object": ref.label})
        return ObjectState(ref=ref, state=State.UNKNOWN, argocd=said, why=gap)
    # of a kind that the cluster does not serve there can be no object
    return ObjectState(
        ref=ref, state=State.ONLY_GIT, argocd=said, why=found, outcome=Outcome.CREATE
    )


def _others(snapshot: Snapshot) -> Mapping[ResourceRef, Manifest]:
    looks = [
        snapshot.look(section)
        for section in sections.LIVE
        if section.name != sections.LIVE_OBJECTS.name
    ]
    return {
        item.ref: item
        for look in looks
        if isinstance(look, Collected)
        for item in look.items
        if item.ref.kind and item.ref.name
    }


OTHERS: Final[Derived[Mapping[ResourceRef, Manifest]]] = Derived("other_objects", _others)


def _ranked(found: tuple[ObjectState, ...]) -> tuple[ObjectState, ...]:
    order = tuple(State)
    return tuple(sorted(found, key=lambda o: (order.index(o.state), not o.hidden, o.ref)))
