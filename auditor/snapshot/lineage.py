"""Derived: which definitions of parents deliver what, so that alternatives are told apart.

One name is often defined once an environment, each for a cluster of its own; what one of these
definitions delivers never meets what another one does.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from auditor.argocd.application import GROUP, Application, identity
from auditor.kube.origin import Origin, RenderedOrigin
from auditor.kube.ref import ResourceRef
from auditor.snapshot import sections
from auditor.snapshot.derived import APPLICATIONS, RENDERED
from auditor.snapshot.rendered import seen_of
from auditor.snapshot.section import Collected, Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot

_KINDS: Final = ("Application", "ApplicationSet")
Definition = tuple[ResourceRef, Origin | None]
"""A name, and where Git declares it; None for what is live only."""


def definition_of(app: Application) -> Definition:
    """Return what tells a definition of the name from others."""
    return app.ref, app.declared.origin if app.declared else None


@dataclass(frozen=True, slots=True)
class Lineage:
    """Who delivers Applications and ApplicationSets."""

    parents: Mapping[ResourceRef, frozenset[Definition]] = field(default_factory=dict)
    """Child to the definitions that render it, or the ApplicationSets that generate it."""

    def are_apart(self, one: Definition, other: Definition) -> bool:
        """Say whether one cannot be there with the other: different definitions lead to them."""
        if one[0] == other[0]:
            return one != other
        mine, others = self._ways(one), self._ways(other)
        return any(
            mine[ref].isdisjoint(others[ref]) and not {(ref, None)} & (mine[ref] | others[ref])
            for ref in mine.keys() & others.keys()
        )

    def _ways(self, start: Definition) -> dict[ResourceRef, set[Definition]]:
        """Return itself and everything above by name."""
        found: dict[ResourceRef, set[Definition]] = defaultdict(set)
        found[start[0]].add(start)
        waiting, seen = [start[0]], {start[0]}
        while waiting:
            here = waiting.pop()
            for parent in self.parents.get(here, ()):
                if parent[0] not in (start[0], here):  # many a root delivers itself
                    found[parent[0]].add(parent)
                if parent[0] not in seen:
                    seen.add(parent[0])
                    waiting.append(parent[0])
        return found


def _lineage(snapshot: Snapshot) -> Lineage | Missing | Excluded:
    applications = snapshot.look(APPLICATIONS)
    if isinstance(applications, Missing | Excluded):
        return applications
    rendered = snapshot.look(RENDERED)
    found: dict[ResourceRef, set[Definition]] = defaultdict(set)
    for app in applications:
        parent = definition_of(app)
        for manifest in seen_of(app, rendered)[0]:
            if manifest.ref.group == GROUP and manifest.ref.kind in _KINDS:
                found[identity(manifest)].add(parent)
    written = snapshot.look(sections.GIT_MANIFESTS)
    for item in written.items if isinstance(written, Collected) else ():
        origin = item.origin
        if isinstance(origin, RenderedOrigin) and origin.kind == "ApplicationSet":
            namespace, _, name = origin.application.partition("/")
            maker = ResourceRef(GROUP, "ApplicationSet", namespace, name)
            found[identity(item)].add((maker, None))
    return Lineage({child: frozenset(parents) for child, parents in found.items()})


LINEAGE: Final[Derived[Lineage]] = Derived("lineage", _lineage)
