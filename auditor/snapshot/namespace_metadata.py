"""Derived: who writes labels and annotations of which namespace."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from auditor.argocd import annotations
from auditor.argocd.application import Application
from auditor.argocd.hooks import is_hook
from auditor.argocd.option_entries import CREATE_NAMESPACE
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef
from auditor.snapshot.claims import CLAIMS, Claims
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.installations import INSTALLATIONS, Installations
from auditor.snapshot.section import Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot

_SERVER_SIDE: Final = "ServerSideApply=true"


@dataclass(frozen=True, slots=True)
class MetadataOwner:
    """One Application that writes the metadata of one namespace."""

    application: ResourceRef
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    is_manifest: bool
    """True where it ships the Namespace; False for managedNamespaceMetadata."""
    removes_others: bool
    """Whether applying drops what the other wrote: server-side apply under one manager's name."""

    def clashes(self, other: "MetadataOwner") -> tuple[str, ...]:
        """Return the keys that the two give different values or take from one another."""
        pairs = ((self.labels, other.labels), (self.annotations, other.annotations))
        removes = self.removes_others and other.removes_others
        found: set[str] = set()
        for mine, theirs in pairs:
            keys = mine.keys() | theirs.keys() if removes else mine.keys() & theirs.keys()
            found |= {key for key in keys if mine.get(key) != theirs.get(key)}
        return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class MetadataOwners:
    """Owners by cluster and namespace."""

    by_place: Mapping[tuple[str, str], tuple[MetadataOwner, ...]]
    installations: Installations

    def of(self, app: Application) -> MetadataOwner | None:
        """Return what the Application itself writes into its destination's namespace."""
        return next((o for o in self._at(app) if o.application == app.ref), None)

    def others(self, app: Application) -> tuple[MetadataOwner, ...]:
        """Return who else of the same Argo CD writes there."""
        reach = self.installations
        return tuple(
            owner
            for owner in self._at(app)
            if owner.application != app.ref
            and (
                reach.are_together(app.ref, owner.application)
                or reach.are_beside(app.ref, owner.application)
            )
        )

    def _at(self, app: Application) -> tuple[MetadataOwner, ...]:
        return self.by_place.get((app.destination.cluster, app.destination.namespace), ())


def _owners(snapshot: Snapshot) -> MetadataOwners | Missing | Excluded:
    applications, installations = snapshot.look(APPLICATIONS), snapshot.look(INSTALLATIONS)
    if not isinstance(applications, tuple):
        return applications
    if not isinstance(installations, Installations):
        return installations
    claims = snapshot.look(CLAIMS)
    found: dict[tuple[str, str], dict[ResourceRef, MetadataOwner]] = defaultdict(dict)
    for app in applications:
        own = claims.of(app) if isinstance(claims, Claims) else ()
        shipped = [claim.manifest for claim in own if _is_namespace(claim.manifest)]
        for namespace, owner in _of(app, shipped):
            found[app.destination.cluster, namespace].setdefault(app.ref, owner)
    return MetadataOwners(
        {place: tuple(owners.values()) for place, owners in found.items()}, installations
    )


NAMESPACE_METADATA: Final[Derived[MetadataOwners]] = Derived("namespace_metadata", _owners)


def _of(app: Application, shipped: list[Manifest]) -> Iterator[tuple[str, MetadataOwner]]:
    """Yield the Namespaces it ships, then what the option writes; a manifest stands in for it."""
    is_server_side = app.policy.options.has(_SERVER_SIDE)
    for manifest in shipped:
        yield (
            manifest.ref.name,
            MetadataOwner(
                app.ref,
                annotations.labels(manifest.raw),
                annotations.annotations(manifest.raw),
                is_manifest=True,
                removes_others=is_server_side,
            ),
        )
    metadata = app.policy.managed_namespace_metadata
    if metadata and app.destination.namespace and app.policy.options.has(CREATE_NAMESPACE):
        labels, own = metadata.labels, metadata.annotations
        owner = MetadataOwner(app.ref, labels, own, is_manifest=False, removes_others=True)
        yield app.destination.namespace, owner


def _is_namespace(manifest: Manifest) -> bool:
    ref = manifest.ref
    return (ref.group, ref.kind) == ("", "Namespace") and not is_hook(manifest.raw)
