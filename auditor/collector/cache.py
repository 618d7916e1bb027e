"""What earlier runs found out, kept in a folder: safe to share, to truncate and to delete.

An entry is a file named after the digest of everything its content depends on. It begins with the
digest of its own name and body, so that one that was cut off or overwritten is never believed.
Several runs may use a folder at once: files appear whole or not at all.
"""

import contextlib
import hashlib
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

_MEGABYTE: Final = 1_000_000
_HEAD: Final = 32
_LARGEST: Final = 50 * _MEGABYTE


class Cache:
    """A bounded folder of entries; nothing it does raises for want of room or of rights."""

    def __init__(self, folder: Path, size: int = 500 * _MEGABYTE) -> None:
        self._folder = folder
        self._size = size
        """Bytes of all entries; the least recently used ones go first."""
        self._has_written = False

    def get(self, name: str) -> Any:
        """Return the content of an entry, None if there is none or it is damaged."""
        path = self._path(name)
        try:
            # a link is nobody's entry
            with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
                data = file.read()
        except OSError:
            return None
        body = data[_HEAD:]
        if len(data) < _HEAD or data[:_HEAD] != _digest(name, body):
            return None
        try:
            unpacker = zlib.decompressobj()
            found = msgspec.msgpack.decode(unpacker.decompress(body, _LARGEST))
        except (zlib.error, msgspec.DecodeError):
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return found

    def put(self, name: str, content: Any) -> None:
        """Keep `content`, made of what MessagePack knows, unless it is too large."""
        packed = msgspec.msgpack.encode(content)
        if len(packed) > _LARGEST:
            return
        body = zlib.compress(packed, 1)
        path = self._path(name)
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Only its owner may read it (mkstemp); a run that dies leaves a file `trim` removes.
            import tempfile  # noqa: PLC0415 - only who writes needs it

            handle, written = tempfile.mkstemp(prefix=".", dir=path.parent)
            with os.fdopen(handle, "wb") as file:
                file.write(_digest(name, body) + body)
            Path(written).replace(path)
            self._has_written = True

    def trim(self) -> None:
        """Remove the least recently used entries until the rest has room."""
        if not self._has_written:
            return
        entries = sorted(self._entries(), reverse=True)
        total = 0
        for _, size, path in entries:
            total += size
            if total > self._size:
                with contextlib.suppress(OSError):
                    path.unlink()

    def _entries(self) -> Iterator[tuple[float, int, Path]]:
        for path in self._folder.glob("??/*"):
            with contextlib.suppress(OSError):
                facts = path.stat()
                yield facts.st_mtime, facts.st_size, path

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name[2:]


def name_of(*parts: bytes) -> str:
    """Return the name of the entry that depends on `parts` and on nothing else."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8) + part)
    return digest.hexdigest()


def _digest(name: str, body: bytes) -> bytes:
    return hashlib.sha256(name.encode() + body).digest()
