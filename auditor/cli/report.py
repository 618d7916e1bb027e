"""`auditor report`: collect or replay, audit, and write the report."""

import gc
from pathlib import Path
from typing import Any

import click

from auditor import pipeline
from auditor.cli import arguments, outcome, policies, steps
from auditor.cli.failing import Refused
from auditor.cli.unhurried import unhurried
from auditor.engine.result import Audit
from auditor.renderer.unavailable import Unavailable
from auditor.report.draft import Edition
from auditor.rulebook.page import LANGUAGES
from auditor.snapshot import codec

FORMATS = ("html", "pdf", "json", "text")


@click.command("report")
@click.option("--snapshot", "replay", type=arguments.Path_, help="Replay a snapshot.")
@click.option("--out", type=arguments.Path_, default="out", show_default=True, help="Folder.")
@click.option("--format", "formats", default="html,pdf,json", show_default=True)
@click.option("--lang", "language", type=click.Choice(LANGUAGES), help="Default: configured, ko.")
@click.option("--no-cluster", is_flag=True, help="Audit Git alone.")
@click.option("--keep-snapshot/--no-keep-snapshot", default=True, help="Beside the report.")
@arguments.config_option
@arguments.audit_options
@arguments.git_options
@arguments.cluster_options
@arguments.argocd_version
@unhurried()
def command(  # noqa: PLR0913 - one parameter an option
    replay: Path | None,
    out: Path,
    formats: str,
    language: str | None,
    *,
    no_cluster: bool,
    keep_snapshot: bool,
    config: Path | None,
    environment: str,
    only: tuple[str, ...],
    persona: str | None,
    fail_at: str | None,
    allow_gaps: bool | None,
    **given: Any,
) -> int:
    """Collect a cluster and its repositories, or replay a snapshot; audit; write the report."""
    wanted = tuple(part.strip() for part in formats.split(",") if part.strip())
    for name in wanted or (formats,):
        if name not in FORMATS:
            raise Refused("unknown_format", name=name, known=", ".join(FORMATS))
    terms = policies.terms(config, only, persona=persona, fail_at=fail_at, allow_gaps=allow_gaps)
    settings, rules = terms.settings, terms.rules
    threshold = terms.threshold
    edition = steps.edition(settings, language, threshold)
    chosen = arguments.environment(environment, arguments.environments(settings))
    arguments.refuse_unwritable(out)
    keeps = replay is None and keep_snapshot
    if keeps:
        codec.refuse_foreign(out / "snapshot")
    snapshot = steps.taken(settings, rules, replay=replay, no_cluster=no_cluster, **given)
    gc.freeze()
    audit = steps.judged(terms, snapshot, chosen)
    if keeps:
        # first: what was collected outlives a report that cannot be made
        codec.write(snapshot, out / "snapshot")
        click.echo(out / "snapshot")
    for path in _deliver(audit, edition, wanted, out):
        click.echo(path)
    status = outcome.of(audit, threshold, allow_gaps=terms.allow_gaps)
    click.echo(outcome.sentence(audit, status, threshold), err=True)
    return status


def _deliver(
    audit: Audit, edition: Edition, wanted: tuple[str, ...], out: Path
) -> tuple[Path, ...]:
    """Write the formats; one that this machine cannot make does not take the others along."""
    try:
        return pipeline.deliver(audit, edition, wanted, out)
    except Unavailable:
        others = tuple(name for name in wanted if name != "pdf")
        for path in pipeline.deliver(audit, edition, others, out):
            click.echo(path)
        raise
