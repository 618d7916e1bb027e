"""Where the files of one source lie: a tree, and the folder of the disk a renderer may see."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from auditor.collector.tree import Tree


class Files(Protocol):
    """Files that can be brought to the disk."""

    @property
    def tree(self) -> Tree:
        """Return all files."""

    @property
    def folder(self) -> Path:
        """Return the folder of the tree's root."""

    @property
    def absent(self) -> Mapping[str, str]:
        """Return the files that could not be brought there, and why."""

    def part(self, path: str) -> Path:
        """Return where the files below `path` lie, all of them; raise GitFailed."""

    def whole(self) -> Path:
        """Return the root, with every file but those that are `absent`."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A folder that is on the disk already, such as an unpacked chart."""

    tree: Tree
    folder: Path
    absent: Mapping[str, str] = field(default_factory=dict)

    def part(self, path: str) -> Path:
        """Return where `path` lies."""
        return self.folder / path

    def whole(self) -> Path:
        """Return the root."""
        return self.folder


@dataclass(frozen=True, slots=True)
class Target:
    """What a source needs to know of its Application."""

    name: str
    instance: str
    """Name in tracking: `namespace_name` outside Argo CD's namespace."""
    project: str
    destination_namespace: str
    kube_version: str
    api_versions: tuple[str, ...]
