"""What changed in Git: the last commits that touched the files of Applications in trouble."""

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from auditor.argocd.application import identity
from auditor.argocd.git_url import normalise_allow_invalid
from auditor.argocd.source_detection import KUSTOMIZATION_FILES
from auditor.argocd.sources import Source, sources_of
from auditor.collector import kustomizations
from auditor.collector.git_process import GitFailed
from auditor.collector.repository import Repository
from auditor.collector.tree import Tree
from auditor.kube.gap import Gap
from auditor.kube.loose import mapping, mappings, text, texts
from auditor.kube.manifest import Manifest
from auditor.kube.moment import moment
from auditor.kube.origin import GitOrigin, LiveOrigin
from auditor.snapshot import redact
from auditor.snapshot.section import Collected, Look

DEEP: Final = 2000
"""Commits that are looked through, of each branch in use."""
MOST: Final = 5
"""Commits that are kept of an Application."""
FILES: Final = 10
"""Files that are named of a commit."""
APPLICATIONS: Final = 500
"""Applications, by name, whose commits are kept."""
_FIELDS: Final = 5
"""Of a commit in `Repository.log`."""


@dataclass(frozen=True, slots=True)
class Logged:
    """One commit of `git log`, its author by name alone."""

    id: str
    time: str
    author: str
    subject: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an Application's files lie: folders and files below one commit of a repository."""

    repository: Repository
    start: str
    paths: frozenset[str]


def collect(
    repositories: Sequence[Repository],
    live_applications: Iterable[Mapping[str, Any]],
    declared: Iterable[Manifest],
) -> Look:
    """Return the section `git.history`: one item an Application that is not well."""
    by_url = {_key(url): one for one in repositories for url in _urls(one) if url}
    files = _files(declared)
    troubled = sorted(
        (raw for raw in live_applications if not _is_well(raw)),
        key=lambda raw: (text(raw, "metadata", "namespace"), text(raw, "metadata", "name")),
    )[:APPLICATIONS]
    logs: dict[tuple[str, str], tuple[Logged, ...]] = {}
    gaps: dict[str, Gap] = {}
    items: list[Manifest] = []
    for raw in troubled:
        name = identity(Manifest(raw, LiveOrigin(""))).qualified
        commits: list[dict[str, Any]] = []
        for place in _places(raw, by_url, files.get(name, ())):
            key = (place.repository.name, place.start)
            if key not in logs:
                logs[key] = _logged(place, gaps)
            commits += _touching(place, logs[key])
        if commits:
            # those of one second stay in the order of the log
            commits.sort(key=lambda one: datetime.fromisoformat(one["time"]), reverse=True)
            item = {"application": name, "commits": commits[:MOST]}
            items.append(Manifest(item, GitOrigin("", "", "", 1)))
    return Collected(tuple(items), tuple(gaps[key] for key in sorted(gaps)))


def _is_well(raw: Mapping[str, Any]) -> bool:
    status = mapping(raw, "status")
    is_good = text(status, "sync", "status") == "Synced" and text(status, "health", "status") in (
        "Healthy",
        "Suspended",
    )
    kinds = (text(condition, "type") for condition in mappings(status, "conditions"))
    return is_good and not any(kind.endswith("Error") for kind in kinds)


def _urls(repository: Repository) -> Iterator[str]:
    yield from (repository.url, repository.name, repository.spec.url, *repository.spec.aliases)


def _key(url: str) -> str:
    return normalise_allow_invalid(redact.url(url))


def _files(declared: Iterable[Manifest]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return repository and path of the files that declare each Application."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for manifest in declared:
        origin = manifest.origin
        if manifest.ref.kind == "Application" and isinstance(origin, GitOrigin) and origin.path:
            found[identity(manifest).qualified].append((origin.repository, origin.path))
    return {name: tuple(places) for name, places in found.items()}


def _places(
    raw: Mapping[str, Any], by_url: Mapping[str, Repository], files: Iterable[tuple[str, str]]
) -> Iterator[_Place]:
    paths: dict[tuple[str, str], set[str]] = defaultdict(set)
    known: dict[str, Repository] = {}
    sources = sources_of(mapping(raw, "spec"))
    for source in sources:
        for url, path in _read_by(source, sources):
            repository = by_url.get(_key(url))
            revision = next(
                (s.target_revision for s in sources if s.repo_url == url), source.target_revision
            )
            start = _start(repository, revision) if repository else ""
            if repository and start:
                known[repository.name] = repository
                paths[repository.name, start] |= {path, *_taken_in(repository, start, path)}
    for name, path in files:
        repository = by_url.get(_key(name))
        start = _start(repository, "") if repository else ""
        if repository and start:
            known[repository.name] = repository
            paths[repository.name, start].add(path)
    for (name, start), wanted in sorted(paths.items()):
        yield _Place(known[name], start, frozenset(wanted))


def _read_by(source: Source, sources: Sequence[Source]) -> Iterator[tuple[str, str]]:
    """Yield repository and path of the source's folder and of its value files."""
    here = _clean(source.path)
    if source.path and not source.chart:
        yield source.repo_url, here
    refs = {f"${one.ref}": one.repo_url for one in sources if one.ref}
    for name in texts(source.helm, "valueFiles"):
        head, _, rest = name.partition("/")
        if head in refs:
            yield refs[head], _clean(rest)
        elif "://" not in name and not name.startswith("$") and not source.chart:
            yield source.repo_url, _clean(rest if not head else posixpath.join(here, name))


def _clean(path: str) -> str:
    found = posixpath.normpath(path.strip("/") or ".")
    return "" if found == "." else found


def _start(repository: Repository, revision: str) -> str:
    return repository.commit_of(revision) or repository.commit


def _taken_in(repository: Repository, commit: str, folder: str) -> Iterator[str]:
    """Yield the folders outside `folder` that its kustomization takes in, bases of bases too."""
    try:
        tree = repository.tree_of(commit)
    except (GitFailed, KeyError):
        return
    waiting, seen = [folder], set[str]()
    while waiting:
        here = waiting.pop()
        if here in seen:
            continue
        seen.add(here)
        yield here
        waiting += sorted(_bases(tree, here))


def _bases(tree: Tree, folder: str) -> frozenset[str]:
    names = [posixpath.join(folder, name) for name in KUSTOMIZATION_FILES]
    there = [name for name in names if name in tree.entries]
    found = kustomizations.read(tree, there).known.get(folder) if there else None
    return found.folders if found else frozenset()


def _logged(place: _Place, gaps: dict[str, Gap]) -> tuple[Logged, ...]:
    try:
        return tuple(_parsed(place.repository.log(place.start, DEEP)))
    except GitFailed as failed:
        gap = Gap(failed.code, {"repository": place.repository.name, **failed.facts})
        gaps[gap.key] = gap
        return ()


def _parsed(log: bytes) -> Iterator[Logged]:
    """Yield the commits of `Repository.log`; a name that is an address loses its host."""
    parts = iter(log.decode("utf-8", "replace").split("\0")[1:])
    for commit, time, author, subject, names in zip(*[parts] * _FIELDS, strict=True):
        # a commit may claim any time, and none of a year that has five digits can be compared
        if moment(time):
            files = sorted(name for name in names.split("\n") if name)
            yield Logged(commit, time, author.partition("@")[0].strip(), subject, tuple(files))


def _touching(place: _Place, commits: Iterable[Logged]) -> list[dict[str, Any]]:
    """Return the first of `commits` that touch the place."""
    found: list[dict[str, Any]] = []
    for commit in commits:
        files = [name for name in commit.files if _is_below(name, place.paths)]
        if files:
            found.append(
                {
                    "repository": place.repository.name,
                    "commit": commit.id,
                    "time": commit.time,
                    "author": commit.author,
                    "subject": commit.subject,
                    "files": files[:FILES],
                    "more": len(commit.files) - len(files[:FILES]),
                }
            )
        if len(found) == MOST:
            break
    return found


def _is_below(name: str, paths: frozenset[str]) -> bool:
    if "" in paths or name in paths:
        return True
    folder = posixpath.dirname(name)
    while folder:
        if folder in paths:
            return True
        folder = posixpath.dirname(folder)
    return False
