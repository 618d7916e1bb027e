"""YAML as most manifests are written, read line by line: the quick way round LibYAML.

Blocks of mappings and lists, one scalar a line, nothing that needs a context: no flow collections
with content, no anchors, tags, block scalars, escapes or scalars over several lines. What is not
surely of this kind is left to `yaml_nodes`, which also finds the mistakes.
"""

import re
from functools import lru_cache
from sys import intern
from typing import Any, Final

from auditor.collector.yaml_scalar import WORDS, scalar

_LARGEST: Final = 1_000_000
_DEEPEST: Final = 50
_BEYOND_ASCII: Final = "\u00a1-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff"
"""What LibYAML takes for ordinary characters; line separators and byte order marks are not."""
_WORD: Final = rf"[!-9;-~{_BEYOND_ASCII}]*"
_LINE: Final = re.compile(
    r"(?P<indent> *)(?=[^ ]|$)(?P<dash>- +(?=[^ ]|$))?"
    r"(?:(?P<key>[A-Za-z_][A-Za-z0-9_./-]{0,200}):(?: +(?=[^ ]|$)|$))?"
    rf'(?:"(?P<double>[ !#-\[\]-~{_BEYOND_ASCII}]*)"'
    rf"|'(?P<single>[ -&(-~{_BEYOND_ASCII}]*)'"
    rf"|(?P<plain>(?:[A-Za-z0-9_/.$(~+<=^;]|-(?=[^ ])){_WORD}"
    rf"(?:(?::(?=[^ ])| +(?=[^ #])){_WORD})*)"
    r"|(?P<empty>\[\]|\{\}))?"
    rf" *(?:(?<![^ ])#[ -~{_BEYOND_ASCII}]*)?"
)
"""Each part begins with what the one before it cannot hold, so a mismatch is found in one pass.

Possessive quantifiers would say so, but early releases of Python 3.11 match them wrongly.
"""

Plain = tuple[dict[str, Any], int, dict[str, int]]
"""The value of a document, its first line, and JSON pointers to lines."""
Line = tuple[int, int, str, Any]
"""Column; column of the key after a dash, 0 without one; key, empty where there is none; value."""

_BLANK: Final = -1
_START: Final = -2
_NOTHING: Final = object()
_NO_ITEMS: Final = object()
_NO_KEYS: Final = object()


class _NotPlain(Exception):
    """A line that only means something together with others, or nothing at all."""


def read(text: str, first: int, *, with_lines: bool) -> Plain | None:
    """Return the one document of `text`, which begins on line `first`; None to ask LibYAML."""
    if len(text) > _LARGEST:
        return None
    try:
        parsed = [(number, *_line(line)) for number, line in enumerate(text.split("\n"), first)]
        return _document([line for line in parsed if line[1] != _BLANK], with_lines=with_lines)
    except _NotPlain:
        return None


def _document(parsed: list[tuple[int, int, int, str, Any]], *, with_lines: bool) -> Plain | None:
    if parsed and parsed[0][1] == _START:
        del parsed[0]
    if not parsed:
        return None
    began, column, dash, _, _ = parsed[0]
    if column or dash:
        raise _NotPlain
    root: dict[str, Any] = {}
    lines: dict[str, int] = {}
    _fill(root, parsed, lines if with_lines else None)
    return root, began, lines


def _fill(  # noqa: C901, PLR0912 - one pass over every line of every file, without calls
    root: dict[str, Any],
    parsed: list[tuple[int, int, int, str, Any]],
    lines: dict[str, int] | None,
) -> None:
    """Put what the lines say into `root`, and where they say it into `lines`."""
    outer: list[tuple[Any, int, bool, str]] = []
    here: Any = root
    at, is_list, pointer = 0, False, ""
    waiting = ""
    for number, column, dash, key, value in parsed:
        if waiting and (column > at or (dash and column == at)):
            # the value of the last line's key begins
            below: Any = [] if dash else {}
            here[waiting] = below
            outer.append((here, at, is_list, pointer))
            here, at, is_list, pointer = below, column, bool(dash), _below(pointer, waiting)
            if len(outer) > _DEEPEST:
                raise _NotPlain
        else:
            while at > column or (at == column and is_list is not bool(dash)):
                if not outer:
                    raise _NotPlain
                here, at, is_list, pointer = outer.pop()
            if at != column:
                raise _NotPlain
        waiting = ""
        if dash:
            step = str(len(here))
            if lines is not None:
                lines[_below(pointer, step)] = number
            if not key:
                here.append(_fresh(value))
                continue
            below = {}
            here.append(below)
            outer.append((here, at, is_list, pointer))
            here, at, is_list, pointer = below, dash, False, _below(pointer, step)
            if len(outer) > _DEEPEST:
                raise _NotPlain
        if key in here:
            raise _NotPlain
        if lines is not None:
            lines[_below(pointer, key)] = number
        if value is _NOTHING:
            here[key] = None
            waiting = key
        else:
            here[key] = _fresh(value)


@lru_cache(maxsize=1 << 16)
def _line(line: str) -> Line:
    """Return what one line says; most lines of a repository are written many times."""
    found = _LINE.fullmatch(line)
    if found is None:
        raise _NotPlain
    indent, dash, key, double, single, plain, empty = found.groups()
    value = _value(double, single, plain, empty)
    item = len(indent + dash) if dash else 0
    if key is not None:
        if key in WORDS:
            raise _NotPlain
        return len(indent), item, intern(key), value
    if dash is None:
        return _apart(line, value)
    if value is _NOTHING:
        raise _NotPlain
    return len(indent), item, "", value


def _apart(line: str, value: Any) -> Line:
    """Return what a line without key and dash is: nothing, a remark, or the beginning."""
    if value is _NOTHING:
        return _BLANK, 0, "", value
    if line.rstrip(" ") != "---":
        raise _NotPlain
    return _START, 0, "", value


def _value(double: str | None, single: str | None, plain: str | None, empty: str | None) -> Any:
    if plain is not None:
        return _scalar(plain)
    if empty is not None:
        return _NO_ITEMS if empty == "[]" else _NO_KEYS
    quoted = single if double is None else double
    return _NOTHING if quoted is None else intern(quoted)


def _fresh(value: Any) -> Any:
    if value is _NO_ITEMS:
        return []
    return {} if value is _NO_KEYS else value


def _scalar(text: str) -> Any:
    try:
        found = scalar(text)
    except ValueError:
        raise _NotPlain from None
    return intern(found) if type(found) is str else found


@lru_cache(maxsize=1 << 16)
def _below(pointer: str, step: str) -> str:
    return f"{pointer}/{step.replace('/', '~1')}"
