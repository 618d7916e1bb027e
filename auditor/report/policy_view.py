"""The policy in a report: what was in force, and every waiver there is."""

from dataclasses import dataclass

from auditor.report.finding_view import Place, Reference


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """One value that is not the default."""

    key: str
    value: str
    """As the configuration spells it."""
    origin: str
    """`auditor.toml:12`, or the name of a variable or option."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyView:
    """What decided which rules were asked, how severe, and what was accepted."""

    persona: str
    """Empty where none was chosen: every rule given was asked."""
    file: str
    """Empty: the defaults."""
    digest: str
    max_days: int
    accepts_annotations: bool
    differences: tuple[DifferenceView, ...]
    off: tuple[str, ...]
    """Rules that were not asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverView:
    """One waiver, whatever became of it."""

    id: str
    state: str
    """As `auditor.findings.waiver.State`."""
    rule: str
    about: str
    """The subject, or the finding, that it names."""
    reason: str
    approver: str
    ticket: str
    granted: str
    expires: str
    until: str
    """The last day in force: `expires`, or earlier where that is too long."""
    days_left: int | None
    """From the day of the snapshot; None where it is not in force."""
    is_self_approved: bool
    """True for an annotation: whoever may change the Application wrote it."""
    is_bound: bool
    """True where it lapses when its content changes."""
    place: Place
    findings: tuple[Reference, ...]
    """What it accepts, or would."""
    sentences: tuple[str, ...]
    """What each of them says."""
