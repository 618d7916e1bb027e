"""Derived: which objects of which cluster each Application renders."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.dependencies import WORKLOADS
from auditor.argocd.hooks import is_ignored
from auditor.argocd.pairing import names_of
from auditor.argocd.rendering import Rendering
from auditor.kube.gap import Gap
from auditor.kube.kinds import is_namespaced
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef
from auditor.snapshot.derived import APPLICATIONS, RENDERED
from auditor.snapshot.lineage import Definition, definition_of
from auditor.snapshot.rendered import rendered_by
from auditor.snapshot.section import Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot

_INHABITANTS: Final = WORKLOADS | {"Service", "CronJob"}
Place = tuple[str, ResourceRef]
"""Cluster and name of an object."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One object that one Application renders."""

    app: Application
    ref: ResourceRef
    """Its name with the destination's namespace filled in."""
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class Claims:
    """Every rendered object, by place and by Application."""

    by_place: Mapping[Place, tuple[Claim, ...]]
    by_definition: Mapping[Definition, tuple[Claim, ...]]
    """A name may have definitions that are never built together: each has its own."""
    unrendered: Mapping[Definition, Gap]
    """Why the objects of an Application are not known."""
    unknown_at: Mapping[tuple[str, str], Gap]
    """Cluster and destination namespace of such Applications."""

    known_at: frozenset[tuple[str, str]]
    """Cluster and namespace that some Application deploys to and was rendered for."""
    inhabited_at: frozenset[tuple[str, str]]
    """Cluster and namespace in which something runs that some Application renders."""
    customs: Mapping[tuple[str, str], tuple[ResourceRef, ...]]
    """Objects of kinds that are not built in, by cluster and namespace."""

    def at(self, cluster: str, ref: ResourceRef) -> tuple[Claim, ...]:
        """Return who renders an object."""
        return self.by_place.get((cluster, ref), ())

    def of(self, app: Application) -> tuple[Claim, ...]:
        """Return what this definition of an Application renders."""
        return self.by_definition.get(definition_of(app), ())

    def why_unknown(self, app: Application) -> Gap | None:
        """Return why it is not known what this definition renders."""
        return self.unrendered.get(definition_of(app))


def _claims(snapshot: Snapshot) -> Claims | Missing | Excluded:
    applications, rendered = snapshot.look(APPLICATIONS), snapshot.look(RENDERED)
    if isinstance(applications, Missing | Excluded):
        return applications
    if isinstance(rendered, Missing | Excluded):
        return rendered
    return _indexed(applications, rendered)


def _indexed(applications: tuple[Application, ...], rendered: Mapping[str, Rendering]) -> Claims:
    by_place: dict[Place, list[Claim]] = defaultdict(list)
    by_definition: dict[Definition, tuple[Claim, ...]] = {}
    unrendered: dict[Definition, Gap] = {}
    unknown_at: dict[tuple[str, str], Gap] = {}
    for app in applications:
        cluster, namespace = app.destination.cluster, app.destination.namespace
        found = rendered_by(app, rendered)
        if isinstance(found, Gap):
            unrendered[definition_of(app)] = found
            unknown_at.setdefault((cluster, namespace), found)
            continue
        claims = tuple(
            Claim(app, next(names_of(manifest.ref, namespace)), manifest)
            for manifest in found.objects
            if manifest.ref.name and not is_ignored(manifest.raw)
        )
        by_definition[definition_of(app)] = claims
        for claim in claims:
            by_place[cluster, claim.ref].append(claim)
    known_at = frozenset(
        (app.destination.cluster, app.destination.namespace)
        for app in applications
        if definition_of(app) in by_definition
    )
    places = {place: tuple(found) for place, found in by_place.items()}
    inhabited_at = frozenset(
        (cluster, ref.namespace) for cluster, ref in places if ref.kind in _INHABITANTS
    )
    customs = _customs(by_place)
    return Claims(places, by_definition, unrendered, unknown_at, known_at, inhabited_at, customs)


def _customs(places: Iterable[Place]) -> dict[tuple[str, str], tuple[ResourceRef, ...]]:
    found: dict[tuple[str, str], list[ResourceRef]] = defaultdict(list)
    for cluster, ref in places:
        if is_namespaced(ref.group, ref.kind) is None:
            found[cluster, ref.namespace].append(ref)
    return {place: tuple(refs) for place, refs in found.items()}


CLAIMS: Final[Derived[Claims]] = Derived("claims", _claims)
