"""Derived: live objects and namespaces as one index, with the StorageClasses among them."""

from dataclasses import dataclass
from typing import Final

from auditor.argocd.cluster import LiveObjects
from auditor.argocd.storage import is_class
from auditor.kube.manifest import Manifest
from auditor.snapshot.derived import NAMESPACES, OBJECTS
from auditor.snapshot.section import Derived
from auditor.snapshot.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class HeldObjects:
    """What was seen of the cluster; empty where nothing was."""

    live: LiveObjects
    classes: tuple[Manifest, ...]
    """StorageClasses that Applications manage."""


def _held(snapshot: Snapshot) -> HeldObjects:
    objects, namespaces = snapshot.look(OBJECTS), snapshot.look(NAMESPACES)
    found = tuple(objects.by_ref.values()) if isinstance(objects, LiveObjects) else ()
    named = tuple(n.manifest for n in namespaces) if isinstance(namespaces, tuple) else ()
    live = LiveObjects.of((*found, *named), ())
    return HeldObjects(live, tuple(m for m in live.by_ref.values() if is_class(m.ref)))


HELD_OBJECTS: Final[Derived[HeldObjects]] = Derived("held_objects", _held)
