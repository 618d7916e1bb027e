"""`auditor explain`: one Application, from what Argo CD says of it to what to do."""

import sys
from typing import Any

import click

from auditor import pipeline
from auditor.cli import arguments, one_application, options
from auditor.cli.exits import Exit


@click.command("explain")
@one_application.subject_options
def command(name: str, language: str | None, **given: Any) -> int:
    """Say of an Application what is wrong, why, since when, how to mend and to confirm it."""
    from auditor.renderer.explain import explanation  # noqa: PLC0415 - `--help` does without
    from auditor.report.explain import explained  # noqa: PLC0415

    settings = arguments.settings(given.pop("config"))
    edition = one_application.edition(settings, language)
    rules = pipeline.rulebook()
    tuned = options.of(settings.rules, rules)
    snapshot = one_application.taken(settings, rules, **given)
    app = one_application.named(snapshot, name)
    audit = pipeline.judge(
        snapshot,
        environments=arguments.environments(settings),
        selected=rules,
        options=tuned,
    )
    view = explained(audit, edition, app.ref)
    click.echo(explanation(view, color=sys.stdout.isatty()), nl=False)
    return Exit.CLEAN
