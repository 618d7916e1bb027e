"""A read-only look at one Kubernetes object as the API server or Git gave it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from auditor.kube.origin import GitOrigin, Origin
from auditor.kube.ref import ResourceRef


@dataclass(frozen=True, slots=True)
class Manifest:
    """One raw object; nothing in it has been interpreted."""

    raw: Mapping[str, Any]
    origin: Origin
    lines: Mapping[str, int] = field(default_factory=dict)
    """JSON pointer to line of the file, counted from 1; only kept where findings need it."""
    _ref: ResourceRef | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def ref(self) -> ResourceRef:
        """Return the name of the object, read once: everything asks for it."""
        found = self._ref
        if found is None:
            found = ResourceRef.of(self.raw)
            object.__setattr__(self, "_ref", found)
        return found

    @property
    def label(self) -> str:
        """Return `Kind namespace/name`; an object that is named when created shows its prefix."""
        ref = self.ref
        prefix = self.get("metadata", "generateName")
        if ref.name or not isinstance(prefix, str):
            return ref.label
        return replace(ref, name=f"{prefix}*").label

    def get(self, *path: str | int) -> Any:
        """Return the value at `path`, or None where any step of it is absent."""
        return at(self.raw, *path)

    def mapping(self, *path: str | int) -> Mapping[str, Any]:
        """Return the mapping at `path`, or an empty one where there is none."""
        found = at(self.raw, *path)
        return found if type(found) is dict or isinstance(found, Mapping) else {}

    @property
    def annotations(self) -> Mapping[str, Any]:
        """Return `metadata.annotations`."""
        return self.mapping("metadata", "annotations")

    @property
    def labels(self) -> Mapping[str, Any]:
        """Return `metadata.labels`."""
        return self.mapping("metadata", "labels")

    def line(self, pointer: str) -> int | None:
        """Return the line of `pointer`, or of its nearest written ancestor; None outside Git."""
        step = pointer
        while step:
            if step in self.lines:
                return self.lines[step]
            step = step.rpartition("/")[0]
        return self.origin.line if isinstance(self.origin, GitOrigin) else None


def at(raw: Any, *path: str | int) -> Any:
    """Return the value at `path` of nested mappings and lists; None where a step is absent."""
    here = raw
    for step in path:
        # nearly everything is a dict with texts for keys, and `Mapping` is slow to ask
        if type(here) is dict or (isinstance(here, Mapping) and isinstance(step, str)):
            here = here.get(step)
        elif isinstance(here, list | tuple) and isinstance(step, int) and -1 < step < len(here):
            here = here[step]
        else:
            return None
    return here
