"""Globs of the Go library gobwas/glob, the ones behind upstream `util/glob`.

`*` stops at separators, `**` does not; `?` is one character; `[a-z]`, `[abc]`, `[!abc]`;
`{a,b}` nests; a backslash escapes. A pattern that does not compile matches nothing.
"""

import re
from functools import lru_cache


def is_match(pattern: str, text: str, separators: str = "") -> bool:
    """Say whether the whole of `text` matches; False for a pattern that does not compile."""
    compiled = _compile(pattern, separators)
    return compiled is not None and compiled.fullmatch(text) is not None


def compiles(pattern: str) -> bool:
    """Say whether the library would accept the pattern."""
    return _compile(pattern, "") is not None


@lru_cache(maxsize=1024)
def _compile(pattern: str, separators: str) -> re.Pattern[str] | None:
    single = f"[^{re.escape(separators)}]" if separators else "."
    out: list[str] = []
    depth = 0
    position = 0
    while position < len(pattern):
        char = pattern[position]
        if char == "[":
            end, text = _range(pattern, position)
            if text is None:
                return None
            out.append(text)
            position = end
            continue
        taken, text, change = _token(pattern, position, single, depth)
        out.append(text)
        depth += change
        position += taken
    if depth:
        return None
    try:
        return re.compile("".join(out), re.DOTALL)
    except re.error:
        return None


def _token(pattern: str, position: int, single: str, depth: int) -> tuple[int, str, int]:
    """Return how many characters are one token, its expression, and the change of depth."""
    char = pattern[position]
    simple = {"?": (1, single, 0), "{": (1, "(?:", 1)}
    if depth:
        simple |= {"}": (1, ")", -1), ",": (1, "|", 0)}
    if char in simple:
        return simple[char]
    if char == "*":
        is_super = pattern[position : position + 2] == "**"
        return (2, ".*", 0) if is_super else (1, f"{single}*", 0)
    if char == "\\" and position + 1 < len(pattern):
        return 2, re.escape(pattern[position + 1]), 0
    return 1, re.escape(char), 0


def _range(pattern: str, start: int) -> tuple[int, str | None]:
    """Read `[…]`; the library allows either one span `a-z` or a list of characters."""
    position = start + 1
    negate = pattern[position : position + 1] == "!"
    if negate:
        position += 1
    body: list[str] = []
    while position < len(pattern) and pattern[position] != "]":
        if pattern[position] == "\\":
            position += 1
        body.append(pattern[position : position + 1])
        position += 1
    if position >= len(pattern) or not body:
        return position, None
    mark = "^" if negate else ""
    if len(body) == 3 and body[1] == "-":  # noqa: PLR2004 - low, dash, high
        if body[0] > body[2]:
            return position, None
        text = f"[{mark}{re.escape(body[0])}-{re.escape(body[2])}]"
    else:
        text = f"[{mark}{''.join(map(re.escape, body))}]"
    return position + 1, text
