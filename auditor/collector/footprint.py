"""Whether a folder is as it was: by what the file system says of its files, and by what they hold.

Symbolic links are never followed: what counts of them is the text they hold.
"""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

_GIT: Final = ".git"
_STATE: Final = ("HEAD", "config", "index", "packed-refs", "shallow", "info/exclude", "refs")
"""What, below `.git`, decides which files and revisions a repository has."""
_RACY: Final = 2_000_000_000
"""Nanoseconds in which a file may change without its times telling."""


def looks(folder: Path, now: int) -> bytes | None:
    """Return a digest of name, size and times of everything below `folder`, and of Git's state.

    None where something is so new at `now` (nanoseconds) that its times say nothing yet. Raise
    OSError.
    """
    total = hashlib.sha256()
    root = os.fspath(folder)
    for path in (*_files(root), *_state(os.path.join(root, _GIT))):  # noqa: PTH118 - many
        facts = os.lstat(path)
        if max(facts.st_mtime_ns, facts.st_ctime_ns) > now - _RACY:
            return None
        written = (facts.st_mode, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino)
        total.update(f"{path}\0{written}\n".encode("utf-8", "surrogateescape"))
    return total.digest()


def contents(folder: Path, names: Iterable[str]) -> bytes:
    """Return a digest of what the files `names` below `folder` hold; raise OSError."""
    total = hashlib.sha256()
    for name in names:
        path = f"{folder}/{name}"
        try:
            facts = os.lstat(path)
        except FileNotFoundError:
            # Git lists what was deleted and not committed
            continue
        total.update(f"{name}\0{stat.S_IFMT(facts.st_mode)}\n".encode("utf-8", "surrogateescape"))
        if stat.S_ISLNK(facts.st_mode):
            held = os.readlink(path).encode("utf-8", "surrogateescape")  # noqa: PTH115 - as above
        elif stat.S_ISREG(facts.st_mode):
            held = _held(path)
        else:
            continue
        total.update(hashlib.sha256(held).digest())
    return total.digest()


def names(folder: Path) -> list[str]:
    """Return the files and links below `folder`, sorted, without those of Git; raise OSError."""
    root = os.fspath(folder)
    return sorted(path[len(root) + 1 :] for path in _files(root))


def _held(path: str) -> bytes:
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(handle, "rb", buffering=0) as file:
        return file.readall()


def _files(root: str) -> Iterator[str]:
    """Yield every path below `root` that is no folder; folders called `.git` are left out."""
    waiting = [root]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in sorted(entries, key=lambda one: one.name):
                if not entry.is_dir(follow_symlinks=False):
                    yield entry.path
                elif entry.name != _GIT:
                    waiting.append(entry.path)


def _state(git: str) -> Iterator[str]:
    """Yield the files below `.git` that say what the repository is at."""
    for name in _STATE:
        path = f"{git}/{name}"
        if os.path.isdir(path):  # noqa: PTH112 - as above
            yield from _files(path)
        elif os.path.isfile(path):  # noqa: PTH113 - as above
            yield path
