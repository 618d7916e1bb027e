"""Derived: for each Application the objects Argo CD calls OutOfSync, field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.compared_commit import commit_gap
from auditor.argocd.drift import ObjectDrift, Sibling, drift_of
from auditor.argocd.pairing import live_of, names_of, target_of
from auditor.argocd.rendering import Rendering
from auditor.argocd.settings import Settings
from auditor.argocd.status import Row
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef
from auditor.snapshot.derived import APPLICATIONS, OBJECTS, RENDERED, SETTINGS
from auditor.snapshot.rendered import rendered_by
from auditor.snapshot.section import Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot

Drifts = Mapping[ResourceRef, tuple[ObjectDrift | Gap, ...]]
"""What `DRIFT` holds: an entry for every Application that has OutOfSync rows in Git."""

_CHILD: Final = ("argoproj.io", "Application")


def _drifts(snapshot: Snapshot) -> Drifts | Missing | Excluded:
    applications, objects = snapshot.look(APPLICATIONS), snapshot.look(OBJECTS)
    if not isinstance(applications, tuple):
        return applications
    if not isinstance(objects, LiveObjects):
        return objects
    renderings, settings = snapshot.look(RENDERED), snapshot.look(SETTINGS)
    known = settings if isinstance(settings, Settings) else Settings.parse(None)
    found: dict[ResourceRef, tuple[ObjectDrift | Gap, ...]] = {}
    for app in applications:
        rows = _rows(app)
        if rows and app.ref not in found:
            rendering = rendered_by(app, renderings)
            drifts = tuple(_of(app, rows, rendering, objects, known))
            found[app.ref] = tuple(_with_siblings(app, drifts, rendering, objects))
    return found


DRIFT: Final[Derived[Drifts]] = Derived("drift", _drifts)


def _rows(app: Application) -> tuple[Row, ...]:
    """Return the rows to explain; child Applications are compared by a rule of their own."""
    if app.status is None or app.status.has_comparison_error:
        return ()
    return tuple(r for r in app.status.drifted if (r.ref.group, r.ref.kind) != _CHILD)


def _of(
    app: Application,
    rows: tuple[Row, ...],
    rendering: Rendering | Gap,
    objects: LiveObjects,
    settings: Settings,
) -> Iterator[ObjectDrift | Gap]:
    if isinstance(rendering, Gap):
        yield rendering
        return
    if why := commit_gap(app, rendering):
        yield why
        return
    for row in rows:
        target = target_of(row.ref, app.destination.namespace, rendering.objects)
        live = live_of(row.ref, app.destination.namespace, objects)
        if isinstance(live, Gap):
            yield live
        elif isinstance(live, Manifest) and target is None:
            yield Gap("difference_not_found", {"object": row.ref.label})
        elif isinstance(live, Manifest) and target is not None:
            yield drift_of(app, row.ref, target, live, settings)


def _with_siblings(
    app: Application,
    drifts: tuple[ObjectDrift | Gap, ...],
    rendering: Rendering | Gap,
    objects: LiveObjects,
) -> Iterator[ObjectDrift | Gap]:
    """Add to each drift the other objects of its kind, which a rule must not hide by accident."""
    if isinstance(rendering, Gap):
        yield from drifts
        return
    known = {drift.ref: drift for drift in drifts if isinstance(drift, ObjectDrift)}
    namespace = app.destination.namespace
    for drift in drifts:
        if isinstance(drift, Gap):
            yield drift
            continue
        beside = (
            _sibling(target, namespace, objects, known)
            for target in rendering.objects
            if (target.ref.group, target.ref.kind) == (drift.ref.group, drift.ref.kind)
            and drift.ref not in names_of(target.ref, namespace)
        )
        yield replace(drift, siblings=tuple(beside))


def _sibling(
    target: Manifest, namespace: str, objects: LiveObjects, known: Mapping[ResourceRef, ObjectDrift]
) -> Sibling:
    live = live_of(target.ref, namespace, objects)
    names = names_of(target.ref, namespace)
    drift = next((known[name] for name in names if name in known), None)
    places = frozenset(field.pointer for field in drift.fields) if drift else frozenset[str]()
    return target.raw, live.raw if isinstance(live, Manifest) else None, places
