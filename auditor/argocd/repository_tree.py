"""A checked-out repository as a value: files, symbolic links, and what a path leads to."""

import posixpath
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

_LINK_DEPTH: Final = 10


class LinkError(Exception):
    """Links that lead in circles or nest too deep."""


@dataclass(frozen=True, slots=True)
class Tree:
    """Files by path relative to the root; `links` hold what a symbolic link is set to."""

    files: Mapping[str, Callable[[], str]]
    links: Mapping[str, str]

    def read(self, path: str) -> str:
        """Return the content of a file, following links. Raises KeyError and LinkError."""
        return self.files[self.resolve(path)]()

    def is_file(self, path: str) -> bool:
        """Say whether a regular file stands at the path itself."""
        return path in self.files

    def is_directory(self, path: str) -> bool:
        """Say whether something stands below the path; the root is always there."""
        return path == "" or any(known.startswith(f"{path}/") for known in self.paths())

    def exists(self, path: str) -> bool:
        """Say whether the path, its links followed, leads to something."""
        try:
            real = self.resolve(path)
        except LinkError:
            return False
        return self.is_file(real) or self.is_directory(real)

    def paths(self) -> Iterator[str]:
        """Yield every file and link."""
        yield from self.files
        yield from self.links

    def resolve(self, path: str) -> str:
        """Follow the links of every part of a path; what leads out begins with `..` or `/`.

        Raises LinkError.
        """
        for _ in range(_LINK_DEPTH * 4):
            link = self._first_link(path)
            if link is None:
                return path
            target = self.links[link]
            rest = path[len(link) :].lstrip("/")
            if target.startswith("/"):
                path = join(target, rest)
            else:
                path = join(posixpath.dirname(link), target, rest)
            if path.startswith(("..", "/")):
                return path
        raise LinkError(path)

    def walk(self, directory: str, *, recurse: bool) -> Iterator[str]:
        """Yield files and links below a directory in the order of filepath.Walk."""
        prefix = f"{directory}/" if directory else ""
        inside = [path[len(prefix) :] for path in self.paths() if path.startswith(prefix)]
        for path in sorted(inside, key=lambda item: item.split("/")):
            if recurse or "/" not in path:
                yield prefix + path

    def _first_link(self, path: str) -> str | None:
        parts = path.split("/")
        heads = ("/".join(parts[: depth + 1]) for depth in range(len(parts)))
        return next((head for head in heads if head in self.links), None)


def join(*parts: str) -> str:
    """Join and clean as filepath.Join does; the root is empty."""
    joined = posixpath.normpath(posixpath.join("", *(part for part in parts if part)))
    return "" if joined == "." else joined


def is_outside(path: str) -> bool:
    """Say whether a cleaned path leaves the repository."""
    return path == ".." or path.startswith(("/", "../"))
