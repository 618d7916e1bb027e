"""A source as Go decodes and encodes it: what `ApplicationSource` keeps of empty fields."""

from collections.abc import Mapping
from typing import Any

_OPAQUE = frozenset({"valuesObject"})
_TEXT_MAPS = frozenset(
    {"commonLabels", "commonAnnotations", "options", "map", "labels", "annotations"}
)
_POINTERS = frozenset(
    {"prune", "selfHeal", "allowEmpty", "enabled", "factor", "revisionHistoryLimit"}
)
"""Scalar fields that are pointers, whose zero is not the same as absence."""
_STRUCTS = frozenset({"jsonnet"})
"""Fields that are no pointers, so that empty and absent are the same."""


def decoded(source: Any) -> Any:
    """Return a form in which two sources are equal where `reflect.DeepEqual` says so.

    Absent and empty texts, numbers and flags are equal; absent and empty lists are not.
    """
    return _kept(source, keeps_empty=True)


def encoded(source: Mapping[str, Any]) -> dict[str, Any]:
    """Return the source as Argo CD writes it into an operation, without empty fields."""
    out: dict[str, Any] = _kept(source, keeps_empty=False)
    return {"repoURL": "", **out}


def encoded_spec(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return an Application spec as Argo CD writes it, without empty fields."""
    out: dict[str, Any] = _kept(spec, keeps_empty=False)
    return {"project": "", "destination": {}, **out}


def _kept(value: Any, *, keeps_empty: bool) -> Any:
    if isinstance(value, list | tuple):
        return [_kept(item, keeps_empty=keeps_empty) for item in value]
    if not isinstance(value, Mapping):
        return value
    out = {}
    for key, raw in value.items():
        is_plain = key in _OPAQUE or key in _TEXT_MAPS
        part = raw if is_plain else _kept(raw, keeps_empty=keeps_empty)
        if not _is_omitted(key, part, keeps_empty=keeps_empty):
            out[key] = part
    return out


def _is_omitted(key: str, value: Any, *, keeps_empty: bool) -> bool:
    if value is None or (key in _STRUCTS and not value):
        return True
    if isinstance(value, list) or key in _TEXT_MAPS:
        return not value and not keeps_empty
    return (
        not isinstance(value, Mapping) and not value and key not in {"count", "string"} | _POINTERS
    )
