"""Tokens of Lua."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from auditor.argocd.lua.values import LuaError

KEYWORDS = frozenset(
    [
        "and",
        "break",
        "do",
        "else",
        "elseif",
        "end",
        "false",
        "for",
        "function",
        "goto",
        "if",
        "in",
        "local",
        "nil",
        "not",
        "or",
        "repeat",
        "return",
        "then",
        "true",
        "until",
        "while",
    ]
)
BINARY = {
    "or": (1, 1),
    "and": (2, 2),
    **dict.fromkeys(("<", ">", "<=", ">=", "~=", "=="), (3, 3)),
    "..": (5, 4),
    "+": (6, 6),
    "-": (6, 6),
    "*": (7, 7),
    "/": (7, 7),
    "%": (7, 7),
    "^": (10, 9),
}
"""Binding powers of binary operators, to the left and to the right."""
UNARY = 8
BLOCK_ENDS = {"end", "else", "elseif", "until", "eof"}
_TOKEN = re.compile(
    r"(?P<space>\s+|--\[(?P<ceq>=*)\[.*?\](?P=ceq)\]|--[^\n]*)"
    r"|(?P<number>0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<long>\[(?P<eq>=*)\[\n?(?P<body>.*?)\](?P=eq)\])"
    r"|(?P<string>\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*')"
    r"|(?P<symbol>\.\.\.|\.\.|==|~=|<=|>=|::|[-+*/%^#<>=(){}\[\];:,.])",
    re.DOTALL,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `kind` is `name`, `number`, `string`, `end`, or the keyword or symbol itself."""

    kind: str
    value: str
    line: int


def tokens(script: str) -> Iterator[Token]:
    """Yield the tokens of a script, an `end of file` last. Raises LuaError."""
    position, line = 0, 1
    while position < len(script):
        match = _TOKEN.match(script, position)
        if match is None:
            raise LuaError(f"<string> line:{line} near '{script[position]}':   Invalid token")
        if match["space"] is None:
            yield _token(match, line)
        line += match[0].count("\n")
        position = match.end()
    yield Token("eof", "EOF", line)


def _token(match: re.Match[str], line: int) -> Token:
    if match["name"] is not None:
        name = match["name"]
        return Token(name if name in KEYWORDS else "name", name, line)
    if match["number"] is not None:
        return Token("number", match["number"], line)
    if match["long"] is not None:
        return Token("string", match["body"], line)
    if match["string"] is not None:
        return Token("string", _unescaped(match["string"][1:-1]), line)
    return Token(match["symbol"], match["symbol"], line)


def _unescaped(raw: str) -> str:
    def replace(match: re.Match[str]) -> str:
        code = match[1]
        if code.isdecimal():
            return chr(int(code) % 256)
        return _ESCAPES.get(code, code)

    return re.sub(r"\\(\d{1,3}|.)", replace, raw, flags=re.DOTALL)
