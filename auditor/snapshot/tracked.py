"""Derived: live objects that say which Application applied them, by namespace."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from auditor.argocd.application import GROUP
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.tracking import TrackingId, annotated, instances_of
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef
from auditor.snapshot import sections
from auditor.snapshot.derived import NAMESPACES, OBJECTS
from auditor.snapshot.section import Collected, Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Tracked:
    """One object with its own tracking-id; copies of the annotation are left out."""

    id: TrackingId
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class TrackedObjects:
    """What was read, and what could not be."""

    by_namespace: Mapping[str, tuple[Tracked, ...]]
    applications: frozenset[str]
    """Names that live Applications may be tracked under."""
    gaps: tuple[Gap, ...]

    def gap(self, namespace: str) -> Gap | None:
        """Return why objects of a namespace may be unseen; a kind not installed has none."""
        for gap in self.gaps:
            here = gap.facts.get("namespace", "") in ("", namespace)
            if here and gap.facts.get("group", "") != "*" and gap.code != "kind_not_installed":
                return gap
        return None


def _tracked(snapshot: Snapshot) -> TrackedObjects | Missing | Excluded:
    objects, namespaces = snapshot.look(OBJECTS), snapshot.look(NAMESPACES)
    if not isinstance(objects, LiveObjects):
        return objects
    running = snapshot.look(sections.LIVE_APPLICATIONS)
    applications = running.items if isinstance(running, Collected) else ()
    found: dict[str, dict[ResourceRef, Tracked]] = defaultdict(dict)
    shown = namespaces if isinstance(namespaces, tuple) else ()
    for where, manifest in (
        *((n.ref.name, n.manifest) for n in shown),
        *((item.ref.namespace, item) for _, item in sorted(objects.by_ref.items())),
    ):
        mark = annotated(manifest.raw)
        if where and mark and mark.is_of(manifest.ref) and _is_left_alone(manifest):
            found[where].setdefault(manifest.ref, Tracked(mark, manifest))
    return TrackedObjects(
        {name: tuple(marked.values()) for name, marked in found.items()},
        frozenset(name for app in applications for name in instances_of(app.ref)),
        objects.gaps,
    )


TRACKED: Final[Derived[TrackedObjects]] = Derived("tracked", _tracked)
"""Objects without an owner; Applications, whose parents are asked about elsewhere, left out."""


def _is_left_alone(manifest: Manifest) -> bool:
    is_application = (manifest.ref.group, manifest.ref.kind) == (GROUP, "Application")
    return not is_application and not manifest.get("metadata", "ownerReferences")
