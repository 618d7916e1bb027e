"""Derived: what is no longer in Git and still in the cluster, Application by Application."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.freshness import Freshness
from auditor.argocd.releases import NEWEST, Version
from auditor.argocd.stateful import is_definition, is_stateful
from auditor.argocd.status import Row, Status
from auditor.argocd.sync_options import is_guarded_from_pruning
from auditor.kube.gap import Gap
from auditor.kube.ref import ResourceRef
from auditor.snapshot import sections
from auditor.snapshot.derived import APPLICATIONS, OBJECTS, VERSION
from auditor.snapshot.freshness import FRESHNESS
from auditor.snapshot.providers import SEEN_CLUSTER, SeenCluster
from auditor.snapshot.section import Collected, Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot

_FACTOR: Final = 3
"""Times the interval after which a status is no longer believed (option `stale_factor`)."""
_LEAST: Final = 3
"""Rows below which half of them says little."""


@dataclass(frozen=True, slots=True)
class PendingPrunes:
    """The pending prunes of one Application."""

    rows: tuple[ResourceRef, ...]
    unguarded: tuple[ResourceRef, ...]
    """Those that a sync with pruning would delete unasked; with those of unknown guard."""
    total: int
    """Rows that are compared at all."""
    unseen: Gap | None
    """Why some guard is not known: Argo CD reads it from the live object."""
    prunes: bool
    """Whether the policy in force deletes them without being asked."""
    is_syncing: bool
    since: datetime | None
    """The end of a sync that left them alone; they are pending at least that long."""

    def data(self, database_kinds: tuple[str, ...]) -> tuple[ResourceRef, ...]:
        """Return the unguarded ones that hold data.

        A CustomResourceDefinition counts: only one that is tracked can be pending.
        """
        return tuple(
            r for r in self.unguarded if is_stateful(r, database_kinds) or is_definition(r)
        )

    def is_much(self, database_kinds: tuple[str, ...]) -> bool:
        """Say whether half of at least three rows would go, or data."""
        is_half = self.total >= _LEAST and 2 * len(self.unguarded) >= self.total
        return is_half or bool(self.data(database_kinds))


Pending = Mapping[ResourceRef, PendingPrunes | Gap]
"""What `PENDING_PRUNES` holds: every Application, with why not where Argo CD's word is no use."""


def _pending(snapshot: Snapshot) -> Pending | Missing | Excluded:
    applications, running = (
        snapshot.look(APPLICATIONS),
        snapshot.look(sections.LIVE_APPLICATIONS),
    )
    if not isinstance(applications, tuple):
        return applications
    if not isinstance(running, Collected):
        return running
    freshness, cluster = snapshot.look(FRESHNESS), snapshot.look(SEEN_CLUSTER)
    version, live = snapshot.look(VERSION), snapshot.look(OBJECTS)
    release = version[0] if isinstance(version, tuple) else NEWEST
    known = cluster if isinstance(cluster, SeenCluster) else SeenCluster("")
    return {app.ref: _of(app, freshness, live, known, release) for app in applications}


PENDING_PRUNES: Final[Derived[Pending]] = Derived("pending_prunes", _pending)


def _of(
    app: Application,
    freshness: object,
    live: LiveObjects | Missing | Excluded,
    cluster: SeenCluster,
    version: Version,
) -> PendingPrunes | Gap:
    status = app.status
    if status is None:
        return Gap("application_not_live")
    if status.has_comparison_error or status.sync not in ("Synced", "OutOfSync"):
        return Gap("comparison_failed")
    if not isinstance(freshness, Freshness) or not freshness.is_fresh(app, _FACTOR):
        return Gap("status_is_stale")
    policy = app.live_policy or app.policy
    guards = {row.ref: _guard(app, row, live, cluster, version) for row in status.pending_prunes}
    operation = status.operation
    return PendingPrunes(
        rows=tuple(sorted(guards)),
        unguarded=tuple(sorted(ref for ref, guard in guards.items() if guard is not True)),
        total=sum(row.counts for row in status.rows),
        unseen=next((guard for guard in guards.values() if isinstance(guard, Gap)), None),
        prunes=policy.prunes,
        is_syncing=operation is not None and operation.is_running,
        since=_since(status, frozenset(guards)),
    )


def _guard(
    app: Application,
    row: Row,
    live: LiveObjects | Missing | Excluded,
    cluster: SeenCluster,
    version: Version,
) -> bool | Gap:
    options = (app.live_policy or app.policy).options
    if is_guarded_from_pruning({}, options, version):
        why = None  # the object itself could still say Prune=true
    elif isinstance(live, Missing | Excluded):
        why = live.why
    else:
        why = cluster.why_not(app) or (None if live.find(row.ref) else live.gap(row.ref))
    if why is not None:
        return why
    found = live.find(row.ref) if isinstance(live, LiveObjects) else None
    return is_guarded_from_pruning(found.raw if found else {}, options, version)


def _since(status: Status, pending: frozenset[ResourceRef]) -> datetime | None:
    operation = status.operation
    left = operation.results if operation and operation.finished else ()
    is_left = any(r.status == "PruneSkipped" and r.ref in pending for r in left)
    return operation.finished if operation and is_left else None
