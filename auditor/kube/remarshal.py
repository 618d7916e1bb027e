"""Objects cut to what config has: the comparison of custom resources and of remarshalled ones.

Mirrors `RemoveMapFields` and `RemoveListFields` of upstream gitops-engine
`pkg/utils/json/json.go` and `remarshal` of `pkg/diff/diff.go`.
"""

from collections.abc import Mapping
from typing import Any

from auditor.kube.typed import TypeMismatchError, round_trip
from auditor.kube.types import struct_of


def remarshal(obj: dict[str, Any]) -> dict[str, Any]:
    """Return the object as its Go struct marshals it; as it is where it does not fit."""
    struct = struct_of(obj.get("apiVersion"), obj.get("kind"))
    if struct is None:
        return obj
    try:
        typed = round_trip(struct, obj, is_strict=True)
    except TypeMismatchError:
        return obj
    return keep_map_fields(obj, typed)


def keep_map_fields(config: Mapping[str, Any], live: Mapping[str, Any]) -> dict[str, Any]:
    """Drop what `live` has and `config` has not; elements beyond config's lists stay."""
    return {key: _keep(item, live[key]) for key, item in config.items() if key in live}


def keep_list_fields(config: list[Any], live: list[Any]) -> list[Any]:
    """Drop in each element what config's element at that place has not."""
    kept = [_keep(ours, theirs) for ours, theirs in zip(config, live, strict=False)]
    return [*kept, *live[len(config) :]]


def _keep(config: Any, live: Any) -> Any:
    if isinstance(config, Mapping) and isinstance(live, Mapping):
        return keep_map_fields(config, live)
    if isinstance(config, list) and isinstance(live, list):
        return keep_list_fields(config, live)
    return live
