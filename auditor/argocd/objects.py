"""Small readings of raw objects, as apimachinery `unstructured` reads them."""

from collections.abc import Mapping
from typing import Any


def metadata(obj: Any) -> Mapping[str, Any]:
    """Return `metadata`, or an empty mapping."""
    found = obj.get("metadata") if isinstance(obj, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def group_kind(obj: Any) -> tuple[str, str]:
    """Return group and kind; an `apiVersion` with two slashes makes both empty."""
    if not isinstance(obj, Mapping):
        return "", ""
    version, kind = obj.get("apiVersion"), obj.get("kind")
    parts = (version if isinstance(version, str) else "").split("/")
    if len(parts) > 2:
        return "", ""
    return (parts[0] if len(parts) == 2 else ""), kind if isinstance(kind, str) else ""


def name_of(obj: Any) -> str:
    """Return `metadata.name`."""
    return text(metadata(obj).get("name"))


def namespace_of(obj: Any) -> str:
    """Return `metadata.namespace`."""
    return text(metadata(obj).get("namespace"))


def annotations(obj: Any) -> Mapping[str, str]:
    """Return the annotations; a map with anything but texts reads as empty, as upstream."""
    return _text_map(metadata(obj).get("annotations"))


def labels(obj: Any) -> Mapping[str, str]:
    """Return the labels; a map with anything but texts reads as empty, as upstream."""
    return _text_map(metadata(obj).get("labels"))


def is_crd(obj: Any) -> bool:
    """Say whether the object is a CustomResourceDefinition."""
    return group_kind(obj) == ("apiextensions.k8s.io", "CustomResourceDefinition")


def text(value: object) -> str:
    """Return a text, or an empty one."""
    return value if isinstance(value, str) else ""


def at(obj: Any, *path: str) -> Any:
    """Follow keys through mappings; None where a step is missing."""
    for key in path:
        obj = obj.get(key) if isinstance(obj, Mapping) else None
    return obj


def _text_map(value: Any) -> Mapping[str, str]:
    if isinstance(value, Mapping) and all(isinstance(item, str) for item in value.values()):
        return value
    return {}
