"""Derived: what would go with a namespace: the Applications and the data in it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.stateful import DATABASE_KINDS, is_stateful, is_without_storage
from auditor.kube.ref import ResourceRef
from auditor.snapshot.claims import CLAIMS, Claims
from auditor.snapshot.derived import APPLICATIONS, OBJECTS
from auditor.snapshot.installations import INSTALLATIONS, Installations
from auditor.snapshot.section import Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot

Place = tuple[str, str]
"""Cluster and namespace."""


@dataclass(frozen=True, slots=True)
class Inhabitants:
    """Who deploys into which namespace, and what lies there; only what was seen."""

    applications: Mapping[Place, frozenset[ResourceRef]]
    objects: Mapping[Place, frozenset[ResourceRef]]
    """Without StatefulSets that claim no volume."""
    installations: Installations

    def others(self, app: Application, namespace: str) -> tuple[ResourceRef, ...]:
        """Return the other Applications of one's Argo CD that deploy into `namespace`."""
        known = self.applications.get((app.destination.cluster, namespace), frozenset())
        reach = self.installations
        return tuple(
            other
            for other in sorted(known - {app.ref})
            if reach.are_together(app.ref, other) or reach.are_beside(app.ref, other)
        )

    def data(
        self, app: Application, namespace: str, database_kinds: tuple[str, ...] = DATABASE_KINDS
    ) -> tuple[ResourceRef, ...]:
        """Return the objects in `namespace` that hold data, rendered by anyone or live."""
        known = self.objects.get((app.destination.cluster, namespace), frozenset())
        return tuple(sorted(ref for ref in known if is_stateful(ref, database_kinds)))


def _inhabitants(snapshot: Snapshot) -> Inhabitants | Missing | Excluded:
    applications, installations = snapshot.look(APPLICATIONS), snapshot.look(INSTALLATIONS)
    if not isinstance(applications, tuple):
        return applications
    if not isinstance(installations, Installations):
        return installations
    claims, live = snapshot.look(CLAIMS), snapshot.look(OBJECTS)
    deploying: dict[Place, set[ResourceRef]] = defaultdict(set)
    lying: dict[Place, set[ResourceRef]] = defaultdict(set)
    here: set[str] = set()
    for app in applications:
        cluster = app.destination.cluster
        deploying[cluster, app.destination.namespace].add(app.ref)
        here |= {cluster} if app.destination.is_in_cluster else set()
        for claim in claims.of(app) if isinstance(claims, Claims) else ():
            if claim.ref.namespace:
                deploying[cluster, claim.ref.namespace].add(app.ref)
                if not is_without_storage(claim.manifest):
                    lying[cluster, claim.ref.namespace].add(claim.ref)
    for ref, found in live.by_ref.items() if isinstance(live, LiveObjects) else ():
        for cluster in here if ref.namespace and not is_without_storage(found) else ():
            lying[cluster, ref.namespace].add(ref)
    return Inhabitants(
        {place: frozenset(refs) for place, refs in deploying.items()},
        {place: frozenset(refs) for place, refs in lying.items()},
        installations,
    )


INHABITANTS: Final[Derived[Inhabitants]] = Derived("inhabitants", _inhabitants)
