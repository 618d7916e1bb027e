"""Collect → audit → view → write: the picture of the product as one function an arrow."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from auditor import VERSION, rules
from auditor.collector.git_options import GitOptions, RepositorySpec
from auditor.collector.plan import Plan
from auditor.collector.progress import Progress, Silent
from auditor.engine.environments import Environments
from auditor.engine.policy import Policy
from auditor.engine.result import Audit
from auditor.engine.run import audit
from auditor.kube.gap import Gap
from auditor.kube.kinds import is_namespaced
from auditor.report.brief import brief
from auditor.report.build import build
from auditor.report.draft import Edition
from auditor.rulebook import Rule
from auditor.rulebook.discovery import discover, installed
from auditor.snapshot import Collected, Excluded, Header, Look, Missing, Snapshot, redact, sections

_NEW_GLOBBING: Final = "applicationsetcontroller.enable.new.git.file.globbing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What to look at: repositories, a cluster, or both."""

    repositories: tuple[RepositorySpec, ...] = ()
    has_cluster: bool = True
    kubeconfig: Path | None = None
    context: str | None = None
    in_cluster: bool = False
    plan: Plan = field(default_factory=Plan)
    git: GitOptions = field(default_factory=GitOptions)
    argocd_version: str = ""
    """Release to assume; empty: read it from the cluster, else the newest."""
    arguments: tuple[str, ...] = ()
    """The command line, for the reader of the report; URLs lose their credentials."""


def rulebook() -> tuple[Rule[Any, Any], ...]:
    """Return every rule there is: ours, and those that installed packages bring."""
    every = discover(rules)
    return (*every, *installed(every))


def collect(target: Target, progress: Progress | None = None) -> Snapshot:
    """Return a snapshot of `target`; raise Unreachable where credentials cannot be read."""
    progress = progress or Silent()
    started = _now()
    looks: dict[str, Look] = {s.name: Excluded(Gap("no_cluster")) for s in sections.LIVE}
    cluster: Mapping[str, Any] = {}
    facts: dict[str, Any] = {}
    if target.has_cluster:
        reading = _cluster(target, progress)
        looks |= reading.sections
        cluster = reading.cluster
        facts = {"calls": reading.calls, "refusals": len(reading.refusals)}
    looks |= _git(target, looks, progress)
    looks = {name: _without_credentials(look) for name, look in looks.items()}
    header = Header(
        started=started,
        finished=_now(),
        cluster=cluster,
        repositories=_repositories(looks),
        collector={
            "version": VERSION,
            "arguments": [redact.url(argument) for argument in target.arguments],
            **({"argocd_version": target.argocd_version} if target.argocd_version else {}),
            **facts,
        },
    )
    return Snapshot(looks, header)


def judge(
    snapshot: Snapshot,
    *,
    environments: Environments | None = None,
    environment: str = "",
    selected: Iterable[Rule[Any, Any]] | None = None,
    options: Mapping[str, Any] | None = None,
    policy: Policy | None = None,
) -> Audit:
    """Return what the rules say about `snapshot`."""
    asked = rulebook() if selected is None else tuple(selected)
    return audit(
        snapshot,
        asked,
        environments=environments,
        environment=environment,
        options=options,
        policy=policy,
    )


def _cluster(target: Target, progress: Progress) -> Any:
    from auditor.collector import cluster, connection  # noqa: PLC0415 - the client is heavy

    link = connection.connect(target.kubeconfig, target.context, in_cluster=target.in_cluster)
    return cluster.collect(link, target.plan, progress)


def _git(target: Target, looks: Mapping[str, Look], progress: Progress) -> dict[str, Look]:
    """Read the repositories and render what the Applications, declared or live, point at."""
    if not target.repositories:
        return {section.name: Excluded(Gap("no_git")) for section in sections.GIT}
    from auditor.collector import git  # noqa: PLC0415 - Helm and Kustomize are heavy

    applications = looks.get(sections.LIVE_APPLICATIONS.name)
    live = [m.raw for m in applications.items] if isinstance(applications, Collected) else []
    scopes = _scopes(looks.get(sections.LIVE_KINDS.name))
    facts = _cluster_facts(looks)
    return git.collect(target.repositories, live, scopes, target.git, progress, facts)


def _cluster_facts(looks: Mapping[str, Look]) -> Any:
    from auditor.collector.render.generation import ClusterFacts  # noqa: PLC0415 - see `_git`

    secrets = looks.get(sections.LIVE_SECRETS.name)
    settings = looks.get(sections.LIVE_SETTINGS.name)
    found = settings.items if isinstance(settings, Collected) else ()
    return ClusterFacts(
        has_applications=isinstance(looks.get(sections.LIVE_APPLICATIONS.name), Collected),
        secrets=tuple(m.raw for m in secrets.items) if isinstance(secrets, Collected) else None,
        has_new_globbing=any(m.get("data", _NEW_GLOBBING) == "true" for m in found),
    )


def _without_credentials(look: Look) -> Look:
    """Replace passwords and tokens in URLs, once nothing needs them for reading any more."""
    match look:
        case Collected(items, gaps):
            kept = tuple(replace(item, raw=redact.credentials(item.raw)) for item in items)
            return Collected(kept, tuple(_untold(gap) for gap in gaps))
        case Missing(why):
            return Missing(_untold(why))
        case Excluded():
            return look


def _untold(gap: Gap) -> Gap:
    return Gap(gap.code, redact.credentials(gap.facts))


def _scopes(look: Look | None) -> Callable[[str, str], bool | None]:
    """Return who says whether a kind is namespaced: the cluster, else the built-in kinds."""
    items = look.items if isinstance(look, Collected) else ()
    known = {(i.raw.get("group"), i.raw.get("kind")): bool(i.raw.get("namespaced")) for i in items}
    return lambda group, kind: known.get((group, kind), is_namespaced(group, kind))


def _repositories(looks: Mapping[str, Look]) -> tuple[Mapping[str, Any], ...]:
    look = looks.get(sections.GIT_REPOSITORIES.name)
    return tuple(item.raw for item in look.items) if isinstance(look, Collected) else ()


def _now() -> str:
    return datetime.now(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def named(snapshot: Snapshot, about: str) -> Snapshot:
    """Return `snapshot` beginning with the sentence `about`."""
    return replace(snapshot, header=replace(snapshot.header, about=about), _derived={})


def assuming(snapshot: Snapshot, version: str) -> Snapshot:
    """Return `snapshot` to be judged as Argo CD `version`; unchanged without one."""
    if not version:
        return snapshot
    collector = {**snapshot.header.collector, "argocd_version": version}
    return replace(snapshot, header=replace(snapshot.header, collector=collector), _derived={})


def deliver(
    audit: Audit, edition: Edition, formats: Iterable[str], folder: Path
) -> tuple[Path, ...]:
    """Write the report in each format and return the files; each is there whole or not at all."""
    from auditor.renderer.formats import write  # noqa: PLC0415 - templates and PDF are heavy

    return write(build(audit, edition), formats, folder)


def printed(audit: Audit, edition: Edition, *, as_json: bool, has_color: bool = False) -> str:
    """Return the report as a pipe or a terminal wants it."""
    if as_json:
        from auditor.renderer.json import json  # noqa: PLC0415

        return json(build(audit, edition)).decode()
    from auditor.renderer.text import MOST, text  # noqa: PLC0415

    return text(brief(audit, edition, MOST), color=has_color)


def inventoried(audit: Audit, form: str) -> str:
    """Return which Applications there are, in a form of `renderer.inventory.FORMATS`."""
    from auditor.renderer.inventory import FORMATS  # noqa: PLC0415 - see `printed`
    from auditor.report.inventory import inventory  # noqa: PLC0415

    return FORMATS[form](inventory(audit))
