"""`auditor check`: files of Git repositories alone, on the terminal."""

import sys
from pathlib import Path
from typing import Any

import click

from auditor import pipeline
from auditor.cli import arguments, options, outcome, progress
from auditor.cli.report import zone
from auditor.findings import Severity
from auditor.report.draft import Edition
from auditor.rulebook.page import LANGUAGES

FORMATS = ("text", "json")


@click.command("check")
@click.argument("git", nargs=-1, metavar="[[URL=]PATH|URL[@REV]]...")
@click.option("--lang", "language", type=click.Choice(LANGUAGES), help="Default: configured, ko.")
@click.option(
    "--revision", default="", help="Branch, tag or commit to read; default: the files as they lie."
)
@click.option("--worktree", is_flag=True, hidden=True, expose_value=False)
@click.option("--all", "include_all", is_flag=True, help="Read tests and examples too.")
@arguments.rendering_options
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="Form."
)
@click.option("--json", "form", flag_value="json", hidden=True)
@arguments.config_option
@arguments.audit_options
@arguments.argocd_version
def command(
    git: tuple[str, ...],
    language: str | None,
    *,
    form: str,
    config: Path | None,
    environment: str,
    only: tuple[str, ...],
    fail_at: str,
    allow_gaps: bool,
    **given: Any,
) -> int:
    """Audit files, the present repository's by default, without a cluster; print what is wrong."""
    settings = arguments.settings(config)
    spoken = language or settings.report.language
    place = zone(settings, spoken)
    known = arguments.environments(settings)
    chosen = arguments.environment(environment, known)
    rules = arguments.rules(only)
    tuned = options.of(settings.rules, pipeline.rulebook())
    target = arguments.target(
        settings, has_cluster=False, no_git=False, git=git, worktree=True, as_they_lie=True, **given
    )
    watched = progress.on_terminal()
    try:
        snapshot = pipeline.collect(target, watched)
    finally:
        progress.done(watched)
    audit = pipeline.judge(
        snapshot, environments=known, environment=chosen, selected=rules, options=tuned
    )
    threshold = arguments.threshold(fail_at)
    edition = Edition(
        language=spoken,
        zone=place,
        system=settings.report.system,
        threshold=Severity.LOW if threshold is None else threshold,
        options=tuned,
        arguments=arguments.told(),
    )
    as_json = form == "json"
    printed = pipeline.printed(
        audit, edition, as_json=as_json, has_color=sys.stdout.isatty() and not as_json
    )
    click.echo(printed, nl=False)
    status = outcome.of(audit, threshold, allow_gaps=allow_gaps)
    click.echo(outcome.sentence(audit, status, threshold), err=True)
    return status
