"""The functions scripts may call: base and table always, string and math with open libraries."""

import math
from collections.abc import Callable
from functools import cmp_to_key
from typing import Any

from auditor.argocd.lua import patterns
from auditor.argocd.lua.values import Function, LuaError, Table, number, text, type_name


class RaisedError(Exception):
    """An error a function raises; the caller adds its line."""


def globals_of(*, has_open_libraries: bool) -> dict[str, Any]:
    """Return the global names of a new script."""
    names: dict[str, Any] = dict(_BASE)
    names["table"] = Table(dict(_TABLE))
    if has_open_libraries:
        names["string"] = Table({key: _bounded(found) for key, found in _STRING.items()})
        names["math"] = Table({"huge": math.inf, "pi": math.pi, **_MATH})
    return names


def _bounded(function: Function) -> Function:
    """Refuse texts no health check needs, so that a script cannot eat the memory."""

    def guarded(arguments: list[Any]) -> list[Any]:
        if any(isinstance(item, str) and len(item) > 1_000_000 for item in arguments):
            raise RaisedError("text too long")
        return function(arguments)

    return guarded


def _argument(arguments: list[Any], index: int, kind: type | tuple[type, ...], name: str) -> Any:
    value = arguments[index] if index < len(arguments) else None
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        expected = "table" if kind is Table else "string" if kind is str else "number"
        got = type_name(value)
        raise RaisedError(f"bad argument #{index + 1} to {name} ({expected} expected, got {got})")
    return value


def _pairs(arguments: list[Any]) -> list[Any]:
    table = _argument(arguments, 0, Table, "pairs")
    remaining = iter(list(table.items))

    def step(_arguments: list[Any]) -> list[Any]:
        for key in remaining:
            if key in table.items:
                shown = key[1] if isinstance(key, tuple) else key
                return [shown, table.items[key]]
        return [None]

    return [step, table, None]


def _ipairs(arguments: list[Any]) -> list[Any]:
    table = _argument(arguments, 0, Table, "ipairs")

    def step(inner: list[Any]) -> list[Any]:
        index = int(inner[1] or 0) + 1
        value = table.get(index)
        return [None] if value is None else [index, value]

    return [step, table, 0]


def _next(arguments: list[Any]) -> list[Any]:
    table = _argument(arguments, 0, Table, "next")
    keys = list(table.items)
    before = arguments[1] if len(arguments) > 1 else None
    place = 0 if before is None else keys.index(before) + 1 if before in keys else len(keys)
    return [keys[place], table.items[keys[place]]] if place < len(keys) else [None]


def _error(arguments: list[Any]) -> list[Any]:
    raise RaisedError(text(arguments[0]) if arguments else "nil")


def _assert(arguments: list[Any]) -> list[Any]:
    if not arguments or arguments[0] is None or arguments[0] is False:
        raise RaisedError(text(arguments[1]) if len(arguments) > 1 else "assertion failed!")
    return arguments


def _pcall(arguments: list[Any]) -> list[Any]:
    if not arguments or not callable(arguments[0]):
        return [False, "attempt to call a non-function object"]
    try:
        return [True, *arguments[0](arguments[1:])]
    except (LuaError, RaisedError) as error:
        return [False, str(error)]


def _tonumber(arguments: list[Any]) -> list[Any]:
    if len(arguments) > 1 and isinstance(arguments[0], str):
        try:
            return [int(arguments[0].strip(), int(number(arguments[1]) or 10))]
        except ValueError:
            return [None]
    return [number(arguments[0]) if arguments else None]


def _select(arguments: list[Any]) -> list[Any]:
    if arguments and arguments[0] == "#":
        return [len(arguments) - 1]
    index = int(_argument(arguments, 0, (int, float), "select"))
    return arguments[index:] if index > 0 else arguments[1:][index:]


def _unpack(arguments: list[Any]) -> list[Any]:
    table = _argument(arguments, 0, Table, "unpack")
    return [table.get(index) for index in range(1, table.length + 1)]


def _insert(arguments: list[Any]) -> list[Any]:
    table = _argument(arguments, 0, Table, "insert")
    size = table.length
    if len(arguments) < 3:
        table.set(size + 1, arguments[1] if len(arguments) > 1 else None)
        return []
    place = int(_argument(arguments, 1, (int, float), "insert"))
    for index in range(size, max(place, 1) - 1, -1):
        table.set(index + 1, table.get(index))
    table.set(place, arguments[2])
    return []


def _remove(arguments: list[Any]) -> list[Any]:
    table = _argument(arguments, 0, Table, "remove")
    size = table.length
    place = int(arguments[1]) if len(arguments) > 1 else size
    removed = table.get(place)
    for index in range(place, size + 1):
        table.set(index, table.get(index + 1))
    return [removed]


def _concat(arguments: list[Any]) -> list[Any]:
    table = _argument(arguments, 0, Table, "concat")
    separator = text(arguments[1]) if len(arguments) > 1 else ""
    return [separator.join(text(table.get(index)) for index in range(1, table.length + 1))]


def _sort(arguments: list[Any]) -> list[Any]:
    table = _argument(arguments, 0, Table, "sort")
    values = [table.get(index) for index in range(1, table.length + 1)]
    less = arguments[1] if len(arguments) > 1 else None

    def order(left: Any, right: Any) -> int:
        if not callable(less):
            return int(left > right) - int(left < right)
        if less([left, right])[:1] == [True]:
            return -1
        return int(less([right, left])[:1] == [True])

    try:
        values.sort(key=cmp_to_key(order))
    except TypeError as error:
        raise RaisedError("attempt to compare values of different types") from error
    for index, value in enumerate(values, 1):
        table.set(index, value)
    return []


def _length(arguments: list[Any]) -> list[Any]:
    return [_argument(arguments, 0, Table, "getn").length]


def _on_text(function: Callable[[str], Any]) -> Function:
    return lambda arguments: [function(text(arguments[0]) if arguments else "")]


def _sub(arguments: list[Any]) -> list[Any]:
    value = text(arguments[0])
    start = int(number(arguments[1]) or 1) if len(arguments) > 1 else 1
    stop = int(number(arguments[2]) or 0) if len(arguments) > 2 else -1
    start = max(start if start > 0 else len(value) + start + 1, 1)
    stop = stop if stop >= 0 else len(value) + stop + 1
    return [value[start - 1 : max(stop, 0)]]


def _rep(arguments: list[Any]) -> list[Any]:
    value, count = text(arguments[0]), int(number(arguments[1]) or 0)
    if len(value) * count > 1_000_000:
        raise RaisedError("resulting string too large")
    return [value * count]


def _format(arguments: list[Any]) -> list[Any]:
    try:
        return [patterns.formatted(text(arguments[0]), arguments[1:])]
    except (ValueError, IndexError, TypeError) as error:
        raise RaisedError("bad argument to format") from error


def _pattern(function: Callable[[str, str, list[Any]], list[Any]]) -> Function:
    def call(arguments: list[Any]) -> list[Any]:
        value = _argument(arguments, 0, (str, int, float), "string function")
        pattern = _argument(arguments, 1, str, "string function")
        try:
            return function(text(value), pattern, arguments[2:])
        except patterns.BadPatternError as error:
            raise RaisedError(str(error)) from error

    return call


def _on_number(function: Callable[..., float]) -> Function:
    def call(arguments: list[Any]) -> list[Any]:
        numbers = [number(item) for item in arguments]
        if not numbers or None in numbers:
            raise RaisedError("bad argument (number expected)")
        try:
            return [function(*numbers)]
        except (ValueError, OverflowError, TypeError):
            return [math.nan]

    return call


_BASE: dict[str, Function] = {
    "pairs": _pairs,
    "ipairs": _ipairs,
    "next": _next,
    "type": lambda arguments: [type_name(arguments[0] if arguments else None)],
    "tostring": lambda arguments: [text(arguments[0] if arguments else None)],
    "tonumber": _tonumber,
    "error": _error,
    "assert": _assert,
    "pcall": _pcall,
    "select": _select,
    "unpack": _unpack,
    "print": lambda _arguments: [],
    "rawget": lambda arguments: [arguments[0].get(arguments[1])],
    "rawequal": lambda arguments: [arguments[0] is arguments[1]],
}
_TABLE: dict[str, Function] = {
    "insert": _insert,
    "remove": _remove,
    "concat": _concat,
    "sort": _sort,
    "getn": _length,
    "maxn": _length,
}
_STRING: dict[str, Function] = {
    "upper": _on_text(str.upper),
    "lower": _on_text(str.lower),
    "len": _on_text(lambda value: len(value.encode())),
    "reverse": _on_text(lambda value: value[::-1]),
    "sub": _sub,
    "rep": _rep,
    "format": _format,
    "find": _pattern(patterns.find),
    "match": _pattern(patterns.match),
    "gmatch": _pattern(patterns.gmatch),
    "gsub": _pattern(patterns.gsub),
}
_MATH: dict[str, Function] = {
    "floor": _on_number(math.floor),
    "ceil": _on_number(math.ceil),
    "abs": _on_number(abs),
    "max": _on_number(lambda *items: max(items)),
    "min": _on_number(lambda *items: min(items)),
    "sqrt": _on_number(math.sqrt),
    "fmod": _on_number(math.fmod),
}
