"""A Git repository read from its object database, or a folder read as it lies on the disk."""

import os
import re
import stat
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Self

from auditor.argocd.semver_constraints import highest, is_constraint
from auditor.collector.git_options import GitOptions, RepositorySpec
from auditor.collector.git_process import Git, GitFailed, Objects
from auditor.collector.tree import LINK, Absent, Content, Entry, Tree
from auditor.kube.gap import Gap
from auditor.snapshot import redact

WORKTREE: Final = "worktree"
_NOT_FETCHED: Final = Absent("the object is missing from the repository")
_TAGS: Final = "refs/tags/"
_SHA: Final = re.compile(r"[0-9a-f]{7,40}")


class Unopened(Exception):
    """A repository that could not be read at all; `why` says so."""

    def __init__(self, why: Gap) -> None:
        super().__init__(why.key)
        self.why = why


class Repository:
    """An open repository; close it, or use it in a `with`."""

    def __init__(self, spec: RepositorySpec, git: Git | None, path: Path, url: str) -> None:
        self.spec = spec
        self.path = path
        self.url = url
        """As given, with its credentials; empty if there is none."""
        self.name = redact.url(url) or path.name
        """URL without credentials, or the folder's name."""
        self.commit = WORKTREE
        self.branches: frozenset[str] = frozenset()
        """Names that mean the commit read."""
        self._git = git
        self._objects = Objects(git) if git is not None else None
        self._trees: dict[str, Tree] = {}
        self._commits: dict[str, str | None] = {}
        self._refs: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the Git process."""
        if self._objects is not None:
            self._objects.close()

    def begin(self, options: GitOptions) -> None:
        """Find the commit to read; raise Unopened."""
        if self._git is None:
            self._trees[WORKTREE] = folder_tree(self.path)
            return
        revision = self.spec.revision or "HEAD"
        self._refs = self._git.refs()
        commit = self._git.commit(revision) or self._resolved(revision)
        if commit is None:
            raise Unopened(self._no_commit(revision))
        self.branches = frozenset({self.spec.revision, *self._current(revision)} - {""})
        if options.worktree and self.spec.has_files:
            self._trees[WORKTREE] = folder_tree(self.path, self._git)
        else:
            self.commit = commit

    @property
    def ambiguous(self) -> list[str]:
        """Names that are both a branch's and a tag's: a plain revision may mean either."""
        tags = {
            ref.removeprefix("refs/tags/") for ref in self._refs if ref.startswith("refs/tags/")
        }
        return sorted(
            name
            for name in tags
            if f"refs/heads/{name}" in self._refs or f"refs/remotes/origin/{name}" in self._refs
        )

    def _no_commit(self, revision: str) -> Gap:
        if not self._refs:
            return Gap("repository_empty", {"repository": self.name})
        return Gap("revision_not_at_hand", {"repository": self.name, "revision": revision})

    def _current(self, revision: str) -> set[str]:
        if revision != "HEAD" or self._git is None:
            return set()
        branch = self._git.branch()
        return {branch} if branch else set()

    @property
    def tree(self) -> Tree:
        """The tree to read."""
        return self.tree_of(self.commit)

    def tree_of(self, commit: str) -> Tree:
        """Return the tree of a commit of this repository, read once; raise GitFailed."""
        if commit not in self._trees:
            self._trees[commit] = self._load(commit)
        return self._trees[commit]

    def commit_of(self, revision: str, tag_prefix: str = "") -> str | None:
        """Return the commit that a `targetRevision` names, or None if it is not at hand.

        A constraint such as `1.x` names the highest tag it allows, before any branch so called.
        """
        if tag_prefix or is_constraint(revision):
            revision = self._tag(revision, tag_prefix) or revision
        if revision in ("", "HEAD") or revision in self.branches:
            return self.commit
        if revision not in self._commits:
            self._commits[revision] = self._resolved(revision)
        return self._commits[revision]

    def log(self, commit: str, most: int) -> bytes:
        """Return the last `most` commits up to `commit`: id, time, author, subject, files.

        Each of them follows a NUL, which nothing in a commit can hold; files are a line each.
        Raise GitFailed; empty for a folder that is no repository.
        """
        if self._git is None:
            return b""
        start = "HEAD" if commit == WORKTREE else commit
        form = "--format=%x00%H%x00%cI%x00%an%x00%s%x00"
        plain = ("--name-only", "--no-renames", "--no-color", "--no-show-signature", "--no-notes")
        command = ("-c", "core.quotePath=false", "log", *plain, "--encoding=UTF-8", form)
        return self._git.run(*command, f"--max-count={most}", start, "--")

    def _tag(self, revision: str, prefix: str) -> str | None:
        """Return the tag a version or constraint stands for (`MaxVersion` of Argo CD)."""
        tags = (ref.removeprefix(_TAGS) for ref in self._refs if ref.startswith(_TAGS))
        if not is_constraint(revision):
            return f"{prefix}{revision}"
        found = highest(revision, tags, prefix)
        return f"{_TAGS}{found}" if found is not None else None

    def _resolved(self, revision: str) -> str | None:
        if self._git is None:
            return None
        short = revision.removeprefix("refs/heads/").removeprefix("refs/tags/")
        for kind in ("refs/tags/", "refs/heads/", "refs/remotes/origin/"):
            if (found := self._refs.get(kind + short)) is not None:
                return found
        return self._git.commit(revision) if _SHA.fullmatch(revision) else None

    def _load(self, commit: str) -> Tree:
        if self._git is None or self._objects is None:
            raise KeyError(commit)
        entries = {}
        for line in self._git.list_tree(commit):
            facts, _, path = line.partition(b"\t")
            mode, _kind, oid, size = facts.split()
            entries[path.decode("utf-8", "backslashreplace")] = Entry(
                mode.decode(), oid.decode(), int(size) if size.isdigit() else 0
            )
        objects = self._objects

        def blobs(wanted: Sequence[tuple[str, Entry]]) -> Iterator[Content]:
            for found in objects.blobs([entry.oid for _, entry in wanted]):
                yield _NOT_FETCHED if found is None else found

        links = [path for path, entry in entries.items() if entry.mode == LINK]
        texts = blobs([(path, entries[path]) for path in links])
        targets = {
            path: text.decode("utf-8", "backslashreplace")
            for path, text in zip(links, texts, strict=True)
            if not isinstance(text, Absent)
        }
        return Tree(commit, entries, targets, blobs)


def open_repository(spec: RepositorySpec, options: GitOptions, scratch: Path) -> Repository:
    """Open a checkout, or clone into `scratch`; raise Unopened."""
    try:
        repository = _opened(spec, options, scratch)
    except GitFailed as failed:
        name = redact.url(spec.url) or _folder_name(spec)
        raise Unopened(Gap(failed.code, {"repository": name, **failed.facts})) from failed
    try:
        repository.begin(options)
    except GitFailed as failed:
        repository.close()
        raise Unopened(
            Gap(failed.code, {"repository": repository.name, **failed.facts})
        ) from failed
    except BaseException:
        repository.close()
        raise
    return repository


def _opened(spec: RepositorySpec, options: GitOptions, scratch: Path) -> Repository:
    if spec.path is None:
        return Repository(spec, _clone(spec.url, options, scratch), scratch, spec.url)
    path = Path(spec.path).absolute()
    git = Git.at(path, options.git_time)
    if git is None and not (options.worktree and spec.has_files and path.is_dir()):
        raise Unopened(Gap("not_a_repository", {"path": spec.path.name}))
    url = spec.url or (git.origin() if git is not None else "")
    return Repository(spec, git, path, url)


def _folder_name(spec: RepositorySpec) -> str:
    return spec.path.name if spec.path is not None else ""


def _clone(url: str, options: GitOptions, scratch: Path) -> Git:
    if options.clones is None:
        return Git.clone(
            url, Path(tempfile.mkdtemp(prefix="clone.", dir=scratch)), options.git_time
        )
    options.clones.mkdir(parents=True, exist_ok=True)
    return Git.kept_clone(url, options.clones, options.git_time)


def folder_tree(path: Path, git: Git | None = None) -> Tree:
    """Return a folder as it lies on the disk: what `git` does not ignore, or everything."""
    names = sorted(git.worktree_files() if git is not None else _walk(path))
    root = str(path)
    entries: dict[str, Entry] = {}
    links: dict[str, str] = {}
    for name in names:
        file = f"{root}/{name}"
        try:
            name.encode()
            # one question a file: there may be a hundred thousand
            facts = os.lstat(file)
            if stat.S_ISLNK(facts.st_mode):
                links[name] = os.readlink(file)  # noqa: PTH115 - Path would tidy the text
                entries[name] = Entry(LINK, "", 0)
            elif stat.S_ISREG(facts.st_mode):
                entries[name] = Entry("100644", "", facts.st_size)
        except (OSError, ValueError):
            continue

    def blobs(wanted: Sequence[tuple[str, Entry]]) -> Iterator[Content]:
        for name, _ in wanted:
            try:
                with open(f"{root}/{name}", "rb", buffering=0) as file:  # noqa: PTH123 - as above
                    content: Content = file.readall()
            except OSError as error:
                content = Absent(error.strerror or type(error).__name__)
            yield content

    return Tree(WORKTREE, entries, links, blobs)


def _walk(path: Path) -> Iterator[str]:
    beginning = len(os.path.join(path, ""))  # noqa: PTH118 - a Path has no end
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(name for name in folders if name != ".git")
        linked = [name for name in folders if (Path(folder) / name).is_symlink()]
        place = f"{folder}/"[beginning:]
        for name in (*files, *linked):
            yield f"{place}{name}"
