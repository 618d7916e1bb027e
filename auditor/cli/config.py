"""`auditor config`: whether the configuration holds, what is in force, and who said so."""

import json
import os
from pathlib import Path
from typing import Any

import click

from auditor import pipeline
from auditor.cli import arguments, options, policies
from auditor.cli.exits import Exit
from auditor.cli.failures import language, say, sentences
from auditor.config import Loaded, check, dotted, find, leaves, load
from auditor.config.schema import schema
from auditor.config.write import literal, toml

FORMATS = ("table", "toml", "json")


@click.group("config")
def command() -> None:
    """Check the configuration, and say where each value is from."""


@command.command("validate")
@click.argument("file", required=False, type=arguments.Path_)
def validate(file: Path | None) -> int:
    """Name every mistake in FILE, in the configuration that would be found without it."""
    path = find(file, os.environ, Path.cwd())
    words = sentences(language())
    if path is None:
        click.echo(f"auditor: {say(words['config_none'], {})}", err=True)
    problems = check(path, os.environ)
    if not problems:
        loaded = load(path, os.environ)
        problems = tuple(policies.problems(loaded, policies.rulebook(loaded)))
        if not problems and path is not None:
            facts = _counts(loaded)
            click.echo(say(words["config_valid"], facts))
    for problem in problems:
        click.echo(f"auditor: {say(words[problem.code], problem.facts)}", err=True)
    if not problems:
        return Exit.CLEAN
    facts = {"file": path or "-", "n": len(problems)}
    click.echo(f"auditor: {say(words['config_wrong'], facts)}", err=True)
    return Exit.USAGE


@command.command("show")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="table", show_default=True, help="Form."
)
@arguments.config_option
def show(form: str, config: Path | None) -> int:
    """Print each value in force with its origin: default, line of the file, or variable."""
    loaded = policies.terms(config).loaded
    match form:
        case "toml":
            click.echo(toml(loaded), nl=False)
        case "json":
            told = [
                {"key": dotted(path), "value": value, "origin": str(loaded.origin(path))}
                for path, value in leaves(loaded.settings)
                if value is not None
            ]
            text = json.dumps(told, indent=1, ensure_ascii=False, default=str)
            click.echo(text)
        case _:
            click.echo(_table(loaded), nl=False)
    return Exit.CLEAN


@command.command("schema")
def published() -> int:
    """Print the JSON Schema of the file, for editors."""
    click.echo(schema_text(), nl=False)
    return Exit.CLEAN


def schema_text() -> str:
    """Return the schema as docs/config.schema.json has it: with the options of every rule."""
    known: dict[str, Any] = {
        rule.id: options.schema(rule.options)
        for rule in pipeline.rulebook()
        if rule.options.__dataclass_fields__
    }
    return json.dumps(schema(known), indent=2, ensure_ascii=False) + "\n"


def _counts(loaded: Loaded) -> dict[str, Any]:
    values = [path for path, _ in loaded.different() if path[0] != "waivers"]
    waivers = len(loaded.settings.waivers)
    return {"file": loaded.file, "values": len(values), "waivers": waivers}


def _table(loaded: Loaded) -> str:
    rows = [
        (dotted(path), literal(value), str(loaded.origin(path)))
        for path, value in leaves(loaded.settings)
        if value is not None
    ]
    widths = [min(max(len(row[column]) for row in rows), 60) for column in (0, 1)]
    return "".join(f"{key:{widths[0]}}  {value:{widths[1]}}  {at}\n" for key, value, at in rows)
