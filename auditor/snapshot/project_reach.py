"""Derived: into which environments a project lets its Applications."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from auditor.argocd.application import Destination
from auditor.argocd.environment_words import PRODUCTION
from auditor.argocd.project import Project
from auditor.argocd.project_permissions import IN_CLUSTER_NAME, permits_destination
from auditor.argocd.spoken_environment import of_destination
from auditor.kube.ref import ResourceRef
from auditor.snapshot.derived import APPLICATIONS, NAMESPACES
from auditor.snapshot.projects import EFFECTIVE_PROJECTS, EffectiveProjects
from auditor.snapshot.section import Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Reach:
    """Namespaces that are used or there, and permitted, by what their names speak of."""

    production: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def is_production_only(self) -> bool:
        """Say whether no other environment is within reach."""
        return bool(self.production) and not self.others


def _reach(snapshot: Snapshot) -> Mapping[ResourceRef, Reach] | Missing | Excluded:
    effective = snapshot.look(EFFECTIVE_PROJECTS)
    if not isinstance(effective, EffectiveProjects):
        return effective
    spoken = {place: word for place in _places(snapshot) if (word := of_destination(place))}
    return {p.ref: _of(effective.merged(p).project, spoken) for p in effective.all}


PROJECT_REACH: Final[Derived[Mapping[ResourceRef, Reach]]] = Derived("project_reach", _reach)


def _of(project: Project, spoken: Mapping[Destination, str]) -> Reach:
    """Ask for every place; an entry that is repeated changes no answer."""
    asked = replace(project, destinations=tuple(dict.fromkeys(project.destinations)))
    reached = {
        (word == PRODUCTION, place.namespace)
        for place, word in spoken.items()
        if permits_destination(asked, place, place.namespace)
    }
    production = tuple(sorted(name for is_production, name in reached if is_production))
    others = tuple(sorted(name for is_production, name in reached if not is_production))
    return Reach(production, others)


def _places(snapshot: Snapshot) -> Iterator[Destination]:
    """Yield where Applications go, and the namespaces of Argo CD's own cluster."""
    applications, namespaces = snapshot.look(APPLICATIONS), snapshot.look(NAMESPACES)
    for app in applications if isinstance(applications, tuple) else ():
        if app.destination.namespace:
            yield app.destination
    for namespace in namespaces if isinstance(namespaces, tuple) else ():
        yield Destination("", IN_CLUSTER_NAME, namespace.ref.name)
