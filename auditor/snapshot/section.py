"""The shape of a section: raw objects as collected, or something worked out from others."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest

if TYPE_CHECKING:
    from auditor.snapshot.snapshot import Snapshot

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Collected:
    """A section that was read to its end, but for the parts its gaps name."""

    items: tuple[Manifest, ...]
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """Tried and failed: refused, not installed, timed out, could not be rendered."""

    why: Gap


@dataclass(frozen=True, slots=True)
class Excluded:
    """The user asked not to look."""

    why: Gap


Look = Collected | Missing | Excluded


@dataclass(frozen=True, slots=True)
class Raw:
    """A section as the collector fills it; looking at it gives the `Collected` itself."""

    name: str


@dataclass(frozen=True, slots=True)
class Derived(Generic[T_co]):
    """A pure function of other sections, computed once a snapshot and remembered."""

    name: str
    build: "Callable[[Snapshot], T_co | Missing | Excluded]" = field(compare=False)


Section = Raw | Derived[T_co]
