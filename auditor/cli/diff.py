"""`auditor diff`: why one Application is OutOfSync, object by object."""

import sys
from typing import Any

import click

from auditor import pipeline
from auditor.cli import arguments, one_application, steps
from auditor.cli.exits import Exit


@click.command("diff")
@click.argument("name", metavar="[NAMESPACE/]APP")
@one_application.subject_options
def command(name: str, language: str | None, **given: Any) -> int:
    """Show the objects of an Application, desired against live: owners, and what is ignored."""
    from auditor.renderer.object_diff import object_diff  # noqa: PLC0415 - `--help` does without
    from auditor.report.draft import Draft  # noqa: PLC0415
    from auditor.report.object_diff import object_diffs  # noqa: PLC0415

    settings = arguments.settings(given.pop("config"))
    edition = steps.edition(settings, language)
    snapshot = steps.taken(settings, pipeline.rulebook(), **given)
    app = one_application.named(snapshot, name)
    known = arguments.environments(settings)
    audit = pipeline.judge(snapshot, environments=known, selected=())
    view = object_diffs(Draft.of(audit, edition), app)
    click.echo(object_diff(view, color=sys.stdout.isatty()), nl=False)
    return Exit.INCOMPLETE if view.remarks and not view.objects else Exit.CLEAN
