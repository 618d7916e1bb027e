"""The globs of gobwas/glob, with its oversights."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from auditor.kube.patterns import BadPattern, Reader, linear_match

_BREAKERS = "?*[{"
_TERM_BREAKERS = _BREAKERS + "},"


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


def _parse(pattern: str) -> list[_Node]:
    if "\ufffd" in pattern:
        raise BadPattern(pattern)
    reader = Reader(pattern.partition("\0")[0])
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


def _item(reader: Reader, breakers: str) -> Iterator[_Node]:
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


def _text(reader: Reader, breakers: str) -> str:
    out = []
    while char := reader.peek():
        if char in breakers:
            break
        reader.read()
        out.append(reader.read() if char == "\\" else char)
    return "".join(out)


def _class(reader: Reader) -> _Class:
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
