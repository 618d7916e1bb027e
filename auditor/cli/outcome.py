"""From an audit to an exit status."""

from auditor.cli.exits import Exit
from auditor.engine.result import Audit
from auditor.findings import Severity


def of(audit: Audit, threshold: Severity | None, *, allow_gaps: bool) -> Exit:
    """Return the status of `audit`; `threshold` None: findings never fail it."""
    if not audit.has_seen_anything:
        return Exit.INCOMPLETE
    worst = max((finding.severity for finding in audit.findings), default=None)
    if threshold is not None and worst is not None and worst >= threshold:
        return Exit.FINDINGS
    return Exit.CLEAN if allow_gaps or audit.is_complete else Exit.INCOMPLETE
