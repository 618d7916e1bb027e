"""What every form of a report calls its verdict and its environments."""

from auditor.report import words
from auditor.report.view import ReportView


def state(view: ReportView, spoken: words.Words) -> str:
    """Return the verdict in words; with findings below the threshold it says so."""
    verdict = view.verdict
    is_clean = verdict.state != "passes" or not verdict.findings
    return spoken.text(f"verdict.{verdict.state}" if is_clean else "verdict.passes_below")


def environment_name(spoken: words.Words, name: str) -> str:
    """Return what the report calls an environment; names from settings stay as they are."""
    return spoken.text(f"env.{name}") if spoken.has(f"env.{name}") else name
