"""Patterns of Lua's string library, by translation to regular expressions."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from auditor.argocd.lua.values import Table, number, text

_CLASSES = {
    "a": "A-Za-z",
    "d": "0-9",
    "l": "a-z",
    "s": r"\s",
    "u": "A-Z",
    "w": "A-Za-z0-9",
    "x": "0-9A-Fa-f",
    "p": r"!-/:-@\[-`{-~",
    "c": r"\x00-\x1f\x7f",
}


class BadPatternError(Exception):
    """A pattern that is malformed or uses `%b` or `%f`."""


def find(value: str, pattern: str, more: list[Any]) -> list[Any]:
    """Return start, end and captures, or nil (`string.find`)."""
    start = max(int(number(more[0]) or 1) - 1, 0) if more else 0
    if len(more) > 1 and more[1]:
        place = value.find(pattern, start)
        return [None] if place < 0 else [place + 1, place + len(pattern)]
    found = _search(value, pattern, start)
    return [None] if found is None else [found.start() + 1, found.end(), *found.groups()]


def match(value: str, pattern: str, more: list[Any]) -> list[Any]:
    """Return the captures, or the whole match (`string.match`)."""
    start = max(int(number(more[0]) or 1) - 1, 0) if more else 0
    found = _search(value, pattern, start)
    return [None] if found is None else _captures(found)


def gmatch(value: str, pattern: str, _more: list[Any]) -> list[Any]:
    """Return an iterator over all matches (`string.gmatch`)."""
    found = _compiled(pattern).finditer(value)

    def step(_arguments: list[Any]) -> list[Any]:
        following = next(found, None)
        return [None] if following is None else _captures(following)

    return [step]


def gsub(value: str, pattern: str, more: list[Any]) -> list[Any]:
    """Replace matches by a text, a table or a function (`string.gsub`)."""
    replacement = more[0] if more else ""
    limit = int(number(more[1]) or 0) if len(more) > 1 else 0
    result, count = _compiled(pattern).subn(_replacer(replacement), value, count=limit)
    return [result, count]


def formatted(template: str, arguments: list[Any]) -> str:
    """Fill `%s`, `%d`, `%f`, `%q` … (`string.format`)."""
    rest = iter(arguments)

    def fill(found: re.Match[str]) -> str:
        if found[2] == "%":
            return "%"
        argument = next(rest, None)
        if found[2] in "sq":
            return f"%{found[1]}s" % text(argument)
        value = number(argument)
        if value is None:
            raise ValueError(argument)
        return f"%{found[1]}{found[2]}" % (int(value) if found[2] in "dixXuoc" else value)

    return re.sub(r"%([-+ #0]*\d{0,2}(?:\.\d{0,2})?)([a-zA-Z%])", fill, template)


def _replacer(replacement: Any) -> Callable[[re.Match[str]], str]:
    def replace(found: re.Match[str]) -> str:
        captures = _captures(found)
        if isinstance(replacement, Table):
            value = replacement.get(captures[0])
        elif callable(replacement):
            value = (replacement(captures) or [None])[0]
        else:
            value = re.sub(r"%(.)", lambda m: _capture(found, captures, m[1]), text(replacement))
        return found[0] if value is None or value is False else text(value)

    return replace


def _capture(found: re.Match[str], captures: list[Any], mark: str) -> str:
    if not mark.isdecimal():
        return mark
    index = int(mark)
    return found[0] if index == 0 else str(captures[index - 1] if index <= len(captures) else "")


def _captures(found: re.Match[str]) -> list[Any]:
    return list(found.groups()) if found.re.groups else [found[0]]


def _search(value: str, pattern: str, start: int) -> re.Match[str] | None:
    compiled = _compiled(pattern)
    if pattern.startswith("^"):
        return compiled.match(value, start)
    return compiled.search(value, start)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    out: list[str] = []
    position = 1 if pattern.startswith("^") else 0
    while position < len(pattern):
        char = pattern[position]
        if char == "%":
            out.append(_escape(pattern[position + 1 : position + 2]))
            position += 2
        elif char == "[":
            end, expression = _set(pattern, position)
            out.append(expression)
            position = end
        else:
            is_last = position == len(pattern) - 1
            out.append(_plain(char, is_last=is_last, is_first=not out))
            position += 1
    try:
        return re.compile("".join(out), re.DOTALL)
    except re.error as error:
        raise BadPatternError("malformed pattern") from error


def _plain(char: str, *, is_last: bool, is_first: bool) -> str:
    if char == "$":
        return r"\Z" if is_last else r"\$"
    if char == "-":
        return r"\-" if is_first else "*?"
    return char if char in "().*+?" else re.escape(char)


def _escape(char: str) -> str:
    if char in {"b", "f", ""} or char.isdecimal():
        raise BadPatternError("malformed pattern")
    if char.lower() in _CLASSES:
        negation = "^" if char.isupper() else ""
        return f"[{negation}{_CLASSES[char.lower()]}]"
    return re.escape(char)


def _set(pattern: str, start: int) -> tuple[int, str]:
    position = start + 1
    out = ["["]
    if pattern[position : position + 1] == "^":
        out.append("^")
        position += 1
    is_first = True
    while position < len(pattern) and (pattern[position] != "]" or is_first):
        is_first = False
        if pattern[position] == "%" and position + 1 < len(pattern):
            char = pattern[position + 1]
            out.append(_CLASSES.get(char, re.escape(char)))
            position += 2
        else:
            char = pattern[position]
            out.append(char if char == "-" else re.escape(char))
            position += 1
    if position >= len(pattern):
        raise BadPatternError("malformed pattern (missing ']')")
    return position + 1, "".join([*out, "]"])
