"""The published JSON Schema of `auditor.toml`, written from the types."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from auditor.config.settings import Settings

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def schema(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema; `options` maps rule ids to schemas of their options.

    A rule that is not in `options` may be named too: which rules there are is only known where
    the product runs.
    """
    (_,), parts = msgspec.json.schema_components([Settings], ref_template="#/$defs/{name}")
    for part in parts.values():
        _close(part)
    base = parts["RuleSettings"]
    rules = parts["Settings"]["properties"]["rules"]
    rules["properties"] = {}
    for rule, own in sorted(options.items()):
        parts[f"options of {rule}"] = own
        reference = {"$ref": f"#/$defs/options of {rule}"}
        environments = _environments(parts, reference)
        parts[rule] = _with(base, {"options": reference, "environments": environments})
        rules["properties"][rule] = {"$ref": f"#/$defs/{rule}"}
    root = parts.pop("Settings")
    return {"$schema": DIALECT, **root, "$defs": dict(sorted(parts.items()))}


def _environments(parts: Mapping[str, Any], options: Any) -> dict[str, Any]:
    one = _with(parts["EnvironmentRuleSettings"], {"options": options})
    return {"type": "object", "additionalProperties": one, "default": {}}


def _with(part: Mapping[str, Any], properties: Mapping[str, Any]) -> dict[str, Any]:
    return {**part, "properties": {**part["properties"], **properties}}


def _close(part: dict[str, Any]) -> None:
    """Forbid what is not named, and null, which TOML does not have."""
    if "properties" not in part:
        return
    part["additionalProperties"] = False
    for name, one in part["properties"].items():
        if "anyOf" in one:
            (kept,) = (choice for choice in one["anyOf"] if choice != {"type": "null"})
            others = {k: v for k, v in one.items() if k not in ("anyOf", "default")}
            part["properties"][name] = {**others, **kept}
