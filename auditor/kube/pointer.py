"""JSON pointers: RFC 6901, and the `remove` of evanphx/json-patch with its peculiarities."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_MISSING = object()


def tokens(pointer: str) -> tuple[str, ...]:
    """Split an RFC 6901 pointer; the empty pointer is the whole document."""
    if not pointer:
        return ()
    return tuple(unescape(part) for part in pointer.lstrip("#").split("/")[1:])


def join(parts: Iterable[str | int]) -> str:
    """Build a pointer from unescaped keys and indices."""
    return "".join(f"/{escape(str(part))}" for part in parts)


def escape(key: str) -> str:
    """Write a key as a pointer segment."""
    return key.replace("~", "~0").replace("/", "~1")


def unescape(segment: str) -> str:
    """Read a pointer segment; `~01` is `~1`, as the library replaces `~1` first."""
    return segment.replace("~1", "/").replace("~0", "~")


def get(document: Any, pointer: str, default: Any = None) -> Any:
    """Return the value at an RFC 6901 pointer, or `default` where nothing is."""
    current = document
    for part in tokens(pointer):
        current = _step(current, part)
        if current is _MISSING:
            return default
    return current


def has(document: Any, pointer: str) -> bool:
    """Say whether something, null included, stands at the pointer."""
    return get(document, pointer, _MISSING) is not _MISSING


def set_(document: Any, pointer: str, value: Any) -> Any:
    """Return a copy of `document` with `value` at the pointer; missing maps are made.

    A pointer that leads through a scalar or past a list leaves the document as it is.
    """
    parts = tokens(pointer)
    return value if not parts else _set(document, parts, value)


def remove(document: Any, pointer: str) -> tuple[Any, bool]:
    """Remove as a JSON patch of evanphx/json-patch v4 does; return the document and success.

    Everything before the first slash is dropped, an index may be negative or have leading
    zeros, and a missing path changes nothing. Source: semantics of `jsonPointers` in
    upstream `util/argo/normalizers/diff_normalizer.go`.
    """
    parts = [unescape(part) for part in pointer.split("/")]
    if len(parts) < 2:
        return document, False
    return _remove(document, parts[1:])


def leaves(document: Any, prefix: tuple[str | int, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Yield pointer and value of every scalar and every empty container."""
    if isinstance(document, Mapping) and document:
        for key, item in document.items():
            yield from leaves(item, (*prefix, str(key)))
    elif isinstance(document, list) and document:
        for index, item in enumerate(document):
            yield from leaves(item, (*prefix, index))
    else:
        yield join(prefix), document


def _step(current: Any, part: str) -> Any:
    if isinstance(current, Mapping):
        return current.get(part, _MISSING)
    if isinstance(current, list) and part.isdecimal() and part.isascii():
        return current[int(part)] if int(part) < len(current) else _MISSING
    return _MISSING


def _set(current: Any, parts: tuple[str, ...], value: Any) -> Any:
    head, rest = parts[0], parts[1:]
    if isinstance(current, list):
        if not (head.isdecimal() and head.isascii() and int(head) < len(current)):
            return [*current, value] if head == "-" and not rest else current
        index = int(head)
        inner = value if not rest else _set(current[index], rest, value)
        return [*current[:index], inner, *current[index + 1 :]]
    if current is None:
        current = {}
    if not isinstance(current, Mapping):
        return current
    return {**current, head: value if not rest else _set(current.get(head), rest, value)}


def _remove(current: Any, parts: list[str]) -> tuple[Any, bool]:
    head, rest = parts[0], parts[1:]
    if isinstance(current, Mapping):
        if head not in current:
            return current, False
        if not rest:
            return {key: item for key, item in current.items() if key != head}, True
        inner, done = _remove(current[head], rest)
        return ({**current, head: inner}, True) if done else (current, False)
    if isinstance(current, list):
        index = _index(head, len(current))
        if index is None:
            return current, False
        if not rest:
            return [*current[:index], *current[index + 1 :]], True
        inner, done = _remove(current[index], rest)
        done_list = [*current[:index], inner, *current[index + 1 :]]
        return (done_list, True) if done else (current, False)
    return current, False


def _index(text: str, size: int) -> int | None:
    """Read an index as strconv.Atoi does; a negative one counts from the end."""
    if not re.fullmatch(r"[+-]?[0-9]+", text):
        return None
    index = int(text)
    if not -size <= index < size:
        return None
    return index + size if index < 0 else index
