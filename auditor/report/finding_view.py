"""Findings in a report: by rule, then by entry, each with evidence and the smallest fix."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from auditor.report.cause_view import BlastView, TimeLineView


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is written."""

    origin: Literal["git", "rendered", "live"]
    where: str
    """Repository, or the API server."""
    commit: str
    file: str
    """Path in the repository; for a live object its kind and name."""
    line: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One side of a comparison."""

    state: Literal["value", "absent", "not_read", "none"]
    """`none`: this side has no part in the finding."""
    text: str = ""
    place: Place | None = None
    manager: str = ""
    time: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """A field, what Git says of it and what the cluster says."""

    object: str
    """Kind and name where it is not the subject of the finding."""
    field: str
    git: Value
    live: Value


@dataclass(frozen=True, slots=True)
class DiffView:
    """The smallest change as a diff of YAML; marks are ` `, `+` and `-`."""

    place: Place
    lines: tuple[tuple[str, str], ...]
    is_safe: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """One finding."""

    id: str
    """Fingerprint; stable across runs, rewording and reordering."""
    rule: str
    severity: str
    environment: str
    tier: str
    kind: str
    namespace: str
    name: str
    subject: str
    """How the report calls the object."""
    members: tuple[str, ...]
    """Further objects it concerns."""
    sentence: str
    basis: str
    field: str
    place: Place
    evidence: tuple[EvidenceView, ...]
    diff: DiffView | None
    cause: str
    """Id of the cause it belongs to, or empty."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Findings of one rule with one root: one line of the report, never empty."""

    findings: tuple[FindingView, ...]
    has_one_diff: bool
    """True where every finding has the same change, in its own file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """What is said once a rule, and its entries, worst first. Prose is Markdown."""

    id: str
    chapter: str
    title: str
    severity: str
    """The worst of its findings."""
    counts: Mapping[str, int]
    findings: int
    why: str
    confirm: str
    fix: str
    ignore: str
    limits: str
    guide: tuple[str, ...]
    sources: tuple[str, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """A finding named from elsewhere."""

    id: str
    rule: str
    severity: str
    environment: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseView:
    """Findings that share a root: the one to mend first."""

    id: str
    rule: str
    title: str
    sentence: str
    severity: str
    """The worst of root and effects."""
    basis: str
    root: Reference
    effects: tuple[Reference, ...]
    subjects: int
    diff: DiffView | None
    blast: BlastView
    time: TimeLineView | None
    """None where it is only feared."""
