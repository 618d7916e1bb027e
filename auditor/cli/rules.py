"""`auditor rules`: the rulebook on the terminal."""

import click

from auditor.cli import arguments
from auditor.rulebook.page import LANGUAGES, read


@click.group("rules")
def command() -> None:
    """List the rules, or show one."""


@command.command("list")
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True)
def listing(lang: str) -> None:
    """Print id, severity in production and elsewhere, and title of every rule."""
    from auditor.findings import Tier  # noqa: PLC0415 - `--help` does without

    every = arguments.rules(())
    for rule in every:
        tiers = (Tier.PRODUCTION, Tier.STAGING)
        levels = [s.name.lower() if (s := rule.severity.get(t)) is not None else "–" for t in tiers]
        click.echo(f"{rule.id:10} {levels[0]:9} {levels[1]:9} {read(rule, lang).title}")
    click.echo(f"{len(every)} rules", err=True)


@command.command("show")
@click.argument("name", metavar="ID")
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True)
def show(name: str, lang: str) -> None:
    """Print the page of one rule."""
    (rule,) = arguments.rules((name,))
    page = read(rule, lang)
    click.echo(f"# {rule.id} {page.title}\n\n{page.sentence}\n")
    for part, text in page.parts.items():
        click.echo(f"## {part}\n\n{text}\n")
