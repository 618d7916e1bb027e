"""Derived: who makes and who uses Secrets, ConfigMaps, claims and ServiceAccounts."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from auditor.argocd.dependencies import is_waited_for
from auditor.argocd.needs import made
from auditor.kube.manifest import Manifest
from auditor.kube.pod_references import Reference, pod_references
from auditor.snapshot.derived import RENDERED
from auditor.snapshot.section import Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot

Place = tuple[str, Reference]
"""Namespace, then kind and name."""


@dataclass(frozen=True, slots=True)
class Deliveries:
    """What all renderings hold, by place; Applications as `namespace/name`, in order."""

    makers: Mapping[Place, tuple[str, ...]]
    users: Mapping[Place, tuple[str, ...]]
    """Any workload that refers to it."""
    needs: Mapping[str, frozenset[Place]]
    """What the workloads of an Application that a sync waits for refer to."""
    workloads: Mapping[str, frozenset[str]]
    """Namespaces in which an Application has such workloads."""
    classes: tuple[Manifest, ...]
    """StorageClasses."""


def _deliveries(snapshot: Snapshot) -> Deliveries | Missing | Excluded:
    renderings = snapshot.look(RENDERED)
    if not isinstance(renderings, Mapping):
        return renderings
    makers: dict[Place, dict[str, None]] = defaultdict(dict)
    users: dict[Place, dict[str, None]] = defaultdict(dict)
    needs: dict[str, set[Place]] = defaultdict(set)
    workloads: dict[str, set[str]] = defaultdict(set)
    classes: list[Manifest] = []
    for name, rendering in renderings.items():
        for manifest in rendering.objects:
            ref = manifest.ref
            makers[ref.namespace, made(manifest)][name] = None
            places = {(ref.namespace, found) for found in pod_references(manifest.raw)}
            for place in places:
                users[place][name] = None
            if is_waited_for(manifest.raw):
                needs[name] |= places
                workloads[name].add(ref.namespace)
            if (ref.group, ref.kind) == ("storage.k8s.io", "StorageClass"):
                classes.append(manifest)
    return Deliveries(
        {place: tuple(names) for place, names in makers.items()},
        {place: tuple(names) for place, names in users.items()},
        {name: frozenset(places) for name, places in needs.items()},
        {name: frozenset(spaces) for name, spaces in workloads.items()},
        tuple(classes),
    )


DELIVERIES: Final[Derived[Deliveries]] = Derived("deliveries", _deliveries)
