"""What was found in the files of a folder, remembered by the blob ids Git gives them."""

import functools
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import msgspec

from auditor.collector.cache import Cache, name_of
from auditor.collector.tree import Absent, Tree
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin
from auditor.snapshot import redact

_COUNTS: Final = ("templated", "fragments")
_LISTS: Final = ("duplicate_keys", "tokens")


class Reading(Protocol):
    """What reading files adds to (`manifests.TreeReading`)."""

    repository: str
    commit: str
    manifests: list[Manifest]
    gaps: list[Gap]
    templated: int
    fragments: int
    duplicate_keys: list[Mapping[str, Any]]
    tokens: list[str]

    def gap(self, code: str, path: str, **facts: Any) -> None:
        """Note that something at `path` could not be read."""


class _Record(msgspec.Struct):
    manifests: list[tuple[dict[str, Any], str, int, int, dict[str, int]]]
    gaps: list[tuple[str, dict[str, Any]]]
    counts: dict[str, int]
    lists: dict[str, list[Any]]


R = TypeVar("R", bound=Reading)


def read_all(
    tree: Tree,
    paths: Sequence[str],
    reading: R,
    *,
    fresh: Callable[[], R],
    read_file: Callable[[str, bytes, R], None],
    cache: Cache | None,
) -> None:
    """Add to `reading` what `read_file` finds in `paths`, which are sorted.

    `fresh` makes an empty reading. A folder whose files are those of an earlier run is not read.
    """
    if cache is None or not all(tree.entries[path].oid for path in paths):
        _read(tree, paths, reading, read_file)
        return
    for folder, group in groupby(paths, key=lambda path: path.rpartition("/")[0]):
        files = list(group)
        name = _name(tree, files, reading.repository, folder)
        record = _kept(cache, name)
        if record is None:
            found = fresh()
            _read(tree, files, found, read_file)
            record = _recorded(found)
            content = msgspec.to_builtins(record)
            # a token in a URL is not written a second time, wherever it stands already
            has_credentials = redact.credentials(content) is not content
            if not has_credentials and _is_faithful(content, record):
                cache.put(name, content)
        _add(record, reading)
    cache.trim()


def _read(
    tree: Tree, paths: Sequence[str], reading: R, read_file: Callable[[str, bytes, R], None]
) -> None:
    for path, data in tree.contents(paths):
        if isinstance(data, Absent):
            reading.gap("file_unreadable", path, reason=data.reason)
        else:
            read_file(path, data, reading)


def _recorded(found: Reading) -> _Record:
    return _Record(
        [
            (dict(m.raw), o.path, o.line, o.document, dict(m.lines))
            for m, o in _origins(found.manifests)
        ],
        [(gap.code, dict(gap.facts)) for gap in found.gaps],
        {key: getattr(found, key) for key in _COUNTS},
        {key: list(getattr(found, key)) for key in _LISTS},
    )


def _origins(manifests: Iterable[Manifest]) -> Iterator[tuple[Manifest, GitOrigin]]:
    for manifest in manifests:
        if isinstance(manifest.origin, GitOrigin):
            yield manifest, manifest.origin


def _add(record: _Record, reading: Reading) -> None:
    for raw, path, line, document, lines in record.manifests:
        origin = GitOrigin(reading.repository, reading.commit, path, line, document)
        reading.manifests.append(Manifest(raw, origin, lines))
    reading.gaps += [Gap(code, facts) for code, facts in record.gaps]
    for key in _COUNTS:
        setattr(reading, key, getattr(reading, key) + record.counts[key])
    for key in _LISTS:
        getattr(reading, key).extend(record.lists[key])


def _kept(cache: Cache, name: str) -> _Record | None:
    try:
        record = msgspec.convert(cache.get(name), _Record)
    except msgspec.ValidationError:
        return None
    is_whole = record.counts.keys() == set(_COUNTS) and record.lists.keys() == set(_LISTS)
    return record if is_whole else None


def _is_faithful(content: Any, record: _Record) -> bool:
    """Say whether what is kept comes back as it was: not a number too large, or a tuple."""
    try:
        again = msgspec.convert(msgspec.msgpack.decode(msgspec.msgpack.encode(content)), _Record)
    except (msgspec.MsgspecError, OverflowError, TypeError):
        return False
    return again == record


def _name(tree: Tree, files: Sequence[str], repository: str, folder: str) -> str:
    """Return a name that depends on the files, their place, and the code that reads them."""
    entries = (f"{tree.entries[path].mode} {tree.entries[path].oid} {path}" for path in files)
    listed = "\n".join(entries)
    return name_of(b"reading", _stamp(), *map(str.encode, (repository, folder, listed)))


@functools.cache
def _stamp() -> bytes:
    code = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        code.update(file.read_bytes())
    return code.digest()
