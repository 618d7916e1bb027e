"""Decoding JSON into a Go struct and back: what a round trip through the typed object leaves.

Mirrors encoding/json and runtime.DefaultUnstructuredConverter: unknown fields are dropped (or
refused), wrong types are an error, empty optional fields vanish, quantities and durations become
canonical.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from auditor.kube import quantity
from auditor.kube.duration import BadDuration, parse_nanoseconds
from auditor.kube.types import field_of, load

_INT_BITS = {"int64": 64, "int32": 32, "int16": 16, "int8": 8}
_UINT_BITS = {"uint64": 64, "uint32": 32, "uint16": 16, "uint8": 8, "uint": 64}


class TypeMismatchError(Exception):
    """A value does not fit its Go type; the message names the JSON type and the field's type."""


def round_trip(expression: str, value: Any, *, is_strict: bool = False) -> Any:
    """Return `value` as the typed object would be marshalled again.

    `expression` is a type of `auditor.kube.types`; `is_strict` refuses unknown fields.
    Raises TypeMismatchError.
    """
    if expression.startswith("*"):
        return None if value is None else round_trip(expression[1:], value, is_strict=is_strict)
    if expression.startswith("[]"):
        return _list(expression[2:], value, is_strict=is_strict)
    if expression.startswith("{}"):
        return _map(expression[2:], value, is_strict=is_strict)
    scalar = _SCALARS.get(expression)
    if scalar is not None:
        return scalar(value)
    if expression in _INT_BITS or expression in _UINT_BITS:
        return _integer(expression, value)
    return _struct(expression, value, is_strict=is_strict)


def _list(inner: str, value: Any, *, is_strict: bool) -> Any:
    if value is None:
        return None
    if not isinstance(value, list):
        raise TypeMismatchError(f"cannot unmarshal {_json_type(value)} into []{inner}")
    return [round_trip(inner, item, is_strict=is_strict) for item in value]


def _map(inner: str, value: Any, *, is_strict: bool) -> Any:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise TypeMismatchError(f"cannot unmarshal {_json_type(value)} into map of {inner}")
    return {key: round_trip(inner, item, is_strict=is_strict) for key, item in value.items()}


def _struct(name: str, value: Any, *, is_strict: bool) -> Any:
    if value is None:
        value = {}
    if not isinstance(value, dict):
        raise TypeMismatchError(f"cannot unmarshal {_json_type(value)} into {name}")
    fields = load().structs.get(name, {})
    known = _by_field(name, value, is_strict=is_strict)
    result: dict[str, Any] = {}
    for key, field in fields.items():
        inner = round_trip(field.type, known.get(key), is_strict=is_strict)
        if field.omit_empty and _is_empty(field.type, inner):
            continue
        if field.omit_zero and inner is None:
            continue
        result[key] = inner
    return result


def _by_field(name: str, value: Mapping[str, Any], *, is_strict: bool) -> dict[str, Any]:
    """Sort the given keys to the fields they decode into."""
    fields = load().structs.get(name, {})
    known: dict[str, Any] = {}
    for key, item in value.items():
        if key in fields:
            known[key] = item
            continue
        found = field_of(name, key)
        if found is None:
            if is_strict:
                raise TypeMismatchError(f'unknown field "{key}"')
            continue
        exact = next(k for k, f in fields.items() if f is found)
        known.setdefault(exact, item)
    return known


def _is_empty(expression: str, value: Any) -> bool:
    if expression.startswith("*"):
        return value is None
    if expression in load().structs or expression in {"quantity", "time", "microTime", "raw"}:
        return False
    if expression in {"intOrString", "duration"}:
        return False
    return value is None or value in ("", 0, False) or value in ([], {})


def _string(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeMismatchError(f"cannot unmarshal {_json_type(value)} into string")
    return value


def _bool(value: Any) -> bool:
    if value is None:
        return False
    if not isinstance(value, bool):
        raise TypeMismatchError(f"cannot unmarshal {_json_type(value)} into bool")
    return value


def _integer(expression: str, value: Any) -> int:
    if value is None:
        return 0
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeMismatchError(f"cannot unmarshal {_json_type(value)} into {expression}")
    if expression in _UINT_BITS:
        fits = 0 <= value < 1 << _UINT_BITS[expression]
    else:
        bits = _INT_BITS[expression] - 1
        fits = -(1 << bits) <= value < 1 << bits
    if not fits:
        raise TypeMismatchError(f"cannot unmarshal number {value} into {expression}")
    return value


def _float(value: Any) -> float:
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeMismatchError(f"cannot unmarshal {_json_type(value)} into float64")
    return value


def _quantity(value: Any) -> str:
    if value is None:
        return "0"
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise TypeMismatchError(f"cannot unmarshal {_json_type(value)} into quantity")
    text = value if isinstance(value, str) else _number_text(value)
    canonical = quantity.canonical(text.strip())
    if canonical is None:
        raise TypeMismatchError("quantities must match the regular expression")
    return canonical


def _number_text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    return repr(value)


def _time(value: Any) -> str | None:
    if value is None:
        return None
    text = _string(value)
    match = re.fullmatch(
        r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)", text, re.ASCII
    )
    if match is None:
        raise TypeMismatchError(f'parsing time "{text}"')
    try:
        moment = datetime.fromisoformat(f"{match[1]}T{match[2]}{match[3].replace('Z', '+00:00')}")
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise TypeMismatchError(f'parsing time "{text}"') from error
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _micro_time(value: Any) -> str | None:
    if value is None:
        return None
    text = _string(value)
    match = re.fullmatch(
        r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)\.(\d{6})\d*(Z|[+-]\d\d:\d\d)", text, re.ASCII
    )
    if match is None:
        raise TypeMismatchError(f'parsing time "{text}"')
    whole = _time(f"{match[1]}T{match[2]}{match[4]}")
    return f"{whole[:-1]}.{match[3]}Z" if whole else None


def _duration(value: Any) -> str:
    try:
        return _duration_text(parse_nanoseconds(_string(value)) if value is not None else 0)
    except BadDuration as error:
        raise TypeMismatchError(str(error)) from error


def _duration_text(nanoseconds: int) -> str:
    """Print as time.Duration.String does: `1h0m0s`, `1.5s`, `20ms`."""
    sign, size = ("-", -nanoseconds) if nanoseconds < 0 else ("", nanoseconds)
    if size == 0:
        return "0s"
    for unit, scale in (("ns", 1), ("\u00b5s", 1000), ("ms", 10**6)):
        if size < scale * 1000:
            return f"{sign}{_decimal(size, scale)}{unit}"
    minutes, rest = divmod(size, 60 * 10**9)
    text = f"{_decimal(rest, 10**9)}s"
    if minutes:
        text = f"{minutes % 60}m{text}"
    if minutes >= 60:
        text = f"{minutes // 60}h{text}"
    return sign + text


def _decimal(size: int, scale: int) -> str:
    whole, part = divmod(size, scale)
    digits = len(str(scale)) - 1
    fraction = f"{part:0{digits}d}".rstrip("0") if digits else ""
    return f"{whole}.{fraction}" if fraction else str(whole)


def _int_or_string(value: Any) -> int | str:
    return value if isinstance(value, str) else _integer("int32", value)


def _bytes(value: Any) -> str | None:
    if value is None:
        return None
    text = _string(value)
    try:
        # Go's decoder skips line breaks and refuses every other foreign character.
        raw = base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True)
    except (binascii.Error, ValueError) as error:
        raise TypeMismatchError("illegal base64 data") from error
    return base64.b64encode(raw).decode("ascii")


def _as_is(value: Any) -> Any:
    return value


def _json_type(value: Any) -> str:
    match value:
        case bool():
            return "bool"
        case str():
            return "string"
        case int() | float():
            return "number"
        case list():
            return "array"
        case _:
            return "object"


_SCALARS: Mapping[str, Callable[[Any], Any]] = {
    "string": _string,
    "bool": _bool,
    "float": _float,
    "quantity": _quantity,
    "time": _time,
    "microTime": _micro_time,
    "duration": _duration,
    "intOrString": _int_or_string,
    "bytes": _bytes,
    "raw": _as_is,
    "any": _as_is,
}
