"""Derived: the Applications that Applications deliver, every occurrence of each."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from auditor.argocd.application import GROUP, Application, identity
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.section import Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot
from auditor.snapshot.source_outputs import SOURCE_OUTPUTS, of_one_definition


@dataclass(frozen=True, slots=True)
class Delivery:
    """One Application as a parent's sources produce it."""

    parent: ResourceRef
    source: str
    """The type of the source: Helm, Kustomize, Directory."""
    manifest: Manifest


Deliveries = Mapping[ResourceRef, tuple[Delivery, ...]]
"""What `DELIVERIES` holds; an Application that nothing delivers has no entry."""


def _deliveries(snapshot: Snapshot) -> Deliveries | Missing | Excluded:
    outputs = snapshot.look(SOURCE_OUTPUTS)
    if not isinstance(outputs, Mapping):
        return outputs
    found: dict[ResourceRef, list[Delivery]] = defaultdict(list)
    for label, sources in outputs.items():
        namespace, _, name = label.partition("/")
        parent = ResourceRef(GROUP, "Application", namespace, name)
        for output in of_one_definition(sources):
            for manifest in output.objects:
                if (manifest.ref.group, manifest.ref.kind) == (GROUP, "Application"):
                    delivery = Delivery(parent, output.type, manifest)
                    found[identity(manifest)].append(delivery)
    return {ref: tuple(deliveries) for ref, deliveries in found.items()}


DELIVERIES: Final[Derived[Deliveries]] = Derived("deliveries", _deliveries)


def as_applied(app: Application, deliveries: object) -> tuple[Manifest, ...]:
    """Return the Application as its parents deliver it, else as Git writes it; maybe nothing."""
    if isinstance(deliveries, Mapping) and app.declared and (found := deliveries.get(app.ref)):
        return tuple(delivery.manifest for delivery in found)
    return (app.declared,) if app.declared else ()


def _declarations(
    snapshot: Snapshot,
) -> Mapping[ResourceRef, tuple[Manifest, ...]] | Missing | Excluded:
    applications = snapshot.look(APPLICATIONS)
    if not isinstance(applications, tuple):
        return applications
    found: dict[ResourceRef, list[Manifest]] = defaultdict(list)
    for app in applications:
        if app.declared is not None:
            found[app.ref].append(app.declared)
    return {ref: tuple(manifests) for ref, manifests in found.items()}


DECLARATIONS: Final[Derived[Mapping[ResourceRef, tuple[Manifest, ...]]]] = Derived(
    "declarations", _declarations
)
"""Every place that declares an Application, most often one."""
