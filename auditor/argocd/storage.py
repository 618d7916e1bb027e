"""Claims that wait for their first consumer; Kubernetes `storage.k8s.io/v1` StorageClass."""

from collections.abc import Iterable
from typing import Final

from auditor.kube.loose import text
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef

WAITS: Final = "WaitForFirstConsumer"
_DEFAULT: Final = "storageclass.kubernetes.io/is-default-class"


def is_claim(ref: ResourceRef) -> bool:
    """Tell whether the object is a PersistentVolumeClaim."""
    return (ref.group, ref.kind) == ("", "PersistentVolumeClaim")


def is_class(ref: ResourceRef) -> bool:
    """Tell whether the object is a StorageClass."""
    return (ref.group, ref.kind) == ("storage.k8s.io", "StorageClass")


def is_dynamic(claim: Manifest) -> bool:
    """Tell whether a volume has to be made for the claim: none is named, and a class may be."""
    written = claim.get("spec", "storageClassName")
    return not text(claim.raw, "spec", "volumeName") and written != ""


def is_bound(live: Manifest | None) -> bool:
    """Tell whether a live claim has its volume."""
    return live is not None and text(live.raw, "status", "phase") == "Bound"


def class_of(claim: Manifest, classes: Iterable[Manifest]) -> Manifest | None:
    """Return the class of a claim among those known: by name, else the default one."""
    wanted = text(claim.raw, "spec", "storageClassName")
    for manifest in classes:
        if not is_class(manifest.ref):
            continue
        is_default = manifest.annotations.get(_DEFAULT) == "true"
        if manifest.ref.name == wanted or (not wanted and is_default):
            return manifest
    return None


def reclaim_policy(manifest: Manifest, classes: Iterable[Manifest]) -> str:
    """Return what becomes of a volume once it, or its claim, is deleted; empty: not known.

    A volume says so itself, `Retain` where it says nothing; a claim follows its class, whose
    default is `Delete`. `classes` may hold objects of any kind.
    """
    if (manifest.ref.group, manifest.ref.kind) == ("", "PersistentVolume"):
        return text(manifest.raw, "spec", "persistentVolumeReclaimPolicy") or "Retain"
    found = class_of(manifest, classes) if is_claim(manifest.ref) else None
    return (text(found.raw, "reclaimPolicy") or "Delete") if found else ""
