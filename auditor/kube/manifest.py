"""A read-only look at one Kubernetes object as the API server or Git gave it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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

    @property
    def ref(self) -> ResourceRef:
        """Return the name of the object."""
        return ResourceRef.of(self.raw)

    def get(self, *path: str | int) -> Any:
        """Return the value at `path`, or None where any step of it is absent."""
        return at(self.raw, *path)

    def mapping(self, *path: str | int) -> Mapping[str, Any]:
        """Return the mapping at `path`, or an empty one where there is none."""
        found = at(self.raw, *path)
        return found if isinstance(found, Mapping) else {}

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
        if isinstance(here, Mapping) and isinstance(step, str):
            here = here.get(step)
        elif isinstance(here, list | tuple) and isinstance(step, int) and -1 < step < len(here):
            here = here[step]
        else:
            return None
    return here
