"""`auditor doctor`: what this account may read, and which rules go without."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from auditor.cli import arguments, unread
from auditor.cli.exits import Exit
from auditor.renderer.plain import plain
from auditor.rulebook.needs import raw_sections


@click.command("doctor")
@click.option("--rule", "only", multiple=True, metavar="ID", help="Only for these rules.")
@arguments.config_option
@arguments.cluster_options
def command(only: tuple[str, ...], config: Path | None, **given: Any) -> int:
    """Ask with SelfSubjectAccessReview; nothing else is read."""
    from auditor.collector import connection, doctor  # noqa: PLC0415 - the client is heavy

    settings = arguments.settings(config)
    target = arguments.target(settings, has_cluster=True, **arguments.NO_GIT, **given)
    link = connection.connect(target.kubeconfig, target.context, in_cluster=target.in_cluster)
    rules = arguments.rules(only)
    needs = {rule.id: raw_sections([rule]) for rule in rules}
    wanted = frozenset().union(*needs.values())
    answers = doctor.check(link, replace(target.plan, sections=wanted))
    refused: set[str] = set()
    for answer in answers:
        click.echo(plain(_line(answer)))
        if answer.allowed is not True:
            refused |= set(answer.sections)
    poorer = sorted(rule for rule, read in needs.items() if read & refused)
    click.echo(
        f"\n{len(poorer)}/{len(rules)} rules see less or nothing: {', '.join(poorer) or '-'}"
    )
    lost = next((answer.why for answer in answers if answer.allowed is None and answer.why), None)
    if lost:
        told = unread.told(lost)
        click.echo(f"auditor: {told['why']} {told['remedy']}", err=True)
    return Exit.INCOMPLETE if poorer else Exit.CLEAN


def _line(answer: Any) -> str:
    mark = {True: "yes", False: "NO ", None: "?  "}[answer.allowed]
    resource = f"{answer.resource}.{answer.group}" if answer.group else answer.resource
    named = f"/{answer.name}" if answer.name else ""
    why = f"  ({answer.why.code})" if answer.why else ""
    return f"{mark} {answer.verb:5} {resource}{named}  in {answer.namespace or 'all'}{why}"
