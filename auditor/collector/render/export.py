"""Files of a commit written to a scratch folder, each folder of a tree once, for a renderer."""

import os
import shutil
import threading
from pathlib import Path
from typing import Final

from auditor.collector.git_process import GitFailed
from auditor.collector.render.failure import unseen, wrong
from auditor.collector.tree import LINK, SUBMODULE, Absent, Tree

_LIMIT: Final = 1_000_000_000


class Export:
    """One tree and the folder it is written to."""

    def __init__(self, tree: Tree, folder: Path) -> None:
        self.tree = tree
        self.folder = folder
        self.absent: dict[str, str] = {}
        """Files written nowhere, for they have no content; and why."""
        self._written: set[str] = set()
        self._lock = threading.Lock()

    def whole(self) -> Path:
        """Write all files that have content; return the root. Raise NotRendered."""
        return self._written_part("")

    def part(self, path: str) -> Path:
        """Write the files below `path`; return where it lies. Raise NotRendered, GitFailed."""
        folder = self._written_part(path)
        for file in sorted(self.absent):
            if not path or file.startswith(f"{path}/"):
                raise GitFailed("file_unreadable", path=file, reason=self.absent[file])
        return folder

    def _written_part(self, path: str) -> Path:
        with self._lock:
            is_linked = any(link.startswith(f"{path}/") for link in self.tree.links)
            start = "" if is_linked or not path else path
            if not any(start == done or not done for done in self._written):
                self._write(start)
                self._written.add(start)
        return self.folder / path

    def _write(self, start: str) -> None:
        entries = self.tree.entries
        files = [path for path in self.tree.under(start) if entries[path].mode != SUBMODULE]
        plain = [path for path in files if entries[path].mode != LINK]
        size = sum(entries[path].size for path in plain)
        if size > _LIMIT:
            raise unseen("render_limit", limit="export", bytes=_LIMIT)
        for path, data in self.tree.contents(plain):
            if isinstance(data, Absent):
                self.absent[path] = data.reason
                continue
            target = _inside(self.folder, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        for path in files:
            if entries[path].mode == LINK:
                target = _inside(self.folder, path)
                target.parent.mkdir(parents=True, exist_ok=True)
                if not target.is_symlink():
                    target.symlink_to(self.tree.links[path])


def copy(source: Path, target: Path, *, without: tuple[str, ...] = ()) -> Path:
    """Copy a folder, links as links, for a renderer whose input has to be edited."""
    ignore = shutil.ignore_patterns(*without) if without else None
    shutil.copytree(source, target, symlinks=True, ignore=ignore, dirs_exist_ok=True)
    return target


def _inside(folder: Path, path: str) -> Path:
    target = Path(os.path.normpath(folder / path))
    if not target.is_relative_to(folder):
        raise wrong("path_outside_repository", path=path)
    return target
