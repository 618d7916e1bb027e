"""What commands about a single Application share: their options, and which one is meant."""

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, Final, TypeVar

import click

from auditor.argocd.application import Application
from auditor.cli import arguments
from auditor.cli.failing import Refused
from auditor.rulebook.page import LANGUAGES
from auditor.snapshot import Snapshot
from auditor.snapshot.derived import APPLICATIONS

F = TypeVar("F", bound=Callable[..., Any])
_NEAREST: Final = 3


def subject_options(command: F) -> F:
    """Add where to look for the Application."""
    for option in (
        arguments.argocd_version,
        arguments.cluster_options,
        arguments.git_options,
        arguments.config_option,
        click.option("--no-cluster", is_flag=True, help="Read Git alone."),
        click.option(
            "--lang", "language", type=click.Choice(LANGUAGES), help="Default: configured, ko."
        ),
        click.option("--snapshot", "replay", type=arguments.Path_, help="Replay a snapshot."),
    ):
        command = option(command)
    return command


def named(snapshot: Snapshot, name: str) -> Application:
    """Return the Application called `name` or `namespace/name`; raise Refused."""
    look = snapshot.look(APPLICATIONS)
    known = look if isinstance(look, tuple) else ()
    if not known:
        raise Refused("no_applications", name=name)
    found = {app.ref: app for app in known if name in (app.name, app.ref.qualified)}
    if not found:
        near = _nearest(name, known)
        raise Refused("unknown_application", name=name, known=", ".join(near) or "-")
    if len(found) > 1:
        several = ", ".join(ref.qualified for ref in sorted(found))
        raise Refused("ambiguous_application", name=name, known=several)
    # one that is declared twice is looked up as the report does, the last definition counting
    return next(iter(found.values()))


def _nearest(name: str, known: tuple[Application, ...]) -> list[str]:
    words = sorted({app.ref.qualified if "/" in name else app.name for app in known})
    return get_close_matches(name, words, n=_NEAREST, cutoff=0.5)
