"""`auditor rules`: the rulebook on the terminal."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from auditor.cli import arguments, policies
from auditor.cli.exits import Exit
from auditor.cli.failing import Refused
from auditor.cli.rule_counts import counted
from auditor.pipeline import rulebook
from auditor.rulebook import Rule
from auditor.rulebook.page import LANGUAGES, read
from auditor.rulebook.scaffold import drafted, is_id, is_stem


@click.group("rules")
def command() -> None:
    """List the rules, show one, test them, or begin a new one."""


@command.command("list")
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option("--stats", is_flag=True, help="Count pages, examples, cases and sources instead.")
def listing(*, lang: str, stats: bool) -> None:
    """Print id, severity in production and elsewhere, and title of every rule."""
    from auditor.findings import Tier  # noqa: PLC0415 - `--help` does without

    every = policies.rulebook(policies.loaded(None))
    if stats:
        for line in counted(every):
            click.echo(line)
        return
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
    (rule,) = arguments.rules((name,), policies.rulebook(policies.loaded(None)))
    click.echo(shown(rule, lang), nl=False)


@command.command("test")
@click.argument("places", metavar="[PATH]...", nargs=-1, type=arguments.Path_)
def test(places: tuple[Path, ...]) -> int:
    """Put their cases to rules: those in the files or folders named, else every rule there is."""
    from auditor.cli.own_rules import own  # noqa: PLC0415 - `--help` does without
    from auditor.engine.trial import trials  # noqa: PLC0415

    known = policies.rulebook(policies.loaded(None)) if not places else rulebook()
    asked = own(places, known) if places else known
    tried, wrong = 0, 0
    for rule in asked:
        for trial in trials(rule, known):
            tried += 1
            if not trial.is_true:
                wrong += 1
                click.echo(f"{rule.id}: {trial.name}")
                click.echo(f"  expected {trial.expected}")
                click.echo(f"  said     {trial.said}")
    click.echo(f"{tried - wrong} of {tried} cases hold")
    return Exit.FINDINGS if wrong or not tried else Exit.CLEAN


@command.command("new")
@click.argument("name", metavar="CHAPTER-NNN")
@click.argument("stem", metavar="STEM")
@click.option(
    "--root", type=arguments.Path_, help="Folder that holds auditor/; default: where it runs from."
)
def new(name: str, stem: str, root: Path | None) -> None:
    """Write the four files of a new rule: an example that works, to be replaced."""
    package = root / "auditor" if root is not None else Path(str(files("auditor")))
    chapters = package / "rules"
    folder = chapters / name.partition("-")[0].lower()
    if not (is_id(name) and is_stem(stem) and (folder / "__init__.py").is_file()):
        known = sorted(path.parent.name.upper() for path in chapters.glob("*/__init__.py"))
        raise Refused("rule_misnamed", name=f"{name} {stem}", known=", ".join(known) or "-")
    # the text, not the rules that run: `root` may be another checkout
    if any(f'"{name}"' in path.read_text("utf-8") for path in chapters.glob("*/*.py")):
        raise Refused("rule_exists", name=name)
    texts = drafted(name, stem)
    if taken := [file for file in texts if (folder / file).exists()]:
        raise Refused("rule_exists", name=taken[0])
    for file, text in texts.items():
        (folder / file).write_text(text, "utf-8")
        click.echo(folder / file)


def shown(rule: Rule[Any, Any], language: str) -> str:
    """Return the page of `rule` as Markdown."""
    page = read(rule, language)
    parts = (f"## {part}\n\n{text}\n\n" for part, text in page.parts.items())
    return f"# {rule.id} {page.title}\n\n{page.sentence}\n\n{''.join(parts)}"
