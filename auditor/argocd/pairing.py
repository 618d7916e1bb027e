"""Which live object a rendered one becomes, and which rendered one a row speaks of."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from auditor.argocd.cluster import LiveObjects
from auditor.kube.gap import Gap
from auditor.kube.kinds import is_namespaced
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef


def names_of(ref: ResourceRef, namespace: str) -> Iterator[ResourceRef]:
    """Yield the names a rendered object can have live, the likeliest first.

    `namespace` is the destination's. Argo CD drops the namespace of cluster-scoped objects and adds
    the destination's to others that have none; the scope of custom resources is not known here.
    """
    scope = is_namespaced(ref.group, ref.kind)
    if scope is not False:
        # nearly every name is whole already, and is asked for over and over
        yield ref if ref.namespace else replace(ref, namespace=namespace)
    if scope is not True:
        yield replace(ref, namespace="") if ref.namespace else ref


def live_of(ref: ResourceRef, namespace: str, objects: LiveObjects) -> Manifest | Gap | None:
    """Return the live object of a rendered one, why it is not known, or None if it is not there."""
    names = tuple(names_of(ref, namespace))
    found = next((item for name in names if (item := objects.find(name))), None)
    return found or next((gap for name in names if (gap := objects.gap(name))), None)


def target_of(row: ResourceRef, namespace: str, rendered: Iterable[Manifest]) -> Manifest | None:
    """Return the rendered object that a row of `status.resources` is about."""
    for manifest in rendered:
        ref = manifest.ref
        is_same_kind = (ref.group, ref.kind, ref.name) == (row.group, row.kind, row.name)
        if is_same_kind and row in names_of(ref, namespace):
            return manifest
    return None
