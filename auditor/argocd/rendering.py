"""What an Application's sources produce, and what stood in the way."""

from dataclasses import dataclass

from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Rendering:
    """The objects of all sources together, later sources winning, or why some are not known."""

    application: str
    """`namespace/name`."""
    objects: tuple[Manifest, ...]
    errors: tuple[Gap, ...]
    """What the repository's content makes fail, as Argo CD would fail."""
    gaps: tuple[Gap, ...]
    """What could not be looked at: plugin, unreachable chart, revision not at hand, limit."""
    commits: tuple[str, ...] = ()
    definition: tuple[str, ...] = ()
    """Repository, path and line of the definition rendered; empty for a live one."""
    alternatives: tuple["Rendering", ...] = ()
    """Of other definitions of the same name, which are never built together."""

    @property
    def is_complete(self) -> bool:
        """Say whether `objects` is everything the Application would apply."""
        return not self.errors and not self.gaps

    def of(self, definition: tuple[str, ...]) -> "Rendering":
        """Return the rendering of one definition of the name, this one where it is not known."""
        return next((r for r in self.alternatives if r.definition == definition), self)

    @property
    def why_incomplete(self) -> Gap:
        """Return the first thing in the way; raise IndexError where nothing is."""
        return self.gaps[0] if self.gaps else self.errors[0]
