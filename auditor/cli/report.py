"""`auditor report`: collect or replay, audit, and write the report."""

import gc
from dataclasses import replace
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from auditor import pipeline
from auditor.cli import arguments, outcome, policies, progress
from auditor.cli.failing import Refused
from auditor.cli.unhurried import unhurried
from auditor.config import Settings
from auditor.engine.result import Audit
from auditor.findings import Severity
from auditor.renderer.unavailable import Unavailable
from auditor.report.draft import Edition
from auditor.rulebook.needs import raw_sections
from auditor.rulebook.page import LANGUAGES
from auditor.snapshot import Snapshot, codec

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
    spoken = language or settings.report.language
    place = zone(settings, spoken)
    known = arguments.environments(settings)
    chosen = arguments.environment(environment, known)
    arguments.refuse_unwritable(out)
    keeps = replay is None and keep_snapshot
    if keeps:
        codec.refuse_foreign(out / "snapshot")
    snapshot = _snapshot(replay, settings, rules, has_cluster=not no_cluster, **given)
    gc.freeze()
    audit = pipeline.judge(
        snapshot,
        environments=known,
        environment=chosen,
        selected=rules,
        policy=terms.policy,
    )
    threshold = terms.threshold
    edition = Edition(
        language=spoken,
        zone=place,
        system=settings.report.system,
        classification=settings.report.classification,
        threshold=Severity.LOW if threshold is None else threshold,
        arguments=arguments.told(),
    )
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


def _snapshot(
    replay: Path | None, settings: Settings, rules: Any, *, has_cluster: bool, **given: Any
) -> Snapshot:
    if replay is not None:
        found = codec.read(replay)
        return pipeline.assuming(found, given["argocd_version"])
    target = arguments.target(settings, has_cluster=has_cluster, **given)
    target = replace(target, plan=replace(target.plan, sections=raw_sections(rules)))
    watched = progress.on_terminal()
    try:
        return pipeline.collect(target, watched)
    finally:
        progress.done(watched)


def zone(settings: Settings, language: str) -> tzinfo:
    """Return the time zone of the report; never the host's, so that bytes do not depend on it."""
    name = settings.report.timezone or ("Asia/Seoul" if language == "ko" else "")
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Refused("unknown_timezone", name=name) from error
