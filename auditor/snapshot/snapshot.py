"""The snapshot itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar, overload

from auditor.kube.gap import Gap
from auditor.snapshot.section import Collected, Derived, Excluded, Look, Missing, Raw

T = TypeVar("T")

SCHEMA: Final = "auditor.snapshot/1"


@dataclass(frozen=True, slots=True)
class Header:
    """Who looked, when, at what; everything the report says about its own making."""

    about: str = ""
    """What the snapshot shows, one sentence; printed first."""
    started: str = ""
    """RFC 3339 in UTC."""
    finished: str = ""
    cluster: Mapping[str, Any] = field(default_factory=dict)
    """`server` (host:port), `uid` of kube-system, `context`, `identity`; empty if none."""
    repositories: tuple[Mapping[str, Any], ...] = ()
    """`url`, `commit`, `revision`, `files`, `manifests` of each repository that was read."""
    collector: Mapping[str, Any] = field(default_factory=dict)
    """`version`, `arguments` (no secrets), `calls`, `refusals`."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Raw objects by section. Rules read it; only the collector writes one."""

    sections: Mapping[str, Look]
    header: Header = field(default_factory=Header)
    _derived: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    @overload
    def look(self, section: Raw) -> Collected | Missing | Excluded: ...
    @overload
    def look(self, section: Derived[T]) -> T | Missing | Excluded: ...
    def look(self, section: Raw | Derived[T]) -> Any:
        """Return what `section` holds, or why there is nothing to return."""
        if isinstance(section, Raw):
            return self.sections.get(section.name, Missing(Gap("not_collected")))
        # by its function too: two sections that share a name must not share an answer
        key = section.name, section.build
        if key not in self._derived:
            self._derived[key] = section.build(self)
        return self._derived[key]
