"""managedFields of live objects: who owns which field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from auditor.kube import field_sets
from auditor.kube.field_sets import Element, FieldSet
from auditor.kube.pointer import tokens


@dataclass(frozen=True, slots=True)
class FieldOwner:
    """One entry of `metadata.managedFields`, without its fields."""

    manager: str
    operation: str
    """`Apply` or `Update`."""
    subresource: str
    time: str
    """RFC 3339 as written, empty where absent."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of `metadata.managedFields`."""

    owner: FieldOwner
    api_version: str
    fields: FieldSet | None
    """None where the fields cannot be read."""


def entries(obj: Mapping[str, Any]) -> tuple[Entry, ...]:
    """Read the entries; what is no mapping is left out."""
    metadata = obj.get("metadata")
    raw = metadata.get("managedFields") if isinstance(metadata, Mapping) else None
    if not isinstance(raw, list):
        return ()
    return tuple(_entry(item) for item in raw if isinstance(item, Mapping))


def owners(obj: Mapping[str, Any], pointer: str) -> tuple[FieldOwner, ...]:
    """Return who owns the field at a JSON pointer of `obj`, or anything below it.

    An owner of a whole list or map owns what is in it. Where others own single items it is none
    that belongs to one as a whole: who is left with nothing inside only owns that it is there.
    """
    path = tokens(pointer)
    read = [(entry.owner, entry.fields) for entry in entries(obj) if entry.fields is not None]
    divided = field_sets.containers(fields for _, fields in read)
    return tuple(owner for owner, fields in read if _owns(fields - divided, obj, path))


def _entry(raw: Mapping[str, Any]) -> Entry:
    texts = {key: value for key, value in raw.items() if isinstance(value, str)}
    owner = FieldOwner(
        texts.get("manager", ""),
        texts.get("operation", ""),
        texts.get("subresource", ""),
        texts.get("time", ""),
    )
    return Entry(owner, texts.get("apiVersion", ""), field_sets.parse(raw.get("fieldsV1")))


def _owns(fields: FieldSet, value: Any, path: tuple[str, ...]) -> bool:
    """Follow the pointer through value and set together; items are named by what they contain."""
    rest = set(fields)
    for depth, part in enumerate(path):
        is_leaf_owner = any(len(entry) == 1 for entry in rest)
        candidates = tuple(_candidates(value, part))
        inner = {entry[1:] for entry in rest if entry and _names(entry[0], candidates, value, part)}
        if not inner:
            return False
        if () in inner and (len(inner) == 1 or depth == len(path) - 1):
            return True
        rest = {entry for entry in inner if entry}
        value = _step(value, part)
        if not rest:
            return is_leaf_owner
    return bool(rest)


def _names(element: Element, candidates: tuple[Element, ...], value: Any, part: str) -> bool:
    if element in candidates:
        return True
    item = _step(value, part)
    if element[0] == "k" and isinstance(value, list) and isinstance(item, Mapping):
        keys = field_sets.read_keys(element)
        return all(key not in item or item[key] == wanted for key, wanted in keys.items()) and any(
            key in item for key in keys
        )
    return False


def _candidates(value: Any, part: str) -> Iterator[Element]:
    if isinstance(value, list):
        yield "i", part
        item = _step(value, part)
        if item is not None and not isinstance(item, (dict, list)):
            yield field_sets.value_element(item)
    else:
        yield "f", part


def _step(value: Any, part: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(part)
    if isinstance(value, list) and part.isdecimal() and int(part) < len(value):
        return value[int(part)]
    return None
