"""The live objects of a snapshot by name: there, absent, or not looked at."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef


@dataclass(frozen=True, slots=True)
class LiveObjects:
    """Objects of one cluster. Absent is a fact; unseen is a gap. The two are never confused."""

    by_ref: Mapping[ResourceRef, Manifest]
    gaps: tuple[Gap, ...]

    @classmethod
    def of(cls, items: Iterable[Manifest], gaps: tuple[Gap, ...]) -> Self:
        """Index `items` by group, kind, namespace and name."""
        return cls({item.ref: item for item in items}, gaps)

    def find(self, ref: ResourceRef) -> Manifest | None:
        """Return the object, or None where it was not seen (see `gap`)."""
        return self.by_ref.get(ref)

    def gap(self, ref: ResourceRef) -> Gap | None:
        """Return why an object of this name could be there unseen; None if it would be known."""
        for gap in self.gaps:
            facts = gap.facts
            if (
                facts.get("group", "") in ("*", ref.group)
                and facts.get("kind", "") in ("", ref.kind)
                and facts.get("namespace", "") in ("", ref.namespace)
            ):
                return gap
        return None


@dataclass(frozen=True, slots=True)
class Namespace:
    """One namespace: live, or only asked for."""

    ref: ResourceRef
    manifest: Manifest

    @property
    def is_terminating(self) -> bool:
        """Say whether it has a deletionTimestamp."""
        return bool(self.manifest.get("metadata", "deletionTimestamp"))
