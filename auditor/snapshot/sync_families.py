"""Derived: an Application's sync beside those of its siblings, as rules about order look at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.releases import Version
from auditor.argocd.rendering import Rendering
from auditor.argocd.sync_tasks import Task
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef
from auditor.snapshot.application_health import APPLICATION_HEALTH, ApplicationHealth
from auditor.snapshot.deliveries import DELIVERIES, Deliveries
from auditor.snapshot.derived import OBJECTS, RENDERED, VERSION
from auditor.snapshot.providers import SEEN_CLUSTER, SeenCluster
from auditor.snapshot.rendered import rendered_by
from auditor.snapshot.section import Derived, Excluded, Missing
from auditor.snapshot.siblings import SIBLINGS, Siblings
from auditor.snapshot.snapshot import Snapshot
from auditor.snapshot.tasks import tasks_of


@dataclass(frozen=True, slots=True)
class OwnSync:
    """What one Application renders, and what of it is there already."""

    app: Application
    rendering: Rendering
    live: LiveObjects | None
    """None where the cluster it deploys to was not read."""
    version: Version

    @property
    def name(self) -> str:
        """Return `namespace/name` of the Application."""
        return self.app.ref.qualified

    @property
    def cluster(self) -> str:
        """Return the cluster it deploys to, as `Destination.cluster`."""
        return self.app.destination.cluster

    def tasks(self) -> tuple[Task, ...]:
        """Return what a first sync does, in its order."""
        return tasks_of(self.app, self.rendering, self.version).tasks

    def has(self, ref: ResourceRef) -> bool:
        """Say whether an object is live where the Application deploys to."""
        return self.find(ref) is not None

    def find(self, ref: ResourceRef) -> Manifest | None:
        """Return the live object, or None where it is not there or was not seen."""
        return self.live.find(ref) if self.live else None


@dataclass(frozen=True, slots=True)
class SyncFamilies:
    """Every sync, what it needs and makes, and whether siblings wait for each other."""

    version: Version
    renderings: Mapping[str, Rendering]
    deliveries: Deliveries
    siblings: Siblings
    cluster: SeenCluster
    objects: LiveObjects | None
    waits: bool
    """Whether a wave of Applications waits for their health."""

    def of(self, app: Application) -> OwnSync | Gap:
        """Return the sync of one Application, or why what it renders is not known."""
        rendering = rendered_by(app, self.renderings)
        if isinstance(rendering, Gap):
            return rendering
        live = self.objects if self.cluster.why_not(app) is None else None
        return OwnSync(app, rendering, live, self.version)


def _families(snapshot: Snapshot) -> SyncFamilies | Missing | Excluded:
    version, rendered = snapshot.look(VERSION), snapshot.look(RENDERED)
    deliveries, siblings = snapshot.look(DELIVERIES), snapshot.look(SIBLINGS)
    cluster = snapshot.look(SEEN_CLUSTER)
    health, objects = snapshot.look(APPLICATION_HEALTH), snapshot.look(OBJECTS)
    if (
        isinstance(version, tuple)
        and isinstance(rendered, Mapping)
        and isinstance(deliveries, Deliveries)
        and isinstance(siblings, Siblings)
        and isinstance(cluster, SeenCluster)
    ):
        return SyncFamilies(
            version=version[0],
            renderings=rendered,
            deliveries=deliveries,
            siblings=siblings,
            cluster=cluster,
            objects=objects if isinstance(objects, LiveObjects) else None,
            waits=isinstance(health, ApplicationHealth) and health.is_restored,
        )
    looks = (version, rendered, deliveries, siblings, cluster)
    return next(look for look in looks if isinstance(look, Missing | Excluded))


SYNC_FAMILIES: Final[Derived[SyncFamilies]] = Derived("sync_families", _families)
