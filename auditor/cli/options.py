"""Options of rules from the configuration, as the rules' own types."""

from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import timedelta
from typing import Any

import msgspec

from auditor.config.mistakes import mistakes
from auditor.kube import duration


def converted(shape: Any, key: str, value: Any) -> Any:
    """Return `value` as the option `key` of `shape` wants it; raise ValueError.

    Spans of time are written as Go durations, such as `90s`.
    """
    kind = shape.__dataclass_fields__[key].type
    try:
        if kind is timedelta:
            return duration.parse_duration(value)
        if is_dataclass(kind) and next(mistakes(value, kind), None):
            raise ValueError(key)
        return msgspec.convert(value, kind)
    except (TypeError, AttributeError) as error:
        raise ValueError(key) from error


def usually(shape: Any, key: str) -> str:
    """Return the default of an option as the configuration would spell it."""
    from auditor.config.write import literal  # noqa: PLC0415 - only where something is told

    return literal(_plain(_default(shape.__dataclass_fields__[key])))


def schema(shape: Any) -> dict[str, Any]:
    """Return the JSON Schema of a rule's options."""
    described = {
        one.name: {**_described(one.type), "default": _plain(_default(one))}
        for one in fields(shape)
    }
    return {"type": "object", "properties": described, "additionalProperties": False}


def _described(kind: Any) -> dict[str, Any]:
    if kind is timedelta:
        return {"type": "string", "pattern": r"^(\d+(\.\d+)?(ns|us|µs|μs|ms|s|m|h))+$|^0$"}
    (found,), parts = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    if "$ref" in found:
        # a type of its own is small: it stands where it is used
        (found,) = parts.values()
        found["additionalProperties"] = False
    return dict(found)


def _default(option: Field[Any]) -> Any:
    if option.default is not MISSING:
        return option.default
    return option.default_factory() if option.default_factory is not MISSING else None


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return duration.show(value)
    return msgspec.to_builtins(value)
