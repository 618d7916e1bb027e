"""Remote bases of Kustomize whose repositories are at hand, laid beside what builds on them.

Addresses are read as `api/internal/git/repospec.go` of Kustomize does.
"""

import hashlib
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final
from urllib.parse import parse_qs

import msgspec

from auditor.argocd.source_detection import KUSTOMIZATION_FILES
from auditor.collector import yaml_reader
from auditor.collector.tree import LINK, Content, Entry, Tree
from auditor.collector.yaml_nodes import BadYaml

_REMOTE: Final = re.compile(
    r"[a-z][a-z0-9+.-]*://|git::|[\w.-]+@[\w.-]+:|(?:www\.)?[\w-]+\.[\w.-]+/[^?]+(?:\?|//)"
    r"|(?:github|gitlab|bitbucket)\.(?:com|org)[/:]",
    re.IGNORECASE,
)
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*://[^/]*?[/:]|[^/]+?[/:]", re.IGNORECASE)
_FOLDERS: Final = ("resources", "bases", "components")
_PLACE: Final = ".remote-bases"
_MOST: Final = 20
"""Repositories at one commit each that are laid beside one tree."""

Find = Callable[[str, str], tuple[str, Tree] | None]
"""URL and revision to a name of that commit and its files; None where they are not at hand."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a base may lie: the first repository that is at hand."""

    repository: str
    folder: str
    revision: str


def is_remote(entry: str) -> bool:
    """Say whether an entry of a kustomization is the address of another place."""
    return _REMOTE.match(entry) is not None


def addresses(entry: str) -> Iterator[Address]:
    """Yield what a remote entry may mean; where the repository ends is marked, or it is not."""
    bare, _, query = entry.removeprefix("git::").partition("?")
    asked = parse_qs(query)
    revision = next((asked[key][0] for key in ("ref", "version") if key in asked), "")
    start = found.end() if (found := _SCHEME.match(bare)) else 0
    host, path = bare[:start], bare[start:]
    if "://" not in host and "@" not in host:
        host = f"https://{host[:-1]}/"
    for marker, kept in (("//", ""), (".git/", ".git")):
        repository, found_marker, folder = path.partition(marker)
        if found_marker:
            yield Address(host + repository + kept, folder.strip("/"), revision)
            return
    if path.endswith(".git"):
        yield Address(host + path, "", revision)
        return
    steps = path.strip("/").split("/")
    for count in range(2, len(steps) + 1):
        repository, folder = "/".join(steps[:count]), "/".join(steps[count:])
        yield Address(host + repository, folder, revision)


def with_bases(tree: Tree, find: Find) -> Tree | None:
    """Return the tree with the bases that `find` knows, and kustomizations that lead there.

    None where it knows none of them.
    """
    laid = _Laid(find, {"": tree})
    waiting = [""]
    while waiting:
        place = waiting.pop()
        known = set(laid.trees)
        laid.rewrite(place)
        waiting += sorted(set(laid.trees) - known)
    return laid.whole() if len(laid.trees) > 1 else None


@dataclass(slots=True)
class _Laid:
    find: Find
    trees: dict[str, Tree]
    """By the folder each lies in; the first lies at the root."""
    written: dict[str, bytes] = field(default_factory=dict)

    def rewrite(self, place: str) -> None:
        """Lead the kustomizations of one tree to bases beside it."""
        tree = self.trees[place]
        files = [
            path
            for path, entry in tree.entries.items()
            if posixpath.basename(path) in KUSTOMIZATION_FILES and entry.mode != LINK
        ]
        for path, content in tree.contents(sorted(files)):
            value = _value(content)
            here = posixpath.join(place, posixpath.dirname(path))
            if value is not None and (changed := self._changed(value, here, place)):
                self.written[posixpath.join(place, path)] = msgspec.yaml.encode(value | changed)

    def _changed(self, value: Mapping[str, Any], here: str, place: str) -> dict[str, Any]:
        changed: dict[str, Any] = {}
        for key in _FOLDERS:
            entries = value.get(key)
            if isinstance(entries, list):
                led = [self._led(entry, here, place) for entry in entries]
                changed |= {key: led} if led != entries else {}
        return changed

    def _led(self, entry: Any, here: str, place: str) -> Any:
        if not isinstance(entry, str) or not is_remote(entry):
            return entry
        own = posixpath.relpath(posixpath.join(here, entry), place or ".")
        if self.trees[place].is_folder(own) or self.trees[place].is_file(own):
            return entry
        for address in addresses(entry):
            found = self.find(address.repository, address.revision)
            if found is None:
                continue
            name, tree = found
            beside = f"{_PLACE}/{hashlib.sha256(name.encode()).hexdigest()[:12]}"
            if tree.is_folder(address.folder) and (beside in self.trees or len(self.trees) < _MOST):
                self.trees[beside] = tree
                return posixpath.relpath(posixpath.join(beside, address.folder), here or ".")
        return entry

    def whole(self) -> Tree:
        """Return all of it as one tree."""
        entries: dict[str, Entry] = {}
        links: dict[str, str] = {}
        for place, tree in self.trees.items():
            entries |= {posixpath.join(place, path): entry for path, entry in tree.entries.items()}
            links |= {posixpath.join(place, path): link for path, link in tree.links.items()}
        for path, content in self.written.items():
            entries[path] = Entry(entries[path].mode, "", len(content))
        return Tree(self.trees[""].commit, entries, links, self._contents)

    def _contents(self, wanted: Sequence[tuple[str, Entry]]) -> Iterator[Content]:
        for place, group in groupby((path for path, _ in wanted), self._place_of):
            if place is None:
                yield from (self.written[path] for path in group)
                continue
            inner = [path.removeprefix(f"{place}/") if place else path for path in group]
            yield from (content for _, content in self.trees[place].contents(inner))

    def _place_of(self, path: str) -> str | None:
        """Return the folder of the tree that has the file; None: it is written anew."""
        if path in self.written:
            return None
        place = "/".join(path.split("/", 2)[:2])
        return place if place in self.trees else ""


def _value(content: Content) -> dict[str, Any] | None:
    if not isinstance(content, bytes):
        return None
    try:
        values = yaml_reader.values(yaml_reader.text_of(content))
    except BadYaml:
        return None
    return dict(values[0]) if len(values) == 1 and isinstance(values[0], Mapping) else None
