"""The steps of every command that audits: what to look at, what is judged, how it is told."""

from dataclasses import replace
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from auditor import pipeline
from auditor.cli import arguments, policies, progress
from auditor.cli.failing import Refused
from auditor.config import Settings
from auditor.engine.result import Audit
from auditor.findings import Severity
from auditor.pipeline import Target
from auditor.report.draft import Edition
from auditor.rulebook.needs import raw_sections
from auditor.snapshot import Snapshot, codec


def collected(target: Target) -> Snapshot:
    """Return a new snapshot, with a bar where somebody watches."""
    watched = progress.on_terminal()
    try:
        return pipeline.collect(target, watched)
    finally:
        progress.done(watched)


def taken(
    settings: Settings, rules: Any, *, replay: Path | None, no_cluster: bool, **given: Any
) -> Snapshot:
    """Return the snapshot at `replay`, else a new one of what `rules` read."""
    if replay is not None:
        return pipeline.assuming(codec.read(replay), given["argocd_version"])
    target = arguments.target(settings, has_cluster=not no_cluster, **given)
    return collected(replace(target, plan=replace(target.plan, sections=raw_sections(rules))))


def judged(terms: policies.Terms, snapshot: Snapshot, environment: str = "") -> Audit:
    """Return what the rules asked say, by the policy in force."""
    return pipeline.judge(
        snapshot,
        environments=arguments.environments(terms.settings),
        environment=environment,
        selected=terms.rules,
        policy=terms.policy,
    )


def edition(settings: Settings, language: str | None, threshold: Severity | None = None) -> Edition:
    """Return how a report is told by this configuration; raise Refused for an unknown zone."""
    spoken = language or settings.report.language
    return Edition(
        language=spoken,
        zone=_zone(settings, spoken),
        system=settings.report.system,
        classification=settings.report.classification,
        threshold=Severity.LOW if threshold is None else threshold,
        arguments=arguments.told(),
    )


def _zone(settings: Settings, language: str) -> tzinfo:
    """Return the time zone of the report; never the host's, so that bytes do not depend on it."""
    name = settings.report.timezone or ("Asia/Seoul" if language == "ko" else "")
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Refused("unknown_timezone", name=name) from error
