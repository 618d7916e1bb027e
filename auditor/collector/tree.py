"""The files of one commit, or of a folder, with symbolic links that are followed inside it only."""

from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from auditor.collector.git_process import GitFailed

LINK: Final = "120000"
SUBMODULE: Final = "160000"
_MAX_LINKS: Final = 40


class BadLink(Exception):
    """A symbolic link that leads out of the repository, or round in circles."""

    def __init__(self, code: str, path: str) -> None:
        super().__init__(f"{code}: {path}")
        self.code = code
        self.path = path


@dataclass(frozen=True, slots=True)
class Entry:
    """A file, link or submodule of a tree."""

    mode: str
    oid: str
    size: int


@dataclass(frozen=True, slots=True)
class Absent:
    """Why a file that is listed has no content, such as in a partial clone."""

    reason: str


Content = bytes | Absent


@dataclass(frozen=True, eq=False)
class Tree:
    """All files of one commit, or of a folder."""

    commit: str
    entries: Mapping[str, Entry]
    links: Mapping[str, str]
    """Symbolic links and the text they hold."""
    _blobs: Callable[[Sequence[tuple[str, Entry]]], Iterator[Content]] = field(repr=False)

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.entries)

    @cached_property
    def folders(self) -> frozenset[str]:
        """All folders; the root is empty."""
        found = {""}
        for path in self.entries:
            folder = path.rpartition("/")[0]
            while folder not in found:
                found.add(folder)
                folder = folder.rpartition("/")[0]
        return frozenset(found)

    @cached_property
    def bad_links(self) -> tuple[BadLink, ...]:
        """Links that leave the repository or lead in circles, by path."""
        found = []
        for link in sorted(self.links):
            try:
                self.resolve(link)
            except BadLink as bad:
                found.append(BadLink(bad.code, link))
        return tuple(found)

    def resolve(self, path: str) -> str:
        """Return `path` with its links followed and `..` removed; raise BadLink."""
        done: list[str] = []
        steps = deque(path.split("/"))
        hops = 0
        while steps:
            step = steps.popleft()
            if step in ("", "."):
                continue
            if step == "..":
                if not done:
                    raise BadLink("link_outside_repository", path)
                done.pop()
                continue
            done.append(step)
            if (target := self.links.get("/".join(done))) is None:
                continue
            hops += 1
            if hops > _MAX_LINKS:
                raise BadLink("link_cycle", path)
            if target.startswith("/"):
                raise BadLink("link_outside_repository", path)
            done.pop()
            steps.extendleft(reversed(target.split("/")))
        return "/".join(done)

    def is_file(self, path: str) -> bool:
        """Say whether `path`, links followed, is a file; False for a bad link."""
        try:
            entry = self.entries.get(self.resolve(path))
        except BadLink:
            return False
        return entry is not None and entry.mode not in (LINK, SUBMODULE)

    def is_folder(self, path: str) -> bool:
        """Say whether `path`, links followed, is a folder with files; False for a bad link."""
        try:
            return self.resolve(path) in self.folders
        except BadLink:
            return False

    def under(self, folder: str) -> list[str]:
        """Return the paths below `folder`, sorted; links are not followed."""
        start = f"{folder}/" if folder else ""
        first = bisect_left(self._sorted, start)
        # U+10FFFF is greater than whatever a name may go on with.
        return self._sorted[first : bisect_left(self._sorted, f"{start}\U0010ffff")]

    def read(self, path: str) -> bytes:
        """Return the content of a file, links followed; raise BadLink, KeyError or GitFailed."""
        resolved = self.resolve(path)
        return _there(resolved, next(self._blobs([(resolved, self.entries[resolved])])))

    def read_many(self, paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Yield path and content of files (no links) in the order given; raise GitFailed."""
        for path, content in self.contents(paths):
            yield path, _there(path, content)

    def contents(self, paths: Sequence[str]) -> Iterator[tuple[str, Content]]:
        """Yield path and content of files (no links), or why there is none."""
        wanted = [(path, self.entries[path]) for path in paths]
        yield from zip(paths, self._blobs(wanted), strict=True)


def _there(path: str, content: Content) -> bytes:
    if isinstance(content, Absent):
        raise GitFailed("file_unreadable", path=path, reason=content.reason)
    return content
