"""`auditor inventory`: which Applications there are, what makes them, and what they make."""

from pathlib import Path
from typing import Any

import click

from auditor import pipeline
from auditor.cli import arguments, steps
from auditor.cli.exits import Exit
from auditor.cli.failures import language, say, sentences
from auditor.snapshot import Snapshot, codec

FORMATS = ("table", "json", "dot", "mermaid")


@click.command("inventory")
@click.argument("git", nargs=-1, metavar="[[URL=]PATH|URL[@REV]]...")
@click.option("--snapshot", "replay", type=arguments.Path_, help="Read a snapshot instead.")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="table", show_default=True, help="Form."
)
@click.option("--revision", default="", help="Branch, tag or commit to read; default: HEAD.")
@click.option("--worktree", is_flag=True, help="Read uncommitted files too.")
@click.option("--all", "include_all", is_flag=True, help="Read tests and examples too.")
@arguments.rendering_options
@arguments.config_option
def command(
    git: tuple[str, ...], replay: Path | None, form: str, config: Path | None, **given: Any
) -> int:
    """Print the graph of Applications, their parents and environments; the present repository."""
    settings = arguments.settings(config)
    snapshot = codec.read(replay) if replay is not None else _collected(settings, git, **given)
    known = arguments.environments(settings)
    audit = pipeline.judge(snapshot, environments=known, selected=())
    click.echo(pipeline.inventoried(audit, form), nl=False)
    if audit.population.total:
        return Exit.CLEAN
    facts = {"findings": 0, "gaps": 0, "applications": 0}
    click.echo(f"auditor: {say(sentences(language())['exit_nothing'], facts)}", err=True)
    return Exit.INCOMPLETE


def _collected(settings: Any, git: tuple[str, ...], **given: Any) -> Snapshot:
    target = arguments.target(
        settings, has_cluster=False, no_git=False, git=git, argocd_version="", **given
    )
    return steps.collected(target)
