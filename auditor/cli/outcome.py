"""From an audit to an exit status."""

from typing import Any

from auditor.cli import unread
from auditor.cli.exits import Exit
from auditor.cli.failures import language, say, sentences
from auditor.engine.result import Audit
from auditor.findings import Severity
from auditor.snapshot import Snapshot


def of(audit: Audit, threshold: Severity | None, *, allow_gaps: bool) -> Exit:
    """Return the status of `audit`; `threshold` None: findings never fail it."""
    if not audit.has_seen_anything:
        return Exit.INCOMPLETE
    worst = max((finding.severity for finding in audit.findings), default=None)
    if threshold is not None and worst is not None and worst >= threshold:
        return Exit.FINDINGS
    return Exit.CLEAN if allow_gaps or audit.is_complete else Exit.INCOMPLETE


def sentence(audit: Audit, status: Exit, threshold: Severity | None) -> str:
    """Return the last line on stderr: what the status means here."""
    facts: dict[str, Any] = {
        "findings": len(audit.findings),
        "gaps": audit.unjudged,
        "applications": len(audit.population.audited),
    }
    key = f"exit_{status.name.lower()}"
    if status is Exit.CLEAN and threshold is None:
        key = "exit_reported"
    if status is Exit.INCOMPLETE and not audit.has_seen_anything:
        why = unread.first(audit.snapshot)
        key = "exit_unread" if why else "exit_nothing"
        facts |= unread.told(why) if why else {}
    return f"auditor: {say(sentences(language())[key], facts)}"


def sentence_of(snapshot: Snapshot) -> str:
    """Return what a collection has to say on stderr; empty where no section is missing."""
    why = unread.first(snapshot)
    if why is None:
        return ""
    key = "snapshot_empty" if unread.is_everything(snapshot) else "snapshot_partial"
    return f"auditor: {say(sentences(language())[key], unread.told(why))}"
