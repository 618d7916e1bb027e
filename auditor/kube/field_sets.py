"""Sets of field paths: the `fieldsV1` of managedFields, read and written.

Mirrors structured-merge-diff `fieldpath`. A path is a tuple of elements: `("f", name)`,
`("k", '{"name":"web"}')`, `("v", 'json')` or `("i", "0")`; a set is a set of paths.
"""

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

Element: TypeAlias = tuple[str, str]
Path: TypeAlias = tuple[Element, ...]
FieldSet: TypeAlias = frozenset[Path]

EMPTY: FieldSet = frozenset()


def parse(fields: Any) -> FieldSet | None:
    """Read a `fieldsV1` value; None where it is not one."""
    if not isinstance(fields, Mapping):
        return None
    found: set[Path] = set()
    return frozenset(found) if _collect(fields, (), found) else None


def containers(sets: Iterable[FieldSet]) -> FieldSet:
    """Return the maps and lists in which any of the sets names something."""
    paths = (path for fields in sets for path in fields)
    return frozenset(path[:end] for path in paths for end in range(1, len(path)))


def key_element(keys: Mapping[str, Any]) -> Element:
    """Return the element that picks one item of a keyed list."""
    return "k", _canonical(dict(sorted(keys.items())))


def value_element(value: Any) -> Element:
    """Return the element that picks one item of a set."""
    return "v", _canonical(value)


def below(fields: FieldSet, element: Element) -> FieldSet:
    """Return what stands below one element, relative to it."""
    return frozenset(path[1:] for path in fields if len(path) > 1 and path[0] == element)


def _collect(fields: Mapping[str, Any], prefix: Path, found: set[Path]) -> bool:
    for key, inner in fields.items():
        if key == ".":
            if prefix:
                found.add(prefix)
            continue
        element = _element(str(key))
        if element is None or not isinstance(inner, Mapping):
            return False
        path = (*prefix, element)
        if not inner:
            found.add(path)
        elif not _collect(inner, path, found):
            return False
    return True


# the same few fields are named by every object of a kind
@lru_cache(maxsize=1 << 15)
def _element(key: str) -> Element | None:
    kind, colon, text = key.partition(":")
    if not colon or kind not in {"f", "k", "v", "i"}:
        return None
    if kind in {"f", "i"}:
        return kind, text
    try:
        value = json.loads(text)
    except ValueError:
        return None
    if kind == "k":
        return key_element(value) if isinstance(value, dict) else None
    return value_element(value)


def _canonical(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


def read_keys(element: Element) -> dict[str, Any]:
    """Return the keys and values a keyed element names."""
    keys = json.loads(element[1])
    return keys if isinstance(keys, dict) else {}
