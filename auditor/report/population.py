"""Page one in numbers: the verdict, the population, tallies and the matrix."""

from collections import Counter
from typing import Final

from auditor.engine.result import Audit
from auditor.findings import Severity
from auditor.report.draft import Draft
from auditor.report.findings import severity_name
from auditor.report.policy import expiring
from auditor.report.view import Matrix, PopulationView, State, Tallies, VerdictView

WORST_FIRST: Final = tuple(sorted(Severity, reverse=True))


def verdict(draft: Draft) -> VerdictView:
    """Return the three-state verdict; an audit that saw nothing never passes."""
    audit = draft.audit
    at_threshold = sum(f.severity >= draft.edition.threshold for f in audit.findings)
    checks = sum(row.subjects for row in audit.coverage)
    not_assessed = sum(row.not_assessed for row in audit.coverage)
    return VerdictView(
        state=_state(audit, at_threshold),
        is_complete=audit.is_complete,
        threshold=severity_name(draft.edition.threshold),
        at_threshold=at_threshold,
        checks=checks,
        passed=sum(row.passed for row in audit.coverage),
        found=sum(row.found for row in audit.coverage),
        waived=sum(row.waived for row in audit.coverage),
        not_assessed=not_assessed,
        findings=len(audit.findings),
        coverage=draft.words.share(checks - not_assessed, checks),
    )


def _state(audit: Audit, at_threshold: int) -> State:
    if at_threshold:
        return "fails"
    return "passes" if audit.is_complete and audit.has_seen_anything else "incomplete"


def population(draft: Draft) -> PopulationView:
    """Return the Applications by where they were seen."""
    seen = draft.audit.population
    return PopulationView(
        both=len(seen.both),
        only_git=tuple(draft.subject(ref) for ref in seen.only_git),
        only_live=tuple(draft.subject(ref) for ref in seen.only_live),
        total=seen.total,
        audited=len(seen.audited),
        out_of_scope=tuple(draft.subject(ref) for ref in seen.out_of_scope),
        git_seen=seen.git_seen,
        live_seen=seen.live_seen,
    )


def tallies(draft: Draft) -> Tallies:
    """Return how many findings there are of each severity, and what is no finding."""
    audit = draft.audit
    number = Counter(finding.severity for finding in audit.findings)
    return Tallies(
        critical=number[Severity.CRITICAL],
        high=number[Severity.HIGH],
        medium=number[Severity.MEDIUM],
        low=number[Severity.LOW],
        info=number[Severity.INFO],
        passed=sum(len(batch.places) for batch in audit.passes),
        not_assessed=audit.unjudged,
        waived=len(audit.waived),
        expiring=expiring(draft),
    )


def matrix(draft: Draft) -> Matrix:
    """Return findings by severity and environment, without environments that have nothing."""
    audit = draft.audit
    cells = Counter((f.severity, f.environment) for f in audit.findings)
    used = {f.environment for f in audit.findings}
    used |= {audit.assignments[ref].column for ref in audit.population.audited}
    columns = tuple(name for name in audit.environments if name in used)
    rows = {severity_name(s): tuple(cells[s, name] for name in columns) for s in WORST_FIRST}
    return Matrix(columns, rows)
