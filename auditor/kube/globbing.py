"""Two glob dialects of Go programs: gobwas/glob, and `filepath.Match` of the standard library."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

_BREAKERS = "?*[{"
_TERM_BREAKERS = _BREAKERS + "},"


class BadPattern(ValueError):
    """A pattern that the Go library refuses to compile."""


@dataclass(frozen=True, slots=True)
class _Text:
    text: str


@dataclass(frozen=True, slots=True)
class _Any:
    """`*`, which stops at a separator."""


@dataclass(frozen=True, slots=True)
class _Super:
    """`**`, which does not."""


@dataclass(frozen=True, slots=True)
class _Single:
    """`?`."""


@dataclass(frozen=True, slots=True)
class _Class:
    body: str
    is_negated: bool


@dataclass(slots=True)
class _Terms:
    alternatives: "list[list[_Node]]" = field(default_factory=lambda: [[]])


_Node = _Text | _Any | _Super | _Single | _Class | _Terms


# the same few groups, kinds and namespaces are held against each pattern, object by object
@lru_cache(maxsize=1 << 14)
def gobwas_match(pattern: str, text: str, separators: str = "") -> bool:
    """Tell whether gobwas/glob matches all of `text`; a pattern that does not compile never does.

    `*` and `?` stop at `separators`, `**` does not; `{a,b}`, `[a-c]`, `[!abc]`, escapes are known.
    """
    try:
        return any(match(text) for match in _compiled(pattern, separators))
    except BadPattern:
        return False


def check_gobwas(pattern: str) -> None:
    """Raise `BadPattern` where gobwas/glob does not compile `pattern`."""
    _compiled(pattern, "")


@lru_cache(maxsize=4096)
def _compiled(pattern: str, separators: str) -> "tuple[_Matcher, ...]":
    nodes = _parse(pattern)
    if len(nodes) == 1 and isinstance(nodes[0], _Terms):
        return tuple(_Matcher.of(nodes, separators) for nodes in nodes[0].alternatives)
    return (_Matcher.of(nodes, separators),)


@dataclass(frozen=True, slots=True)
class _Matcher:
    """One sequence; a text, one free wildcard and a text are tested as prefix and suffix only.

    In that shape gobwas lets both texts overlap: `a/**/c` matches `a/c`.
    """

    expression: str
    ends: tuple[str, str] | None
    takes_nothing: bool = False
    """A lone `?` or negated class matches the empty text too, an oversight of gobwas."""

    @classmethod
    def of(cls, nodes: list[_Node], separators: str) -> "_Matcher":
        match nodes:
            case [_Text(first), _Super(), _Text(last)]:
                return cls("", (first, last))
            case [_Text(first), _Any(), _Text(last)] if not separators:
                return cls("", (first, last))
            case [_Single() | _Class(_, True)]:
                return cls(_expression(nodes, separators), None, takes_nothing=True)
            case _:
                return cls(_expression(nodes, separators), None)

    def __call__(self, text: str) -> bool:
        if self.ends is not None:
            return text.startswith(self.ends[0]) and text.endswith(self.ends[1])
        return (self.takes_nothing and not text) or linear_match(self.expression, text)


def linear_match(expression: str, text: str) -> bool:
    """Tell whether an expression of RE2 matches all of `text`, in linear time."""
    compiled = _automaton(expression)
    try:
        return compiled is not None and compiled.fullmatch(text) is not None
    except UnicodeError:
        return False


@lru_cache(maxsize=4096)
def _automaton(expression: str) -> Any:
    """Return the compiled expression, None where RE2 has none; compiling is nearly all the cost."""
    import re2  # noqa: PLC0415  # a pattern from a cluster must not be able to take for ever

    options = re2.Options()
    options.log_errors = False
    options.dot_nl = True
    try:
        return re2.compile(expression, options)
    except (re2.error, UnicodeError):
        return None


def _expression(nodes: list[_Node], separators: str) -> str:
    return "".join(_part(node, separators) for node in nodes)


def _part(node: _Node, separators: str) -> str:
    stop = "".join(map(_escaped, separators))
    single = f"[^{stop}]" if stop else "."
    match node:
        case _Text(text):
            return "".join(map(_escaped, text))
        case _Any():
            return single + "*"
        case _Super():
            return ".*"
        case _Single():
            return single
        case _Class(body, is_negated):
            return f"[{'^' if is_negated else ''}{body}]"
        case _Terms(alternatives):
            return f"(?:{'|'.join(_expression(nodes, separators) for nodes in alternatives)})"


def _escaped(char: str) -> str:
    return char if char.isalnum() and char.isascii() else f"\\x{{{ord(char):x}}}"


@dataclass(slots=True)
class _Reader:
    pattern: str
    at: int = 0

    def peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def read(self) -> str:
        char = self.peek()
        self.at += 1
        return char


def _parse(pattern: str) -> list[_Node]:
    if "\ufffd" in pattern:
        raise BadPattern(pattern)
    reader = _Reader(pattern.partition("\0")[0])
    root: list[_Node] = []
    here, open_terms = root, list[tuple[list[_Node], _Terms]]()
    while char := reader.peek():
        if char == "{":
            reader.read()
            terms = _Terms()
            here.append(terms)
            open_terms.append((here, terms))
            here = terms.alternatives[0]
        elif open_terms and char == ",":
            reader.read()
            here = []
            open_terms[-1][1].alternatives.append(here)
        elif open_terms and char == "}":
            reader.read()
            here, _ = open_terms.pop()
        else:
            here.extend(_item(reader, _TERM_BREAKERS if open_terms else _BREAKERS))
    return root


def _item(reader: _Reader, breakers: str) -> Iterator[_Node]:
    char = reader.peek()
    if char == "[":
        reader.read()
        yield _class(reader)
    elif char == "?":
        reader.read()
        yield _Single()
    elif char == "*":
        reader.read()
        if reader.peek() == "*":
            reader.read()
            yield _Super()
        else:
            yield _Any()
    else:
        text = _text(reader, breakers)
        if text:
            yield _Text(text)


def _text(reader: _Reader, breakers: str) -> str:
    out = []
    while char := reader.peek():
        if char in breakers:
            break
        reader.read()
        out.append(reader.read() if char == "\\" else char)
    return "".join(out)


def _class(reader: _Reader) -> _Class:
    is_negated = reader.peek() == "!"
    if is_negated:
        reader.read()
    if reader.pattern[reader.at + 1 : reader.at + 2] == "-":
        low, _, high = reader.read(), reader.read(), reader.read()
        if not high or high < low:
            raise BadPattern(reader.pattern)
        body = f"{_escaped(low)}-{_escaped(high)}"
    else:
        body = "".join(map(_escaped, _text(reader, "]")))
    if not body or reader.read() != "]":
        raise BadPattern(reader.pattern)
    return _Class(body, is_negated)


def filepath_match(pattern: str, name: str) -> bool:
    """Tell whether Go's `filepath.Match` matches; a malformed pattern matches nothing."""
    try:
        expression = _filepath_expression(pattern)
    except BadPattern:
        return False
    return linear_match(expression, name)


@lru_cache(maxsize=4096)
def _filepath_expression(pattern: str) -> str:
    reader = _Reader(pattern)
    out: list[str] = []
    while char := reader.read():
        if char == "*":
            if not out or out[-1] != "[^/]*":
                out.append("[^/]*")
        elif char == "?":
            out.append("[^/]")
        elif char == "[":
            out.append(_filepath_class(reader))
        elif char == "\\":
            out.append(re.escape(_required(reader)))
        else:
            out.append(re.escape(char))
    return "".join(out)


def _filepath_class(reader: _Reader) -> str:
    negation = ""
    if reader.peek() == "^":
        reader.read()
        negation = "^"
    ranges: list[str] = []
    while reader.peek() != "]" or not ranges:
        low = high = _class_char(reader)
        if reader.peek() == "-":
            reader.read()
            high = _class_char(reader)
        if low <= high:
            ranges.append(f"{re.escape(low)}-{re.escape(high)}")
        else:
            ranges.append("")
    reader.read()
    body = "".join(ranges)
    if body:
        return f"[{negation}{body}]"
    return "." if negation else r"[^\x{0}-\x{10ffff}]"


def _class_char(reader: _Reader) -> str:
    char = _required(reader)
    if char in "-]":
        raise BadPattern(reader.pattern)
    char = _required(reader) if char == "\\" else char
    if not reader.peek():
        raise BadPattern(reader.pattern)
    return char


def _required(reader: _Reader) -> str:
    char = reader.read()
    if not char:
        raise BadPattern(reader.pattern)
    return char
