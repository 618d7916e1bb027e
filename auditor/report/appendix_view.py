"""The rest of a report: Applications, gaps, rules used, and how the report was made."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GapCase:
    """Checks that could not be made for one and the same reason."""

    sentence: str
    subjects: tuple[str, ...]
    rules: tuple[str, ...]
    checks: int


@dataclass(frozen=True, slots=True)
class GapView:
    """One kind of reason, what to do about it, and where it struck."""

    code: str
    title: str
    remedy: str
    checks: int
    is_asked_for: bool
    """True where the user asked not to look."""
    cases: tuple[GapCase, ...]


@dataclass(frozen=True, slots=True)
class SectionView:
    """One section of the snapshot."""

    name: str
    state: str
    """`collected`, `partial`, `missing` or `excluded`."""
    items: int
    reasons: tuple[str, ...]
    remedies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationView:
    """One audited Application."""

    id: str
    name: str
    namespace: str
    project: str
    environments: tuple[str, ...]
    column: str
    tier: str
    why: str
    """Why it belongs to the environment."""
    is_parent: bool
    seen: str
    """`both`, `only_git` or `only_live`."""
    file: str
    sources: tuple[str, ...]
    destination: str
    sync: str
    """As Argo CD says; empty where it is not live."""
    health: str
    counts: Mapping[str, int]
    """Findings by severity about this Application, as subject or as member."""
    not_assessed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueRow:
    """One rule that was used; checks = passed + found + waived + not_assessed."""

    id: str
    title: str
    severity: str
    """The worst it can have."""
    checks: int
    passed: int
    found: int
    findings: int
    waived: int
    not_assessed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """How the report was produced; what a reader needs to rely on it."""

    command: str
    context: str
    identity: str
    """The account that read the cluster, where the API server named it."""
    snapshot_digest: str
    pack_digest: str
    rules: int
    calls: int | None
    refusals: int | None
    excluded: tuple[str, ...]
    fonts: tuple[str, ...]
    limits: tuple[str, ...]
