"""`knownTypeFields`: fields of custom resources that are read as built-in types.

Mirrors upstream `util/argo/normalizers/knowntypes_normalizer.go`.
"""

from collections.abc import Mapping
from typing import Any, Final

from auditor.argocd import overrides
from auditor.argocd.objects import group_kind
from auditor.argocd.overrides import ResourceOverride
from auditor.kube.merge import copied
from auditor.kube.typed import round_trip
from auditor.kube.types import load

_ROLLOUT: Final = ("argoproj.io", "Rollout")
_SPECIAL: Final = {
    "core/Quantity": "quantity",
    "meta/v1/Duration": "duration",
    "core/v1/ResourceList": "{}quantity",
}


def normalise(obj: Mapping[str, Any], found: Mapping[str, ResourceOverride]) -> dict[str, Any]:
    """Return the object with known fields in canonical form. Raises TypeMismatchError."""
    result: dict[str, Any] = copied(dict(obj))
    for path, expression in _fields(group_kind(obj), found):
        _normalise(result, path, expression)
    return result


def type_expression(name: str) -> str | None:
    """Return the type a `knownTypeFields` entry names; None for one Argo CD does not know."""
    if name in _SPECIAL:
        return _SPECIAL[name]
    struct = name.replace("core/v1/", "core/v1.")
    return struct if name.startswith("core/v1/") and struct in load().structs else None


def _fields(
    kind: tuple[str, str], found: Mapping[str, ResourceOverride]
) -> list[tuple[list[str], str]]:
    fields = [
        (entry.field.split("."), expression)
        for key, override in found.items()
        if overrides.group_kind(key) == kind
        for entry in override.known_type_fields
        if (expression := type_expression(entry.type)) is not None
    ]
    if not fields and kind == _ROLLOUT:
        return [(["spec", "template", "spec"], "core/v1.PodSpec")]
    return fields


def _normalise(obj: dict[str, Any], path: list[str], expression: str) -> None:
    for depth in range(1, len(path) + 1):
        items = _nested(obj, path[:depth])
        if isinstance(items, list):
            rest = path[depth:]
            for index, item in enumerate(items):
                if isinstance(item, dict) and rest:
                    _normalise(item, rest, expression)
                elif isinstance(item, dict):
                    items[index] = round_trip(expression, item)
            return
    parent = _nested(obj, path[:-1]) if len(path) > 1 else obj
    if isinstance(parent, dict) and path[-1] in parent:
        parent[path[-1]] = round_trip(expression, parent[path[-1]])


def _nested(obj: dict[str, Any], path: list[str]) -> Any:
    current: Any = obj
    for key in path:
        current = current.get(key) if isinstance(current, dict) else None
    return current
