"""`auditor waive`: accept one finding of a snapshot, and write that to the configuration."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click

from auditor.cli import arguments, policies, steps, written
from auditor.cli.exits import Exit
from auditor.cli.failing import Refused
from auditor.config import WaiverSettings
from auditor.config.load import NAME
from auditor.config.write import waiver
from auditor.findings import Finding
from auditor.findings.waiver import content
from auditor.snapshot import Snapshot, codec
from auditor.snapshot.derived import NOW


@click.command("waive")
@click.argument("fingerprint")
@click.option(
    "--snapshot", "replay", required=True, type=arguments.Path_, help="Where it was found."
)
@click.option("--reason", required=True, help="Why the risk is accepted.")
@click.option("--approver", required=True, help="Who decided.")
@click.option("--ticket", required=True, help="Where the decision is recorded.")
@click.option("--days", type=click.IntRange(min=1), help="How long; default: as the policy allows.")
@click.option("--bind", is_flag=True, help="Lapse when what is accepted changes.")
@click.option("--dry-run", is_flag=True, help="Print the entry, write nothing.")
@arguments.config_option
def command(  # noqa: PLR0913 - one parameter an option
    fingerprint: str,
    replay: Path,
    reason: str,
    approver: str,
    ticket: str,
    days: int | None,
    *,
    bind: bool,
    dry_run: bool,
    config: Path | None,
) -> int:
    """Append a waiver for the finding FINGERPRINT, as the report names it; the rest stays as it is.

    The day of the snapshot is the day it is granted.
    """
    terms = policies.terms(config)
    snapshot = codec.read(replay)
    finding = _finding(terms, snapshot, fingerprint.removeprefix("F-"))
    granted = _day(snapshot)
    span = timedelta(days=days or terms.settings.waiving.max_days)
    entry = waiver(
        WaiverSettings(
            rule=finding.rule,
            subject=_called(finding),
            fingerprint=finding.fingerprint,
            reason=reason,
            approver=approver,
            ticket=ticket,
            granted=granted,
            expires=granted + span,
            content=content(finding.breach, finding.manifest) if bind else "",
        )
    )
    click.echo(entry, nl=False)
    if not dry_run:
        _append(terms.loaded.file or config or Path(NAME), entry)
    return Exit.CLEAN


def _finding(terms: policies.Terms, snapshot: Snapshot, fingerprint: str) -> Finding:
    """Return the finding; raise Refused where the snapshot has none of that name."""
    audit = steps.judged(terms, snapshot)
    known = {one.fingerprint: one for one in (*audit.findings, *audit.waived)}
    if fingerprint not in known:
        raise Refused("unknown_finding", name=fingerprint)
    return known[fingerprint]


def _called(finding: Finding) -> str:
    ref = finding.subject
    return ref.qualified if ref.kind == "Application" else ref.label


def _day(snapshot: Snapshot) -> date:
    now = snapshot.look(NOW)
    if not isinstance(now, datetime):
        raise Refused("time_unknown")
    return now.astimezone(UTC).date()


def _append(path: Path, entry: str) -> None:
    """Write `entry` behind what `path` holds."""
    before = path.read_text("utf-8") if path.is_file() else ""
    gap = "" if not before else "\n" if before.endswith("\n") else "\n\n"
    written.write(path, f"{before}{gap}{entry}")
