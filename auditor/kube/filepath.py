"""The globs of `filepath.Match` of Go's standard library."""

import re
from functools import lru_cache

from auditor.kube.patterns import BadPattern, Reader, linear_match


def filepath_match(pattern: str, name: str) -> bool:
    """Tell whether Go's `filepath.Match` matches; a malformed pattern matches nothing."""
    try:
        expression = _filepath_expression(pattern)
    except BadPattern:
        return False
    return linear_match(expression, name)


@lru_cache(maxsize=4096)
def _filepath_expression(pattern: str) -> str:
    reader = Reader(pattern)
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


def _filepath_class(reader: Reader) -> str:
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


def _class_char(reader: Reader) -> str:
    char = _required(reader)
    if char in "-]":
        raise BadPattern(reader.pattern)
    char = _required(reader) if char == "\\" else char
    if not reader.peek():
        raise BadPattern(reader.pattern)
    return char


def _required(reader: Reader) -> str:
    char = reader.read()
    if not char:
        raise BadPattern(reader.pattern)
    return char
