"""`auditor check`: files of Git repositories alone, on the terminal."""

import gc
import sys
from datetime import tzinfo
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import click

from auditor import pipeline
from auditor.cli import arguments, outcome, policies, remembered, steps
from auditor.cli.unhurried import unhurried
from auditor.engine.result import Audit
from auditor.pipeline import Target
from auditor.rulebook.page import LANGUAGES
from auditor.snapshot import Collected, codec

FORMATS = ("text", "json")
_UNSTEADY: Final = frozenset(
    {"rule_failed", "render_limit", "renderer_crashed", "rendering_not_repeated", "git_timeout"}
)
"""Codes of gaps that the same files need not give again."""


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
@unhurried()
def command(  # noqa: PLR0913 - one parameter an option
    git: tuple[str, ...],
    language: str | None,
    *,
    form: str,
    config: Path | None,
    environment: str,
    only: tuple[str, ...],
    persona: str | None,
    fail_at: str | None,
    allow_gaps: bool | None,
    **given: Any,
) -> int:
    """Audit files, the present repository's by default, without a cluster; print what is wrong."""
    terms = policies.terms(config, only, persona=persona, fail_at=fail_at, allow_gaps=allow_gaps)
    settings, threshold = terms.settings, terms.threshold
    edition = steps.edition(settings, language, threshold)
    chosen = arguments.environment(environment, arguments.environments(settings))
    target = arguments.target(
        settings, has_cluster=False, no_git=False, git=git, worktree=True, as_they_lie=True, **given
    )
    memory, folders, name = _memory(target, form)
    snapshot = steps.collected(target)
    gc.freeze()
    audit = steps.judged(terms, snapshot, chosen)
    as_json = form == "json"
    printed = pipeline.printed(
        audit, edition, as_json=as_json, has_color=sys.stdout.isatty() and not as_json
    )
    click.echo(printed, nl=False)
    status = outcome.of(audit, threshold, allow_gaps=terms.allow_gaps)
    sentence = outcome.sentence(audit, status, threshold)
    click.echo(sentence, err=True)
    if memory is not None and _is_steady(audit):
        said = remembered.Said(printed=printed, error=sentence, status=int(status))
        memory.keep(folders, name, said, _told(audit, edition.zone))
    return status


def _memory(target: Target, form: str) -> tuple[remembered.Memory | None, list[Path], str]:
    """Return where the answer may be kept, and the name of what it is the answer to.

    Nowhere where it depends on more than folders as they lie: clones, commits, foreign charts.
    """
    folders = [spec.path.absolute() for spec in target.repositories if spec.path and spec.has_files]
    is_apart = len(folders) == len(target.repositories) and not target.git.is_fetching_charts
    if form != "text" or not is_apart or target.git.chart_cache:
        return None, [], ""
    known = remembered.memory(sys.argv[1:])
    try:
        return known, folders, known.contents(folders) if known is not None else ""
    except (OSError, ValueError):
        return None, [], ""


def _is_steady(audit: Audit) -> bool:
    """Say whether another run would say the same: nothing failed, or was too slow this time."""
    looks = audit.snapshot.sections.values()
    gaps = (gap for look in looks if isinstance(look, Collected) for gap in look.gaps)
    codes = {batch.why.code for batch in audit.unseen if batch.why} | {gap.code for gap in gaps}
    own = all(rule.module.startswith("auditor.rules.") for rule in audit.rules)
    return own and not codes & _UNSTEADY


def _told(audit: Audit, place: tzinfo) -> remembered.Told:
    header = audit.snapshot.header
    return remembered.Told(
        header=codec.encode(audit.snapshot)[codec.HEADER_FILE],
        times=(header.started, header.finished),
        zone=place.key if isinstance(place, ZoneInfo) else "",
    )
