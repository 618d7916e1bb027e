"""What commands about a single Application share: their options, and which one is meant."""

from collections.abc import Callable
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from auditor import pipeline
from auditor.argocd.application import Application
from auditor.cli import arguments, progress
from auditor.cli.failing import Refused
from auditor.config import Settings
from auditor.report.draft import Edition
from auditor.rulebook.needs import raw_sections
from auditor.rulebook.page import LANGUAGES
from auditor.snapshot import Snapshot, codec
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
        click.option("--lang", "language", type=click.Choice(LANGUAGES), help="Default: ko."),
        click.option("--snapshot", "replay", type=arguments.Path_, help="Replay a snapshot."),
    ):
        command = option(command)
    return command


def taken(
    settings: Settings, rules: Any, *, replay: Path | None, no_cluster: bool, **given: Any
) -> Snapshot:
    """Return the snapshot to look into: the one named, else a new one."""
    if replay is not None:
        return pipeline.assuming(codec.read(replay), given["argocd_version"])
    target = arguments.target(settings, has_cluster=not no_cluster, **given)
    target = replace(target, plan=replace(target.plan, sections=raw_sections(rules)))
    watched = progress.on_terminal()
    try:
        return pipeline.collect(target, watched)
    finally:
        progress.done(watched)


def edition(settings: Settings, language: str | None) -> Edition:
    """Return language and time zone as a report of this configuration has them."""
    from auditor.cli.report import zone  # noqa: PLC0415 - a command of its own

    spoken = language or settings.report.language
    return Edition(language=spoken, zone=zone(settings, spoken), system=settings.report.system)


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
