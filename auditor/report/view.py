"""A report as a value: page one and the whole. No HTML, no colours; the `json` format is this."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from auditor.report.appendix_view import (
    ApplicationView,
    CatalogueRow,
    GapView,
    Provenance,
    SectionView,
)
from auditor.report.finding_view import CauseView, RuleView
from auditor.report.objects import ObjectsView
from auditor.report.policy_view import PolicyView, WaiverView
from auditor.report.record import Record

SCHEMA: Final = "auditor.report/1"

State = Literal["fails", "incomplete", "passes"]


@dataclass(frozen=True, slots=True)
class Moment:
    """One point in time, as the reader's clock shows it and in UTC."""

    local: str
    """`2026-11-23 02:00:05+09:00`."""
    utc: str
    """RFC 3339 with `Z`; empty where the snapshot does not say."""


@dataclass(frozen=True, slots=True)
class RepositoryView:
    """A repository at the commit that was read."""

    url: str
    revision: str
    commit: str
    files: int
    manifests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What was audited, when, by what: the strip at the head of the report."""

    system: str
    cluster: str
    """Host and port of the API server; empty without a cluster."""
    cluster_uid: str
    """UID of the namespace kube-system."""
    kubernetes: str
    argocd: str
    argocd_source: str
    """`cluster`, `option` or `assumed`."""
    environment: str
    """The environment that was asked for; empty = all."""
    repositories: tuple[RepositoryView, ...]
    report_id: str
    """From the time and the digest of the snapshot, so the same snapshot has the same id."""
    started: Moment
    finished: Moment
    day: str
    """Date in the reader's language."""
    zone: str
    classification: str
    tool: str
    pack: str
    """First twelve digits of the rule pack's SHA-256."""
    about: str
    """First sentence of the snapshot, where it has one."""
    content_hash: str
    """SHA-256 over the view with this field empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictView:
    """The three-state verdict with its proof; checks = passed + found + waived + not_assessed."""

    state: State
    is_complete: bool
    threshold: str
    """Findings of this severity and above make the audit fail."""
    at_threshold: int
    checks: int
    """Pairs of a rule and an object it was asked about."""
    passed: int
    found: int
    """Checks with at least one finding that is not waived."""
    waived: int
    """Checks whose findings are all waived."""
    not_assessed: int
    findings: int
    coverage: str
    """Share of checks that could be judged, with its denominator; n/a for 0/0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationView:
    """Applications by where they were seen: both + only_git + only_live = total."""

    both: int
    only_git: tuple[str, ...]
    only_live: tuple[str, ...]
    total: int
    audited: int
    out_of_scope: tuple[str, ...]
    git_seen: bool
    live_seen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallies:
    """Findings by severity, and the numbers that are not findings."""

    critical: int
    high: int
    medium: int
    low: int
    info: int
    passed: int
    not_assessed: int
    waived: int
    """Findings that a waiver in force accepts; they are in no other number here."""
    expiring: int
    """Waivers in force that end within two weeks."""


@dataclass(frozen=True, slots=True)
class Deltas:
    """Against the previous run; None where there is none to compare with."""

    previous: str | None = None
    new: int | None = None
    fixed: int | None = None
    persisting: int | None = None


@dataclass(frozen=True, slots=True)
class Matrix:
    """Findings by severity and environment; each counts in exactly one cell."""

    columns: tuple[str, ...]
    rows: Mapping[str, tuple[int, ...]]
    """By severity, worst first; one number a column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """One report in one language."""

    schema: str
    language: str
    identity: Identity
    verdict: VerdictView
    population: PopulationView
    tallies: Tallies
    deltas: Deltas
    matrix: Matrix
    causes: tuple[CauseView, ...]
    rules: tuple[RuleView, ...]
    """Findings by rule, worst first; only rules with findings."""
    gaps: tuple[GapView, ...]
    """Why checks are NotAssessed; their checks add up to `verdict.not_assessed`."""
    sections: tuple[SectionView, ...]
    """What was read of cluster and Git, and what was not."""
    applications: tuple[ApplicationView, ...]
    catalogue: tuple[CatalogueRow, ...]
    waivers: tuple[WaiverView, ...]
    """All of them, in force or not."""
    policy: PolicyView
    provenance: Provenance
    objects: ObjectsView | None = None
    """Every object of the live Applications: whether it is as Git wants it, and who says so."""
    record: Record | None = None
    """The same audit as flat lists, for the `json` format."""
