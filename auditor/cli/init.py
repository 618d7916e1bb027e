"""`auditor init`: a first configuration that fits what is found here."""

from collections import Counter
from pathlib import Path
from typing import Any

import click

from auditor import pipeline
from auditor.argocd import git_url
from auditor.argocd.application import Application
from auditor.cli import arguments, outcome, steps, written
from auditor.cli.exits import Exit
from auditor.cli.failing import Refused
from auditor.config import Settings
from auditor.config.load import NAME
from auditor.config.starter import SELECTORS, Found, Match, starter
from auditor.engine.environments import DEFAULTS
from auditor.engine.result import Audit
from auditor.pipeline import Target
from auditor.report.words import load as words
from auditor.rulebook.page import LANGUAGES
from auditor.snapshot import Collected, sections
from auditor.snapshot.derived import APPLICATIONS

_ZONES = {"ko": "Asia/Seoul", "en": "UTC"}


@click.command("init")
@click.argument("git", nargs=-1, metavar="[[URL=]PATH]...")
@click.option("--out", type=arguments.Path_, default=Path(NAME), show_default=True, help="File.")
@click.option("--print", "is_printed", is_flag=True, help="Print it; write no file.")
@click.option("--lang", "language", type=click.Choice(LANGUAGES), default="ko", show_default=True)
@arguments.rendering_options
def command(
    git: tuple[str, ...], *, out: Path, is_printed: bool, language: str, **given: Any
) -> int:
    """Write a first auditor.toml from the Applications in the folders named, else here."""
    if not is_printed and out.exists():
        raise Refused("config_exists", file=str(out))
    target = arguments.target(
        Settings(),
        has_cluster=False,
        no_git=False,
        git=git or (".",),
        worktree=True,
        as_they_lie=True,
        revision="",
        include_all=False,
        argocd_version="",
        **given,
    )
    snapshot = steps.collected(target)
    audit = pipeline.judge(snapshot, selected=())
    if not audit.population.total:
        click.echo(outcome.sentence(audit, Exit.INCOMPLETE, None), err=True)
        return Exit.INCOMPLETE
    spoken = words(language)
    home = Path.cwd() if is_printed else out.absolute().parent
    text = starter(_found(audit, target, language, home), spoken.table["starter"])
    if is_printed:
        click.echo(text, nl=False)
        return Exit.CLEAN
    written.write(out, text)
    click.echo(out)
    return Exit.CLEAN


def _found(audit: Audit, target: Target, language: str, home: Path) -> Found:
    repositories = _repositories(audit, target, home)
    tiers = {e.name: e.tier.value for e in DEFAULTS}
    present = {name for one in audit.assignments.values() for name in one.environments}
    return Found(
        system=_system(repositories, target),
        language=language,
        zone=_ZONES[language],
        tiers={name: tier for name, tier in tiers.items() if name in present},
        aliases={e.name: tuple(a for a in e.aliases if a != e.name) for e in DEFAULTS},
        matches=tuple(
            Match(str(why.facts["environment"]), why.code, str(why.facts["pattern"]))
            for one in audit.assignments.values()
            for why in one.why
            if why.code in SELECTORS
        ),
        unassigned=tuple(
            sorted(
                ref.qualified
                for ref, one in audit.assignments.items()
                if not set(one.environments) & tiers.keys()
            )
        ),
        repositories=repositories,
        unread=_unread(audit, repositories),
    )


def _repositories(audit: Audit, target: Target, home: Path) -> dict[str, str]:
    """Return the path of each repository as seen from the configuration, where it has a URL."""
    look = audit.snapshot.look(sections.GIT_REPOSITORIES)
    urls = [str(item.raw["url"]) for item in look.items] if isinstance(look, Collected) else []
    paths = [spec.path for spec in target.repositories]
    if len(urls) != len(paths):
        return {}
    found = {}
    for url, path in zip(urls, paths, strict=True):
        if path is not None and ("://" in url or "@" in url):
            found[url] = _seen_from(home, path.absolute())
    return found


def _seen_from(home: Path, path: Path) -> str:
    """Return `path` as it is written in a file in `home`."""
    up = 0
    here = home.resolve()
    path = path.resolve()
    while not path.is_relative_to(here):
        here = here.parent
        up += 1
    return "/".join([".."] * up + list(path.relative_to(here).parts)) or "."


def _unread(audit: Audit, known: dict[str, str]) -> dict[str, int]:
    found = audit.snapshot.look(APPLICATIONS)
    apps: tuple[Application, ...] = found if isinstance(found, tuple) else ()
    counts: Counter[str] = Counter()
    for app in apps:
        urls = {source.repo_url for source in app.sources if not source.chart}
        counts.update(
            url for url in urls if url and not any(git_url.is_same(url, one) for one in known)
        )
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _system(repositories: dict[str, str], target: Target) -> str:
    """Return a name for the platform: that of the first repository."""
    name = next(iter(repositories), "") or next(
        (spec.path.resolve().name for spec in target.repositories if spec.path), ""
    )
    return name.rstrip("/").rpartition("/")[2].removesuffix(".git")
