"""`auditor explain`: a rule, or one Application from what Argo CD says of it to what to do."""

import sys
from typing import Any

import click

from auditor.cli import one_application, policies, steps
from auditor.cli.exits import Exit
from auditor.cli.rules import shown


@click.command("explain")
@click.argument("name", metavar="RULE|[NAMESPACE/]APP")
@one_application.subject_options
def command(name: str, language: str | None, **given: Any) -> int:
    """Print the page of a rule, or say what is wrong with an Application, why and how to mend it.

    What is the id of a rule is never looked up as an Application; write NAMESPACE/APP for that.
    """
    from auditor.renderer.explain import explanation  # noqa: PLC0415 - `--help` does without
    from auditor.renderer.waivers import register  # noqa: PLC0415
    from auditor.report.explain import explained  # noqa: PLC0415
    from auditor.report.policy import of_application  # noqa: PLC0415

    terms = policies.terms(given.pop("config"))
    settings, rules = terms.settings, terms.every
    found = next((rule for rule in rules if rule.id == name.upper()), None)
    if found is not None:
        click.echo(shown(found, language or settings.report.language), nl=False)
        return Exit.CLEAN
    edition = steps.edition(settings, language)
    snapshot = steps.taken(settings, terms.rules, **given)
    app = one_application.named(snapshot, name)
    audit = steps.judged(terms, snapshot)
    view = explained(audit, edition, app.ref)
    click.echo(explanation(view, color=sys.stdout.isatty()), nl=False)
    accepted = of_application(audit, edition, app.ref)
    click.echo(register(accepted, edition.language, color=sys.stdout.isatty()), nl=False)
    return Exit.CLEAN
