"""Derived: for each Application the objects Argo CD calls OutOfSync, field by field."""

from collections.abc import Iterator, Mapping
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.drift import ObjectDrift, drift_of
from auditor.argocd.pairing import live_of, target_of
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

_COMMIT_DIGITS: Final = 40
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
            found[app.ref] = tuple(_of(app, rows, rendering, objects, known))
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
    if why := _wrong_commit(app, rendering):
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


def _wrong_commit(app: Application, rendering: Rendering) -> Gap | None:
    """Say so where the commit Argo CD compared with is not the one that was rendered."""
    compared = app.status.revisions if app.status else ()
    for source, wanted, rendered in zip(app.sources, compared, rendering.commits, strict=False):
        is_commit = len(wanted) == len(rendered) == _COMMIT_DIGITS
        if is_commit and wanted != rendered:
            facts = {"repository": source.repo_url, "revision": wanted}
            return Gap("revision_not_at_hand", facts)
    return None
