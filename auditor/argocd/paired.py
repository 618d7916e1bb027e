"""Everything an Application renders, each object beside the live one."""

from collections.abc import Iterable, Iterator

from auditor.argocd.broad_entries import Pair
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.pairing import live_of, names_of
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef


def paired(
    rendered: Iterable[Manifest], namespace: str, objects: LiveObjects | None
) -> Iterator[Pair | Gap]:
    """Yield a pair for each object, or why its live side is not known.

    `namespace` is the destination's. Without `objects` no object has a live side.
    """
    for target in rendered:
        live = live_of(target.ref, namespace, objects) if objects is not None else None
        yield live if isinstance(live, Gap) else Pair(target, live, namespace)


def placed(pair: Pair) -> ResourceRef:
    """Return the name the object has, or is going to have, in the cluster."""
    return pair.live.ref if pair.live else next(names_of(pair.target.ref, pair.namespace))
