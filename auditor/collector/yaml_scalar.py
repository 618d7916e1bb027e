"""What unquoted YAML scalars and JSON numbers mean to Argo CD; mirrors go-yaml v2 `resolve.go`."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

WORDS: Final[Mapping[str, bool | None]] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE"), True),
    **dict.fromkeys(("on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE"), False),
    **dict.fromkeys(("off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
_INFINITE: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_INTEGER: Final = re.compile(
    r"(?P<sign>[-+]?)(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<bin>[01]+)|0[oO]?(?P<oct>[0-7]+)"
    r"|(?P<dec>0|[1-9][0-9]*))"
)
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INT64: Final = range(-(2**63), 2**63)
_BASES: Final = {"hex": 16, "bin": 2, "oct": 8, "dec": 10}


def scalar(text: str) -> Any:
    """Return what an unquoted scalar means; raise ValueError for infinity and NaN."""
    if text in WORDS:
        return WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _INFINITE.fullmatch(text):
        raise ValueError(text)
    number = text.replace("_", "")
    if (found := _INTEGER.fullmatch(number)) is not None:
        kind = str(found.lastgroup)
        whole = int(found["sign"] + found[kind], _BASES[kind])
        return whole if whole in _INT64 else float(whole)
    if _FLOAT.fullmatch(number):
        real = float(number)
        if real in (float("inf"), float("-inf")):
            return text
        # JSON has one kind of number: Go writes 1.0 as 1, which is then read as an integer.
        return int(real) if real.is_integer() and int(real) in _INT64 else real
    return text


def json_value(text: str) -> Any:
    """Return the value of a JSON text with the numbers Kubernetes has; raise ValueError."""
    try:
        found = json.loads(text, parse_int=_integer, parse_constant=_no_constant)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    # A lone surrogate is no text that a snapshot could hold.
    json.dumps(found, ensure_ascii=False).encode()
    return found


def _integer(digits: str) -> int | float:
    whole = int(digits)
    return whole if whole in _INT64 else float(digits)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")
