"""What an audit says: severities, verdicts, fixes. Nothing here knows how to look."""

from auditor.findings.fix import Edit, Fix
from auditor.findings.severity import Severity, Tier, by_tier, everywhere, production_only
from auditor.findings.verdict import (
    Basis,
    Breach,
    Evidence,
    Fact,
    Finding,
    Key,
    NotAssessed,
    Passed,
    Unseen,
    Verdict,
)

__all__ = [
    "Basis",
    "Breach",
    "Edit",
    "Evidence",
    "Fact",
    "Finding",
    "Fix",
    "Key",
    "NotAssessed",
    "Passed",
    "Severity",
    "Tier",
    "Unseen",
    "Verdict",
    "by_tier",
    "everywhere",
    "production_only",
]
