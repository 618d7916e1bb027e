"""Objects that equal Git but do not bear the mark by which Argo CD knows its own."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.hooks import is_controller_hook
from auditor.argocd.option_entries import CREATE_NAMESPACE
from auditor.argocd.settings import Settings
from auditor.argocd.stateful import is_definition
from auditor.argocd.status import Status
from auditor.argocd.tracking import TRACKING_ID
from auditor.findings import Basis, Breach, Severity, Unseen, everywhere
from auditor.kube.gap import Gap
from auditor.kube.ref import ResourceRef
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS, OBJECTS, SETTINGS
from auditor.snapshot.providers import SEEN_CLUSTER, SeenCluster
from auditor.snapshot.sections import LIVE_APPLICATIONS

_ONLY_OUT_OF_SYNC: Final = "ApplyOutOfSyncOnly=true"


@rule(
    "LIVE-013",
    severity=everywhere(Severity.LOW),
    over=APPLICATIONS,
    needs=(LIVE_APPLICATIONS, OBJECTS, SETTINGS, SEEN_CLUSTER),
    options=NoOptions,
)
def managed_object_is_not_tracked(
    app: Application,
    _: NoOptions,
    _applications: object,
    objects: LiveObjects,
    settings: Settings,
    cluster: SeenCluster,
) -> Iterator[Breach | Unseen]:
    """Hold Synced rows against the annotation of the live object (semantics §5)."""
    if settings.is_label_tracking:
        return
    if app.status is None:
        yield Unseen(Gap("application_not_live"))
        return
    if outside := cluster.why_not(app):
        yield Unseen(outside)
        return
    rows = tuple(ref for ref in _synced(app.status) if not _is_unmarked(app, ref))
    lost = tuple(sorted(ref for ref in rows if _lacks_mark(objects, ref)))
    if lost:
        yield _breach(app, lost)
    elif gaps := [gap for ref in rows if not objects.find(ref) and (gap := objects.gap(ref))]:
        yield Unseen(gaps[0])


def _synced(status: Status) -> tuple[ResourceRef, ...]:
    return tuple(row.ref for row in status.rows if row.counts and row.status == "Synced")


def _is_unmarked(app: Application, ref: ResourceRef) -> bool:
    """Tell what Argo CD never marks: definitions, and the namespace that the option makes."""
    is_made = app.policy.options.has(CREATE_NAMESPACE) and ref.name == app.destination.namespace
    return is_definition(ref) or (is_made and (ref.group, ref.kind) == ("", "Namespace"))


def _lacks_mark(objects: LiveObjects, ref: ResourceRef) -> bool:
    live = objects.find(ref)
    if live is None or is_controller_hook(live.raw):
        return False
    return TRACKING_ID not in live.annotations


def _breach(app: Application, lost: tuple[ResourceRef, ...]) -> Breach:
    policy = app.live_policy or app.policy
    return Breach(
        at="/status/resources",
        manifest=app.live,
        basis=Basis.OBSERVED,
        variant="out_of_sync_only" if policy.options.has(_ONLY_OUT_OF_SYNC) else "",
        facts={"count": len(lost), "objects": tuple(ref.label for ref in lost)},
        keys=frozenset(("object", ref.label) for ref in lost),
    )
