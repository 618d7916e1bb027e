"""YAML inside ConfigMap values, decoded as sigs.k8s.io/yaml decodes into Go structs."""

from collections.abc import Mapping
from typing import Any

import yaml

from auditor.kube.merge import canonical


class SettingsError(Exception):
    """A value of argocd-cm that Argo CD refuses to load."""


def load(text: str) -> Any:
    """Read one YAML document. Raises SettingsError."""
    try:
        return canonical(yaml.safe_load(text))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise SettingsError("error converting YAML to JSON") from error


def mapping(value: Any) -> dict[str, Any]:
    """Expect a map; null is an empty one. Raises SettingsError."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise SettingsError("error unmarshaling JSON: cannot unmarshal into a struct")
    return value


def items(value: Any) -> list[Any]:
    """Expect a list; null is an empty one. Raises SettingsError."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise SettingsError("error unmarshaling JSON: cannot unmarshal into a slice")
    return value


def text(value: Any) -> str:
    """Expect a text; scalars of YAML are written as texts. Raises SettingsError."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        raise SettingsError("error unmarshaling JSON: cannot unmarshal into a string")
    return str(value)


def texts(value: Any) -> tuple[str, ...]:
    """Expect a list of texts. Raises SettingsError."""
    return tuple(text(item) for item in items(value))


def truth(value: Any, *, default: bool) -> bool:
    """Expect a boolean. Raises SettingsError."""
    if value is None:
        return default
    if not isinstance(value, bool):
        raise SettingsError("error unmarshaling JSON: cannot unmarshal into a bool")
    return value


def field(raw: Mapping[str, Any], name: str) -> Any:
    """Return a struct's field; encoding/json ignores case where the exact name is absent."""
    if name in raw:
        return raw[name]
    folded = name.casefold()
    return next((value for key, value in raw.items() if key.casefold() == folded), None)
