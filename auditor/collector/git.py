"""The Git side of a snapshot: manifests, repositories, and what Applications would apply."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditor.collector import history
from auditor.collector.git_options import GitOptions, RenderLimits, RepositorySpec
from auditor.collector.git_process import GitFailed
from auditor.collector.manifests import TreeReading, read_tree
from auditor.collector.progress import Progress, Silent
from auditor.collector.render.desk import Given
from auditor.collector.render.generation import ClusterFacts
from auditor.collector.render.outcome import IsNamespaced
from auditor.collector.render.population import Commission, render_all
from auditor.collector.repository import Repository, Unopened, open_repository
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin
from auditor.snapshot import redact
from auditor.snapshot.section import Collected, Excluded, Look, Missing
from auditor.snapshot.sections import GIT_HISTORY, GIT_MANIFESTS, GIT_REPOSITORIES, RENDERINGS

__all__ = [
    "GitOptions",
    "GitReading",
    "RenderLimits",
    "RepositorySpec",
    "collect",
    "read",
    "render",
]


@dataclass(frozen=True, slots=True)
class GitReading:
    """What was read, and the repositories, still open, for rendering. Close it."""

    sections: Mapping[str, Look]
    repositories: tuple[Repository, ...]
    trees: tuple[TreeReading, ...]
    failed: Mapping[str, Gap]
    """Why, by URL as given or as an alias, for repositories that could not be read."""
    scratch: "tempfile.TemporaryDirectory[str]"

    def __enter__(self) -> "GitReading":  # noqa: PYI034 - never subclassed
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End Git's processes and remove clones that are not kept."""
        for repository in self.repositories:
            repository.close()
        self.scratch.cleanup()


def collect(
    repositories: Sequence[RepositorySpec],
    live_applications: Sequence[Mapping[str, Any]],
    is_namespaced: IsNamespaced,
    options: GitOptions,
    progress: Progress | None = None,
    cluster: ClusterFacts | None = None,
) -> dict[str, Look]:
    """Return the sections `git.repositories`, `git.manifests`, `renderings` and `git.history`.

    `live_applications` are raw objects, none without a cluster; `cluster` is what generators ask.
    """
    steps = progress if progress is not None else Silent()
    with read(repositories, options, steps) as reading:
        rendered = render(
            reading, live_applications, is_namespaced, options, steps, cluster or ClusterFacts()
        )
        looks = {**reading.sections, **rendered}
        looks[GIT_HISTORY.name] = _history(reading, looks[GIT_MANIFESTS.name], live_applications)
    return looks


def _history(
    reading: GitReading, declared: Look, live_applications: Sequence[Mapping[str, Any]]
) -> Look:
    """Return what changed in Git lately, where any repository could be read."""
    if not isinstance(declared, Collected):
        return declared
    return history.collect(reading.repositories, live_applications, declared.items)


def read(
    repositories: Sequence[RepositorySpec], options: GitOptions, progress: Progress | None = None
) -> GitReading:
    """Open and read repositories; one that cannot be opened is a gap, or Missing if it is all."""
    steps = progress if progress is not None else Silent()
    scratch = tempfile.TemporaryDirectory(prefix="auditor.", ignore_cleanup_errors=True)
    opened: list[Repository] = []
    try:
        return _read(repositories, options, steps, scratch, opened)
    except BaseException:
        for repository in opened:
            repository.close()
        scratch.cleanup()
        raise


def _read(
    repositories: Sequence[RepositorySpec],
    options: GitOptions,
    progress: Progress,
    scratch: "tempfile.TemporaryDirectory[str]",
    opened: list[Repository],
) -> GitReading:
    progress.step("repositories", total=len(repositories))
    trees: list[TreeReading] = []
    items: list[Manifest] = []
    gaps: list[Gap] = []
    failed: dict[int, Gap] = {}
    for number, spec in enumerate(repositories):
        try:
            repository = open_repository(spec, options, Path(scratch.name))
            opened.append(repository)
            reading = read_tree(repository.tree, repository.name, options)
        except Unopened as unopened:
            failed[number] = unopened.why
        except GitFailed as failure:
            facts = {"repository": redact.url(spec.url), **failure.facts}
            failed[number] = Gap(failure.code, facts)
        else:
            trees.append(reading)
            gaps += reading.gaps
            items.append(_item(repository, reading))
        progress.advance()
    manifests = tuple(manifest for reading in trees for manifest in reading.manifests)
    looks = _looks(tuple(items), manifests, tuple(gaps), tuple(failed.values()))
    by_url = {
        url: why
        for number, why in failed.items()
        for url in (repositories[number].url, *repositories[number].aliases)
        if url
    }
    return GitReading(looks, tuple(opened), tuple(trees), by_url, scratch)


def _looks(
    items: tuple[Manifest, ...],
    manifests: tuple[Manifest, ...],
    gaps: tuple[Gap, ...],
    failed: tuple[Gap, ...],
) -> dict[str, Look]:
    if not items:
        nothing: Look = Missing(failed[0]) if failed else Excluded(Gap("no_repository"))
        return {GIT_REPOSITORIES.name: nothing, GIT_MANIFESTS.name: nothing}
    return {
        GIT_REPOSITORIES.name: Collected(items, failed),
        GIT_MANIFESTS.name: Collected(manifests, (*failed, *gaps)),
    }


def _item(repository: Repository, reading: TreeReading) -> Manifest:
    raw = {
        "url": repository.name,
        "aliases": [redact.url(alias) for alias in repository.spec.aliases],
        "revision": repository.spec.revision or "HEAD",
        "branches": sorted(repository.branches),
        "ambiguous": repository.ambiguous,
        "commit": repository.commit,
        "files": reading.files,
        "manifests": len(reading.manifests),
        "templated": reading.templated,
        "fragments": reading.fragments,
        "left_out": dict(sorted(reading.left_out.items())),
        "tokens": sorted(set(reading.tokens)),
        "duplicate_keys": reading.duplicate_keys,
    }
    return Manifest(raw, GitOrigin(repository.name, repository.commit, "", 1))


def render(
    reading: GitReading,
    live_applications: Sequence[Mapping[str, Any]],
    is_namespaced: IsNamespaced,
    options: GitOptions,
    progress: Progress,
    cluster: ClusterFacts,
) -> dict[str, Look]:
    """Return the section `renderings`, and `git.manifests` with what only rendering shows."""
    look = reading.sections[GIT_MANIFESTS.name]
    if not options.is_rendering:
        return {RENDERINGS.name: Excluded(Gap("rendering_switched_off"))}
    if not isinstance(look, Collected):
        return {RENDERINGS.name: look}
    found = render_all(
        Commission(
            Given(reading.repositories, reading.failed),
            reading.trees,
            live_applications,
            cluster,
            is_namespaced,
            options,
            Path(reading.scratch.name),
            progress,
        )
    )
    gaps = (*look.gaps, *found.gaps)
    return {
        GIT_MANIFESTS.name: Collected(found.manifests, gaps),
        RENDERINGS.name: found.renderings,
    }
