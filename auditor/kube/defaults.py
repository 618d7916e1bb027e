"""Defaults that the API server gives built-in kinds, as Argo CD applies them to both sides.

Mirrors the `SetDefaults_…` functions of k8s.io/kubernetes 1.36 `pkg/apis/*/v*/defaults.go` and
the walk of `zz_generated.defaults.go`: every struct is defaulted, then its fields. Not carried
over: defaults of pod-level resources, of flowcontrol and of dynamic resource allocation.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from auditor.kube import defaults_core, defaults_groups
from auditor.kube.quantity import round_up_to_milli
from auditor.kube.types import load

_SETTERS: Final[Mapping[str, Callable[[dict[str, Any]], None]]] = {
    **defaults_core.SETTERS,
    **defaults_groups.SETTERS,
}


def apply(obj: dict[str, Any], expression: str) -> None:
    """Fill defaults into a typed object (see `typed.round_trip`), in place."""
    bare = expression.removeprefix("*")
    if bare in _SETTERS:
        _SETTERS[bare](obj)
    for key, default in load().schema_defaults.get(bare, {}).items():
        if not obj.get(key):
            obj[key] = default
    for key, field in load().structs.get(bare, {}).items():
        _descend(obj, key, field.type)


def _descend(obj: dict[str, Any], key: str, expression: str) -> None:
    value = obj.get(key)
    bare = expression.removeprefix("*")
    if isinstance(value, list) and bare.startswith("[]"):
        for item in value:
            if isinstance(item, dict):
                apply(item, bare[2:])
    elif isinstance(value, dict) and bare == "{}quantity":
        obj[key] = {name: round_up_to_milli(str(amount)) for name, amount in value.items()}
    elif isinstance(value, dict) and bare in load().structs:
        apply(value, bare)
    elif value is None and bare in load().structs and not expression.startswith("*"):
        inner: dict[str, Any] = {}
        apply(inner, bare)
        if inner:
            obj[key] = inner
