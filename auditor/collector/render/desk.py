"""Turns each source of an Application into a job for a worker, or into why there is none."""

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from auditor.argocd import git_url
from auditor.argocd.sources import Source
from auditor.argocd.validation import normalised_source
from auditor.collector.git_options import GitOptions
from auditor.collector.git_process import GitFailed
from auditor.collector.render import (
    directory_job,
    helm_job,
    inputs,
    kustomize_bases,
    kustomize_job,
    remarks,
)
from auditor.collector.render.application import Wanted, is_commit, target_of, wrong_type
from auditor.collector.render.charts import Charts
from auditor.collector.render.detection import folder_of, overridden, type_of
from auditor.collector.render.environment import build_environment
from auditor.collector.render.export import Export
from auditor.collector.render.failure import NotRendered, unseen, wrong
from auditor.collector.render.place import Files, Target
from auditor.collector.render.value_files import Lookup
from auditor.collector.repository import Repository
from auditor.collector.tree import Tree
from auditor.kube.gap import Gap
from auditor.kube.loose import text
from auditor.snapshot import redact


@dataclass(slots=True)
class Piece:
    """One source of one Application on its way to an item of the section `renderings`."""

    wanted: Wanted
    index: int
    type: str = ""
    repository: str = ""
    commit: str = ""
    path: str = ""
    job: Mapping[str, Any] | None = None
    error: Mapping[str, Any] | None = None
    remarks: dict[str, Any] = field(default_factory=dict)
    """What the folder shows beside its output (`remarks.py`)."""

    def item(self) -> dict[str, Any]:
        """Return the item without its objects."""
        found: dict[str, Any] = {
            "application": self.wanted.label,
            "from": "live" if self.wanted.is_live else "git",
            "source": self.index,
            "type": self.type,
            "repository": self.repository,
            "commit": self.commit,
            "path": self.path,
            **self.remarks,
        }
        if self.wanted.declared:
            found["declared"] = dict(self.wanted.declared)
        if self.wanted.parents:
            found["parents"] = list(self.wanted.parents)
        if self.error is not None:
            found["error"] = dict(self.error)
        return found


@dataclass(frozen=True, slots=True)
class Given:
    """The repositories a user gave: those that are open, and why others are not."""

    repositories: tuple[Repository, ...]
    failed: Mapping[str, Gap]
    """By URL."""


class Desk:
    """Finds repositories and commits, and writes files out once a commit."""

    def __init__(self, given: Given, options: GitOptions, scratch: Path) -> None:
        self._options = options
        self._scratch = scratch
        self._charts = Charts(options.chart_cache, scratch, options.is_fetching_charts)
        self._exports: dict[int, Export] = {}
        self._bases: dict[int, Export | None] = {}
        self._by_url: dict[str, Repository] = {}
        self._by_place: dict[str, Repository] = {}
        self._failed = {
            git_url.normalise_allow_invalid(url): why for url, why in given.failed.items()
        }
        for repository in given.repositories:
            for url in (repository.url, repository.name, *repository.spec.aliases):
                if url:
                    self._by_url.setdefault(git_url.normalise_allow_invalid(url), repository)
                    self._by_place.setdefault(git_url.place(url), repository)
        self._by_place.pop("", None)

    def repository(self, url: str) -> Repository | None:
        """Return the repository that Applications call `url`, if it was given.

        A checkout made by `https` is the one that Applications fetch by SSH, and the reverse.
        """
        found = self._by_url.get(git_url.normalise_allow_invalid(url))
        return found or self._by_place.get(git_url.place(url))

    def place(self, piece: Piece) -> tuple[str, str]:
        """Return repository and folder that a piece points at, whether they were found or not."""
        repository = self.repository(piece.repository)
        cleaned = posixpath.normpath(piece.path or ".")
        name = repository.name if repository is not None else piece.repository
        return name, "" if cleaned == "." else cleaned

    def pieces(self, wanted: Wanted) -> list[Piece]:
        """Return a piece for each source that renders something."""
        if (pointer := wrong_type(wanted)) is not None:
            error = wrong("spec_malformed", pointer=pointer).record
            return [Piece(wanted, 0, error=error)]
        sources = wanted.sources()
        if not sources:
            return [Piece(wanted, 0, error=wrong("source_missing").record)]
        found = []
        for index, source in enumerate(sources):
            if source.ref and not source.path and not source.chart:
                continue
            piece = Piece(wanted, index, repository=redact.url(source.repo_url), path=source.path)
            try:
                self._fill(piece, source)
            except NotRendered as failure:
                piece.error = failure.record
            except GitFailed as failed:
                facts = {"repository": piece.repository, **failed.facts}
                piece.error = unseen(failed.code, **facts).record
            found.append(piece)
        return found

    def _fill(self, piece: Piece, source: Source) -> None:
        target = target_of(piece.wanted, self._options)
        if source.chart:
            piece.type, piece.path = "Helm", source.chart
            if source.ref:
                raise wrong("reference_with_chart", reference=source.ref)
            piece.commit = piece.wanted.synced(piece.index) or source.target_revision
            files: Files
            files, piece.commit = self._charts.files(source.repo_url, source.chart, piece.commit)
            folder, merged = "", dict(source.raw)
        else:
            if not source.path:
                raise wrong("source_without_path", repository=piece.repository)
            repository, piece.commit = self._commit(piece.wanted, piece.index, source)
            piece.repository = repository.name
            files = self._export(_checked(repository, piece.commit))
            folder = folder_of(source.path, files.tree)
            written = normalised_source(source.raw)
            merged = overridden(written, folder, target.instance, files.tree)
            piece.type = type_of(merged, folder, files.tree)
            piece.remarks |= remarks.of_folder(written, merged, folder, target.instance, files.tree)
        piece.path = folder or piece.path
        try:
            job = self._job(piece, merged, files, folder, target)
        except NotRendered as failure:
            if failure.code != "remote_base_not_given" or (beside := self._beside(files)) is None:
                raise
            job, files = self._based(piece, merged, beside, folder, failure), beside
        if self._options.cache is not None:
            job["cache"] = (str(self._options.cache), inputs.name(job, files))
        piece.job = job

    def _based(
        self,
        piece: Piece,
        merged: Mapping[str, Any],
        files: Files,
        folder: str,
        failure: NotRendered,
    ) -> dict[str, Any]:
        """Return the job with remote bases that are at hand; all of them are remarked."""
        bases = [str(failure.facts["base"]), *failure.facts.get("others", ())]
        try:
            job = self._job(piece, merged, files, folder, target_of(piece.wanted, self._options))
        except NotRendered as again:
            if again.code == failure.code:
                left = (str(again.facts["base"]), *again.facts.get("others", ()))
                others = [base for base in dict.fromkeys((*left, *bases)) if base != left[0]]
                again.facts |= {"others": others} if others else {}
            raise
        piece.remarks["remote_bases"] = bases
        return job

    def _beside(self, files: Files) -> Files | None:
        """Return the files with the bases of other repositories, if any of these was given."""
        if id(files) not in self._bases:
            tree = kustomize_bases.with_bases(files.tree, self._base)
            folder = self._scratch / "bases" / str(len(self._bases))
            self._bases[id(files)] = Export(tree, folder) if tree is not None else None
        return self._bases[id(files)]

    def _base(self, url: str, revision: str) -> tuple[str, Tree] | None:
        repository = self.repository(url)
        commit = repository.commit_of(revision) if repository is not None else None
        if repository is None or commit is None:
            return None
        try:
            return f"{repository.name}@{commit}", _checked(repository, commit)
        except (NotRendered, GitFailed):
            return None

    def _job(
        self, piece: Piece, source: Mapping[str, Any], files: Files, folder: str, target: Target
    ) -> dict[str, Any]:
        written = Source.parse(source)
        environment = build_environment(
            name=target.instance,
            namespace=target.destination_namespace,
            project=target.project,
            commit=piece.commit,
            repo_url=written.repo_url,
            path=written.path,
            revision=written.target_revision,
        )
        match piece.type:
            case "Helm":
                refs = self._refs(piece.wanted) if piece.wanted.has_many_sources else None
                lookup = Lookup(folder, files.tree, refs, environment)
                piece.remarks |= remarks.of_values(source, lookup)
                return helm_job.job(source, files, lookup, target, self._charts)
            case "Kustomize":
                return kustomize_job.job(source, files, folder, environment)
            case "Directory":
                job = directory_job.job(source, folder, files, environment)
                piece.remarks |= remarks.of_directory(source, job, folder, files.tree)
                return job
            case _:
                raise unseen("plugin_not_run", path=folder)

    def _refs(self, wanted: Wanted) -> dict[str, Callable[[], Tree]]:
        return {
            f"${source.ref}": partial(self._ref_tree, wanted, index, source)
            for index, source in enumerate(wanted.sources())
            if source.ref
        }

    def _ref_tree(self, wanted: Wanted, index: int, source: Source) -> Tree:
        if source.chart:
            raise wrong("reference_with_chart", reference=source.ref)
        repository, commit = self._commit(wanted, index, source)
        return _checked(repository, commit)

    def _commit(self, wanted: Wanted, index: int, source: Source) -> tuple[Repository, str]:
        synced = wanted.synced(index)
        revision = synced if is_commit(synced) else source.target_revision
        return self.commit(source.repo_url, revision, text(source.raw, "tagPrefix"))

    def commit(self, repo_url: str, revision: str, tag_prefix: str = "") -> tuple[Repository, str]:
        """Return a repository and the commit that a revision of it means; raise NotRendered."""
        repository = self.repository(repo_url)
        if repository is None:
            why = self._failed.get(git_url.normalise_allow_invalid(repo_url))
            if why is not None:
                raise unseen(why.code, **why.facts)
            raise unseen("repository_not_given", repository=redact.url(repo_url))
        commit = repository.commit_of(revision, tag_prefix)
        if commit is None:
            raise unseen("revision_not_at_hand", repository=repository.name, revision=revision)
        return repository, commit

    def _export(self, tree: Tree) -> Export:
        if id(tree) not in self._exports:
            folder = self._scratch / "trees" / str(len(self._exports))
            self._exports[id(tree)] = Export(tree, folder)
        return self._exports[id(tree)]


def _checked(repository: Repository, commit: str) -> Tree:
    """Return the tree, refused as Argo CD does if any link leads out of the repository."""
    tree = repository.tree_of(commit)
    for bad in tree.bad_links:
        if bad.code == "link_outside_repository":
            raise wrong("path_outside_repository", repository=repository.name, path=bad.path)
    return tree
