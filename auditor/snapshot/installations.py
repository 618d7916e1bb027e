"""Derived: which Applications can be of one Argo CD, and which reach it together."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from auditor.argocd.application import Application
from auditor.kube.origin import GitOrigin
from auditor.kube.ref import ResourceRef
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.lineage import LINEAGE, Lineage
from auditor.snapshot.parents import PARENTS
from auditor.snapshot.providers import SEEN_CLUSTER, SeenCluster
from auditor.snapshot.section import Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Installations:
    """The roots that lead to each Application, and the folder of those that have none."""

    roots: Mapping[ResourceRef, frozenset[ResourceRef]] = field(default_factory=dict)
    folders: Mapping[ResourceRef, frozenset[str]] = field(default_factory=dict)
    live: frozenset[ResourceRef] = frozenset()
    strangers: frozenset[ResourceRef] = frozenset()

    def are_together(self, one: ResourceRef, other: ResourceRef) -> bool:
        """Say whether both are of one Argo CD: live, or delivered from one root."""
        if one in self.live and other in self.live:
            return True
        return bool(self._roots(one) & self._roots(other))

    def are_beside(self, one: ResourceRef, other: ResourceRef) -> bool:
        """Say whether both, or their roots, are files of one folder, applied together or not."""
        if one in self.strangers or other in self.strangers:
            return False
        return bool(self._folders(one) & self._folders(other))

    def _roots(self, ref: ResourceRef) -> frozenset[ResourceRef]:
        return self.roots.get(ref, frozenset((ref,)))

    def _folders(self, ref: ResourceRef) -> frozenset[str]:
        none: frozenset[str] = frozenset()
        return none.union(*(self.folders.get(root, none) for root in self._roots(ref)))


def _installations(snapshot: Snapshot) -> Installations | Missing | Excluded:
    applications, parents = snapshot.look(APPLICATIONS), snapshot.look(PARENTS)
    if isinstance(applications, Missing | Excluded):
        return applications
    above: dict[ResourceRef, tuple[ResourceRef, ...]] = {}
    lineage = snapshot.look(LINEAGE)
    for child, makers in lineage.parents.items() if isinstance(lineage, Lineage) else ():
        above[child] = tuple(sorted({ref for ref, _ in makers} - {child}))
    for child, apps in parents.items() if isinstance(parents, Mapping) else ():
        above[child] = (*above.get(child, ()), *(app.ref for app in apps))
    cluster = snapshot.look(SEEN_CLUSTER)
    return Installations(
        roots={app.ref: _roots(app.ref, above) for app in applications},
        folders={app.ref: _folders(app) for app in applications},
        live=frozenset(app.ref for app in applications if app.live),
        strangers=cluster.strangers if isinstance(cluster, SeenCluster) else frozenset(),
    )


def _roots(
    ref: ResourceRef, above: Mapping[ResourceRef, tuple[ResourceRef, ...]]
) -> frozenset[ResourceRef]:
    found: set[ResourceRef] = set()
    seen: set[ResourceRef] = set()
    waiting = [ref]
    while waiting:
        here = waiting.pop()
        if here in seen:
            continue
        seen.add(here)
        parents = above.get(here, ())
        waiting += parents
        if not parents:
            found.add(here)
    return frozenset(found or seen)  # parents that deliver each other are all roots


def _folders(app: Application) -> frozenset[str]:
    origin = app.declared.origin if app.declared else None
    if not isinstance(origin, GitOrigin):
        return frozenset()
    return frozenset((f"{origin.repository}//{posixpath.dirname(origin.path)}",))


INSTALLATIONS: Final[Derived[Installations]] = Derived("installations", _installations)
