"""Options that several commands share, and what they mean."""

import errno
import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from auditor.cli.failing import Refused
from auditor.cli.repositories import repository
from auditor.collector.git_options import LEFT_OUT, GitOptions, RepositorySpec
from auditor.collector.plan import Plan
from auditor.config import Settings, find
from auditor.config import load as load_settings
from auditor.engine.environments import DEFAULTS, Environment, Environments
from auditor.engine.policy import PERSONAS
from auditor.findings import Severity, Tier
from auditor.pipeline import Target, rulebook
from auditor.snapshot import redact

F = TypeVar("F", bound=Callable[..., Any])
Path_: Final = click.Path(path_type=Path)
NO_GIT: Final[dict[str, Any]] = {
    "no_git": True,
    "git": (),
    "revision": "",
    "include_all": False,
    "worktree": False,
    "chart_cache": None,
    "fetch_charts": False,
    "cache": None,
    "argocd_version": "",
}
"""Options of a command that reads no repository."""
SEVERITIES: Final = ("never", *(s.name.lower() for s in reversed(Severity)))


def _all(*options: Callable[[F], F]) -> Callable[[F], F]:
    def decorate(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


config_option = click.option(
    "--config",
    "config",
    type=Path_,
    help="Configuration; default: $AUDITOR_CONFIG, else auditor.toml here or up to the checkout.",
)

rendering_options = _all(
    click.option("--chart-cache", type=Path_, help="Folder with charts of remote repositories."),
    click.option("--fetch-charts", is_flag=True, help="Download charts of remote repositories."),
    click.option("--cache", type=Path_, help="Folder that keeps what was read and found."),
)

git_options = _all(
    click.option(
        "--git",
        "git",
        multiple=True,
        metavar="[URL=]PATH|URL[@REV]",
        help="Repository to read; URL=PATH reads a checkout for what Applications call URL.",
    ),
    click.option("--revision", default="", help="Branch, tag or commit to read; default: HEAD."),
    click.option("--worktree", is_flag=True, help="Read uncommitted files too."),
    click.option("--all", "include_all", is_flag=True, help="Read tests and examples too."),
    rendering_options,
    click.option("--no-git", is_flag=True, help="Read no repository."),
)

cluster_options = _all(
    click.option("--kubeconfig", type=Path_, help="Default: $KUBECONFIG, then ~/.kube/config."),
    click.option("--context", help="Context of the kubeconfig; default: the current one."),
    click.option("--in-cluster", is_flag=True, help="Use the pod's ServiceAccount."),
    click.option("--argocd-namespace", help="Namespace of Argo CD; default: looked for."),
    click.option("--timeout", default=30.0, show_default=True, help="Seconds for one answer."),
    click.option("--page-size", default=Plan().page_size, type=click.IntRange(min=0), hidden=True),
)

argocd_version = click.option(
    "--argocd-version", default="", metavar="vX.Y.Z", help="Release to judge by, if not readable."
)

audit_options = _all(
    click.option("--env", "environment", default="", help="Environment: prod, stg, …"),
    click.option("--rule", "only", multiple=True, metavar="ID", help="Only these rules."),
    click.option(
        "--persona", type=click.Choice(PERSONAS), help="Who reads. Default: configured, operator."
    ),
    click.option(
        "--fail-at",
        type=click.Choice(SEVERITIES),
        help="Exit 1 if a finding is at least this severe. Default: configured, high.",
    ),
    click.option(
        "--allow-gaps/--no-allow-gaps",
        default=None,
        help="Exit 0 although something was unreadable.",
    ),
)


def settings(config: Path | None) -> Settings:
    """Return the configuration in force."""
    return load_settings(find(config, os.environ, Path.cwd()), os.environ).settings


def environments(given: Settings) -> Environments:
    """Return the environments of the configuration, else the built-in ones."""
    if not given.environments:
        return Environments(DEFAULTS)
    return Environments(
        tuple(
            Environment(
                name=name,
                tier=Tier(e.tier),
                aliases=e.aliases,
                labels=e.labels,
                namespaces=e.namespaces,
                clusters=e.clusters,
                names=e.names,
                projects=e.projects,
                paths=e.paths,
            )
            for name, e in given.environments.items()
        )
    )


def environment(word: str, known: Environments) -> str:
    """Return the name of the environment a user calls `word`; raise Refused."""
    if not word:
        return ""
    found = known.named(word)
    if found is None:
        names = ", ".join(e.name for e in known.known)
        raise Refused("unknown_environment", name=word, known=names)
    return found.name


def rules(only: tuple[str, ...], every: tuple[Any, ...] | None = None) -> tuple[Any, ...]:
    """Return those of `every`, else of the built-in rules, that are asked for; raise Refused."""
    every = rulebook() if every is None else every
    for name in only:
        if name.upper() not in {rule.id for rule in every}:
            raise Refused("unknown_rule", name=name)
    wanted = {name.upper() for name in only}
    return tuple(rule for rule in every if not wanted or rule.id in wanted)


def threshold(word: str) -> Severity | None:
    """Return the severity that fails the run; None: no finding does."""
    return None if word == "never" else Severity[word.upper()]


def repositories(
    given: tuple[str, ...], revision: str, known: Settings
) -> tuple[RepositorySpec, ...]:
    """Return what to read: the options, else the configuration, else the checkout we stand in."""
    if given:
        return tuple(repository(text, revision) for text in given)
    if known.repositories:
        return tuple(
            repository(f"{url}={where}" if "://" not in where else where, revision)
            for url, where in known.repositories.items()
        )
    here = next((p for p in (Path.cwd(), *Path.cwd().parents) if (p / ".git").exists()), None)
    return (RepositorySpec(path=here, revision=revision),) if here else ()


def target(given: Settings, **options: Any) -> Target:
    """Return what to look at; raise Refused where that is nothing."""
    read = () if options["no_git"] else repositories(options["git"], options["revision"], given)
    if not read and not options["has_cluster"]:
        raise Refused("no_input")
    has_files = any(spec.has_files for spec in read)
    worktree = has_files if options.get("as_they_lie") else options["worktree"]
    if worktree and read and not has_files:
        raise Refused("no_worktree")
    return Target(
        repositories=read,
        has_cluster=options["has_cluster"],
        kubeconfig=options.get("kubeconfig"),
        context=options.get("context"),
        in_cluster=options.get("in_cluster", False),
        plan=Plan(
            argocd_namespace=options.get("argocd_namespace"),
            timeout=timedelta(seconds=options.get("timeout", 30.0)),
            page_size=options.get("page_size", Plan().page_size),
        ),
        git=GitOptions(
            left_out=(*(() if options["include_all"] else LEFT_OUT), *given.leave_out),
            worktree=worktree,
            chart_cache=options["chart_cache"],
            is_fetching_charts=options["fetch_charts"],
            cache=options["cache"],
            argocd_namespace=options.get("argocd_namespace") or "argocd",
        ),
        argocd_version=options["argocd_version"],
        arguments=told(),
    )


def told() -> tuple[str, ...]:
    """Return the command line for the reader of a report: no credentials, and not `--out`.

    Where the files go says nothing about what is in them, and the same input gives the same bytes.
    """
    given = iter(sys.argv[1:])
    kept = []
    for argument in given:
        if argument == "--out":
            next(given, None)
        elif not argument.startswith("--out="):
            kept.append(redact.url(argument))
    return tuple(kept)


def refuse_unwritable(folder: Path) -> None:
    """Raise OSError where `folder` cannot be made or written, before anything is collected."""
    here = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    if not here.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(here))
    if not os.access(here, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(here))
