"""`auditor guide`: the troubleshooting guide, traced to the rules or built as a site."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

import click

from auditor import pipeline
from auditor.cli import arguments, policies
from auditor.cli.exits import Exit
from auditor.cli.failing import Refused
from auditor.engine.result import Coverage
from auditor.rulebook.guide import Statement, traced, words
from auditor.rulebook.page import LANGUAGES
from auditor.snapshot import codec


@click.group("guide", invoke_without_command=True)
@click.pass_context
@click.option("--trace", is_flag=True, help="Name the rules that check each statement.")
@click.option("--snapshot", "replay", type=arguments.Path_, help="Add what they say about it.")
@click.option("--lang", "language", type=click.Choice(LANGUAGES), help="Default: configured, ko.")
@arguments.config_option
def command(
    context: click.Context,
    *,
    trace: bool,
    replay: Path | None,
    language: str | None,
    config: Path | None,
) -> int:
    """Print the statements of the troubleshooting guide and the rules that check them."""
    if context.invoked_subcommand is not None:
        return Exit.CLEAN
    if replay is not None and not trace:
        raise Refused("snapshot_without_trace")
    terms = policies.terms(config)
    spoken = language or terms.settings.report.language
    results = _results(replay, terms) if replay is not None else None
    said = words(spoken)["trace"]
    for statement in traced(terms.every, spoken):
        click.echo(f"{statement.id}  {statement.title}")
        if trace:
            for line in _lines(statement, results, said):
                click.echo(f"     {line}")
    return Exit.CLEAN


@command.command("build")
@click.option("--out", type=arguments.Path_, required=True, help="Folder of the site.")
def build(*, out: Path) -> int:
    """Write the guide as a site, in Korean and English, that needs no server."""
    from auditor.renderer.guide_site import site  # noqa: PLC0415 - `--help` does without
    from auditor.renderer.site_folder import write  # noqa: PLC0415
    from auditor.rulebook.guidebook import guidebook  # noqa: PLC0415

    rules = policies.rulebook(policies.loaded(None))
    start = write(site([guidebook(rules, language) for language in ("ko", "en")]), out)
    click.echo(start)
    return Exit.CLEAN


def _lines(
    statement: Statement, results: Mapping[str, Coverage] | None, said: Mapping[str, str]
) -> Iterator[str]:
    """Yield the rules of a statement: on one line, or each with what became of it."""
    if results is None or not statement.rules:
        yield ", ".join(statement.rules) or said["no_rule"]
        return
    for rule in statement.rules:
        result = said["result"].format(**asdict(results[rule])) if rule in results else "–"
        yield f"{rule:10} {result}"


def _results(replay: Path, terms: policies.Terms) -> Mapping[str, Coverage]:
    """Return what became of each rule on a snapshot; of one that is not asked, nothing did."""
    audit = pipeline.judge(
        codec.read(replay),
        environments=arguments.environments(terms.settings),
        selected=terms.rules,
        policy=terms.policy,
    )
    return {coverage.rule: coverage for coverage in audit.coverage}
