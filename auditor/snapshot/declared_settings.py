"""Argo CD's ConfigMaps as the repositories declare them, apart from samples in documentation."""

from typing import Final

from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin
from auditor.snapshot import sections
from auditor.snapshot.section import Collected
from auditor.snapshot.snapshot import Snapshot

_DOCUMENTATION: Final = frozenset({"doc", "docs", "documentation", "sample", "samples"})


def declared_maps(snapshot: Snapshot, name: str) -> tuple[Manifest, ...]:
    """Return the ConfigMaps of that name; what a rendering delivers is never a sample."""
    look = snapshot.look(sections.GIT_MANIFESTS)
    return tuple(
        item
        for item in (look.items if isinstance(look, Collected) else ())
        if (item.ref.kind, item.ref.name) == ("ConfigMap", name) and not is_sample(item)
    )


def declared_map(snapshot: Snapshot, name: str) -> Manifest | None:
    """Return the ConfigMap of that name; None for none, or for several that say different things.

    Which of several is in force hangs on the cluster, and on which overlay is built for it.
    """
    found = declared_maps(snapshot, name)
    first = next(iter(found), None)
    if first is None or any(item.mapping("data") != first.mapping("data") for item in found):
        return None
    return first


def is_sample(manifest: Manifest) -> bool:
    """Say whether it lies in a folder of documentation, as nothing that is applied does."""
    origin = manifest.origin
    return isinstance(origin, GitOrigin) and not _DOCUMENTATION.isdisjoint(
        origin.path.lower().split("/")[:-1]
    )
