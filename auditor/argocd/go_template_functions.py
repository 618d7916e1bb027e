"""The functions ApplicationSets may call: Go's own, the common ones of sprig, and Argo CD's."""

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from auditor.argocd.applicationset_budget import LONGEST, Unbounded
from auditor.kube.go_yaml import dump

Function = Callable[..., Any]


class Missing:
    """The value of a key that a map does not have."""

    def __bool__(self) -> bool:
        return False


MISSING = Missing()


def is_true(value: Any) -> bool:
    """Tell whether Go's templates take a value for true."""
    return not isinstance(value, Missing) and bool(value)


def printed(value: Any, *, is_top: bool = True) -> str:
    """Return a value as `%v` prints it."""
    match value:
        case Missing() | None:
            return "<no value>" if is_top else "<nil>"
        case bool():
            return "true" if value else "false"
        case float():
            return _float(value)
        case Mapping():
            parts = (f"{key}:{printed(value[key], is_top=False)}" for key in sorted(value))
            return f"map[{' '.join(parts)}]"
        case list() | tuple():
            return f"[{' '.join(printed(item, is_top=False) for item in value)}]"
        case _:
            return str(value)


def _float(value: float) -> str:
    """Return the shortest form, scientific from an exponent of 21 down to 6 digits as `%g` does."""
    sign, digits, power = Decimal(repr(value)).normalize().as_tuple()
    if not isinstance(power, int):
        return {"nan": "NaN", "inf": "+Inf", "-inf": "-Inf"}[str(value)]
    exponent = len(digits) - 1 + power
    if -4 <= exponent < 6:
        return f"{Decimal(repr(value)).normalize():f}"
    shown = "".join(map(str, digits))
    mantissa = shown[0] + ("." + shown[1:] if len(shown) > 1 else "")
    return f"{'-' if sign else ''}{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def text_of(value: Any) -> str:
    """Return a value as sprig's string functions take it."""
    return "" if value is None or isinstance(value, Missing) else printed(value)


def sanitized(name: str) -> str:
    """Return a DNS name made of a text (`SanitizeName`)."""
    return re.sub(r"[^-a-z0-9.]", "-", name.lower())[:253].strip("-.")


def slugified(*arguments: Any) -> str:
    """Return a slug of the last argument, of at most 50 or the given number of characters."""
    limit = arguments[0] if len(arguments) > 1 else 50
    is_smart = arguments[1] if len(arguments) > 2 else True
    slug = re.sub(r"-+", "-", re.sub(r"[^a-z0-9_-]", "-", sanitized(str(arguments[-1]))))
    slug = slug.strip("-_")
    if len(slug) <= limit or limit <= 0:
        return slug
    cut = slug.rfind("-", 0, limit + 1) if is_smart else -1
    return slug[:cut] if cut >= 0 else slug[:limit].strip("-_")


_GO_KINDS = {str: "string", bool: "bool", float: "float64", int: "int"}


def _print(*values: Any) -> str:
    """Join as `fmt.Sprint` does: with a blank where neither side is a text."""
    out = ""
    for position, value in enumerate(values):
        is_apart = position and not any(
            isinstance(v, str) for v in values[position - 1 : position + 1]
        )
        out += (" " if is_apart else "") + printed(value, is_top=False)
    return out


def _go_format(form: str, *values: Any) -> str:
    rest = list(values)

    def replaced(found: re.Match[str]) -> str:
        verb = found[1]
        if verb == "%":
            return "%"
        if not rest:
            return f"%!{verb}(MISSING)"
        value = rest.pop(0)
        kind = _GO_KINDS.get(type(value), "")
        if (verb == "d" and kind in {"string", "bool", "float64"}) or (
            verb in "sq" and kind in {"bool", "float64", "int"}
        ):
            return f"%!{verb}({kind}={printed(value)})"
        if verb == "q":
            return json.dumps(text_of(value), ensure_ascii=False)
        return printed(value, is_top=False)

    return re.sub(r"%([svdq%])", replaced, form)


def _escaped(text: str) -> str:
    pairs = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"}
    return "".join(pairs.get(char, char) for char in text)


def _index(value: Any, *keys: Any) -> Any:
    for key in keys:
        if isinstance(value, Mapping):
            value = value.get(key, MISSING)
        elif isinstance(value, list | tuple | str):
            position = int(key)
            if not 0 <= position < len(value):
                raise ValueError(f"index out of range: {position}")
            value = value[position]
        else:
            raise TypeError("index of untyped nil")
    return value


def _dig(*arguments: Any) -> Any:
    *keys, default, here = arguments
    for key in keys:
        if not isinstance(here, Mapping) or key not in here:
            return default
        here = here[key]
    return here


def _fail(message: Any) -> Any:
    raise ValueError(text_of(message))


def _date(form: str, moment: datetime) -> str:
    names = {"2006": "%Y", "01": "%m", "02": "%d", "15": "%H", "04": "%M", "05": "%S"}
    return moment.strftime(re.sub("|".join(names), lambda found: names[found[0]], form))


def _yaml(value: Any) -> str:
    return dump(_plain(value)).removesuffix("\n")


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _number(value: Any) -> int:
    try:
        return int(float(value))
    except (TypeError, ValueError):
        return 0


def _default(*arguments: Any) -> Any:
    return arguments[1] if len(arguments) > 1 and is_true(arguments[1]) else arguments[0]


def check_growth(name: str, values: Sequence[Any]) -> None:
    """Raise `Unbounded` where a function would make far more text than it is given."""
    match name, values:
        case ("indent" | "nindent", [int() | float() as width, text]):
            size = width * (1 + text_of(text).count("\n"))
        case "replace", [str() as old, str() as new, text]:
            size = len(new) * text_of(text).count(old)
        case "join", [str() as sign, list() as parts]:
            size = len(sign) * len(parts)
        case _:
            return
    if size > LONGEST:
        raise Unbounded


FUNCTIONS: Mapping[str, Function] = {
    "and": lambda *values: next((value for value in values if not is_true(value)), values[-1]),
    "or": lambda *values: next((value for value in values if is_true(value)), values[-1]),
    "not": lambda value: not is_true(value),
    "eq": lambda first, *others: first in others,
    "ne": lambda left, right: left != right,
    "lt": lambda left, right: left < right,
    "le": lambda left, right: left <= right,
    "gt": lambda left, right: left > right,
    "ge": lambda left, right: left >= right,
    "len": len,
    "index": _index,
    "print": _print,
    "html": lambda *values: _escaped(_print(*values)),
    "slice": lambda value, *ends: value[slice(*(ends if len(ends) > 1 else (*ends, None)))],
    "println": lambda *values: " ".join(map(printed, values)) + "\n",
    "printf": _go_format,
    "default": _default,
    "empty": lambda value: not is_true(value),
    "coalesce": lambda *values: next((value for value in values if is_true(value)), None),
    "ternary": lambda yes, no, test: yes if is_true(test) else no,
    "fail": _fail,
    "upper": lambda text: text_of(text).upper(),
    "lower": lambda text: text_of(text).lower(),
    "title": lambda text: text_of(text).title(),
    "trim": lambda text: text_of(text).strip(),
    "trimSuffix": lambda part, text: text_of(text).removesuffix(part),
    "trimPrefix": lambda part, text: text_of(text).removeprefix(part),
    "trimAll": lambda chars, text: text_of(text).strip(chars),
    "trunc": lambda n, text: text_of(text)[:n] if n >= 0 else text_of(text)[n:],
    "replace": lambda old, new, text: text_of(text).replace(old, new),
    "contains": lambda part, text: part in text_of(text),
    "hasPrefix": lambda part, text: text_of(text).startswith(part),
    "hasSuffix": lambda part, text: text_of(text).endswith(part),
    "quote": lambda *values: " ".join(json.dumps(text_of(v), ensure_ascii=False) for v in values),
    "squote": lambda *values: " ".join(f"'{text_of(value)}'" for value in values),
    "toString": text_of,
    "int": _number,
    "int64": _number,
    "float64": float,
    "add": lambda *values: sum(map(_number, values)),
    "sub": lambda left, right: _number(left) - _number(right),
    "join": lambda sign, values: sign.join(map(text_of, values)),
    "splitList": lambda sign, text: text_of(text).split(sign),
    "first": lambda values: values[0] if values else None,
    "last": lambda values: values[-1] if values else None,
    "list": lambda *values: list(values),
    "dict": lambda *values: dict(zip(values[::2], values[1::2], strict=False)),
    "get": lambda values, key: values.get(key, ""),
    "hasKey": lambda values, key: key in values,
    "keys": lambda *maps: [key for values in maps for key in values],
    "dig": _dig,
    "has": lambda value, values: value in (values or ()),
    "indent": lambda n, text: " " * n + text.replace("\n", "\n" + " " * n),
    "nindent": lambda n, text: "\n" + " " * n + text.replace("\n", "\n" + " " * n),
    "b64enc": lambda text: base64.b64encode(text_of(text).encode()).decode(),
    "b64dec": lambda text: base64.b64decode(text_of(text)).decode("utf-8", "replace"),
    "toJson": lambda value: json.dumps(_plain(value), sort_keys=True, separators=(",", ":")),
    "toYaml": _yaml,
    "normalize": lambda text: sanitized(text_of(text)),
    "slugify": slugified,
    "now": lambda: datetime.now(UTC),
    "date": _date,
}
"""By name. sprig has more; a template with one of those is not rendered."""
