"""How the API server reads `metadata`; mirrors apiextensions `pkg/apiserver/schema/objectmeta`."""

from collections.abc import Iterator, Mapping
from typing import Any

Place = tuple[str | int, ...]

_TEXTS = ("name", "generateName", "namespace", "selfLink", "uid", "resourceVersion")
_MAPS = ("labels", "annotations")
_TIMES = ("creationTimestamp", "deletionTimestamp")
_NUMBERS = ("generation", "deletionGracePeriodSeconds")
_ITEMS = {
    "ownerReferences": frozenset(
        {"apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion"}
    ),
    "managedFields": frozenset(
        {"manager", "operation", "apiVersion", "time", "fieldsType", "fieldsV1", "subresource"}
    ),
}
_KNOWN = frozenset({*_TEXTS, *_MAPS, *_TIMES, *_NUMBERS, *_ITEMS, "finalizers"})


def decode_error(metadata: Any) -> str | None:
    """Return Go's error where a field has a type that cannot be read, or None."""
    if metadata is None:
        return None
    if not isinstance(metadata, Mapping):
        return f"json: cannot unmarshal {_json(metadata)} into Go value of type v1.ObjectMeta"
    return next(_decode_errors(metadata), None)


def unknown(metadata: Any) -> list[Place]:
    """Return the places of fields that ObjectMeta does not have."""
    if not isinstance(metadata, Mapping):
        return []
    found: list[Place] = [(str(key),) for key in sorted(set(metadata) - _KNOWN, key=str)]
    for key, known in _ITEMS.items():
        entries = metadata.get(key)
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            strange = set(entry) - known if isinstance(entry, Mapping) else set()
            found += [(key, index, str(name)) for name in sorted(strange, key=str)]
    return found


def emptied(metadata: Any) -> list[Place]:
    """Return the places of fields that are lost because they say nothing."""
    if not isinstance(metadata, Mapping):
        return []
    return [
        (key,)
        for key, value in metadata.items()
        if key in _KNOWN
        and (value is None or value in ("", 0) or (not value and isinstance(value, list | Mapping)))
    ]


def _decode_errors(metadata: Mapping[str, Any]) -> Iterator[str]:
    for key, value in metadata.items():
        if value is None:
            continue
        if key in _TEXTS and not isinstance(value, str):
            yield _message(value, key, "string")
        elif key in _MAPS:
            yield from _map_errors(key, value)
        elif key == "finalizers":
            yield from _list_errors(key, value, "string", str)
        elif key in _NUMBERS and (isinstance(value, bool) or not isinstance(value, int)):
            yield _message(value, key, "int64")
        elif key in _ITEMS:
            kind = {"ownerReferences": "OwnerReference", "managedFields": "ManagedFieldsEntry"}[key]
            yield from _list_errors(key, value, f"v1.{kind}", Mapping)


def _map_errors(key: str, value: Any) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield _message(value, key, "map[string]string")
        return
    for part in value.values():
        if part is not None and not isinstance(part, str):
            yield _message(part, key, "string")


def _list_errors(key: str, value: Any, kind: str, wanted: type) -> Iterator[str]:
    if not isinstance(value, list):
        yield _message(value, key, f"[]{kind}")
        return
    for part in value:
        if part is not None and not isinstance(part, wanted):
            yield _message(part, key, kind)


def _message(value: Any, key: str, kind: str) -> str:
    start = f"json: cannot unmarshal {_json(value)} into Go struct field"
    return f"{start} ObjectMeta.{key} of type {kind}"


def _json(value: Any) -> str:
    match value:
        case bool():
            return "bool"
        case int() | float():
            return "number"
        case Mapping():
            return "object"
        case list() | tuple():
            return "array"
        case _:
            return "string"
