"""Fields of an Application that its API server does not know, and where they belong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from auditor.argocd.misplacement import misplacement
from auditor.argocd.releases import SINCE, Version, has
from auditor.argocd.schema import Kind, SchemaResult, check, path_of
from auditor.kube import pointer
from auditor.kube.loose import texts

_SPEC: Final = "spec."
_SOURCE: Final = "source."
_OPTIONS: Final = "syncOptions"
_OPTION_FIELDS: Final = ("createNamespace", "CreateNamespace")
_LISTS: Final = ("valueFiles", "jqPathExpressions", "jsonPointers", "managedFieldsManagers")


@dataclass(frozen=True, slots=True)
class UnknownField:
    """One field that is dropped on its way into the cluster."""

    pointer: str
    right_place: str | None
    """JSON pointer; None where nobody can tell what was meant."""
    since: Version | None = None
    """The release that begins to know the field; None for one that no release has."""

    @property
    def path(self) -> str:
        """Return the field as kubectl prints it, such as `spec.syncOptions`."""
        return dotted(self.pointer)


def unknown_fields(
    raw: Mapping[str, Any], result: SchemaResult, version: Version
) -> tuple[UnknownField, ...]:
    """Return what a cluster of `version` drops, given what the newest schema says of it."""
    found = [UnknownField(place, misplacement(place)) for place in result.unknown]
    found += [
        UnknownField(place, None, SINCE[feature])
        for feature in _not_yet(version)
        for place in _places(raw, feature)
    ]
    return tuple(sorted(found, key=lambda item: item.pointer))


@lru_cache(maxsize=16)
def _not_yet(version: Version) -> tuple[str, ...]:
    """Return the fields of Applications that come with a later release."""
    fields = (feature for feature in SINCE if feature.startswith((_SPEC, _SOURCE)))
    return tuple(feature for feature in fields if not has(feature, version))


def dotted(place: str) -> str:
    """Return a JSON pointer as the API server prints a path."""
    return path_of(tuple(int(p) if p.isdecimal() else p for p in pointer.tokens(place)))


def options_lost(raw: Mapping[str, Any], unknown: UnknownField) -> tuple[str, ...]:
    """Return the sync options that are not in force because they stand in this field."""
    if unknown.right_place is None or not unknown.right_place.endswith(f"/{_OPTIONS}"):
        return ()
    return tuple(text for text in _moved(raw, unknown) if isinstance(text, str))


def mended(kind: Kind, raw: Mapping[str, Any], unknown: UnknownField) -> tuple[str, Any] | None:
    """Return where the value goes and what stands there then; None where a person must decide.

    The result is proven: the schema knows the place, and takes the value.
    """
    target = unknown.right_place
    if target is None:
        return None
    value = _value(raw, unknown)
    present = pointer.get(raw, target)
    if isinstance(present, list) and isinstance(value, list):
        value = [*present, *(item for item in value if item not in present)]
    elif present is not None and present != value:
        return None
    moved, _ = pointer.remove(pointer.set_(raw, target, value), unknown.pointer)
    result = check(kind, moved)
    is_refused = any(place.startswith(target) for place, _, _ in result.errors)
    is_known = not any(place.startswith(target) for place in result.unknown)
    return (target, value) if is_known and not is_refused else None


def _value(raw: Mapping[str, Any], unknown: UnknownField) -> Any:
    value = pointer.get(raw, unknown.pointer)
    field = pointer.tokens(unknown.right_place or "")[-1]
    if field == _OPTIONS:
        return list(_moved(raw, unknown)) or value
    if field == "group" and isinstance(value, str):
        return value.partition("/")[0] if "/" in value else value
    return [value] if field in _LISTS and isinstance(value, str) else value


def _moved(raw: Mapping[str, Any], unknown: UnknownField) -> tuple[Any, ...]:
    """Return the options a misplaced field spells: a list of texts, or a switch of its own."""
    *_, field = pointer.tokens(unknown.pointer)
    value = pointer.get(raw, unknown.pointer)
    if field in _OPTION_FIELDS and isinstance(value, bool):
        return (f"CreateNamespace={str(value).lower()}",)
    return texts(value)


def _places(raw: Mapping[str, Any], feature: str) -> Iterator[str]:
    """Find where an object uses a field of `SINCE`: `a.b`, with `[]` for each item of a list."""
    if feature.startswith(_SOURCE):
        inside = feature.removeprefix(_SOURCE)
        for prefix in ("spec.source", "spec.sources[]"):
            yield from _walk(raw, f"{prefix}.{inside}".split("."), "")
    else:
        yield from _walk(raw, feature.split("."), "")


def _walk(value: Any, steps: list[str], place: str) -> Iterator[str]:
    if not steps:
        yield place
        return
    head, rest = steps[0], steps[1:]
    key = head.removesuffix("[]")
    if not isinstance(value, Mapping) or key not in value:
        return
    inner, here = value[key], f"{place}/{pointer.escape(key)}"
    if not head.endswith("[]"):
        yield from _walk(inner, rest, here)
        return
    for index, item in enumerate(inner if isinstance(inner, list) else ()):
        yield from _walk(item, rest, f"{here}/{index}")
