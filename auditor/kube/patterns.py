"""What the glob dialects of Go programs share: reading one, and matching in linear time."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any


class BadPattern(ValueError):
    """A pattern that the Go library refuses to compile."""


@dataclass(slots=True)
class Reader:
    """The characters of a pattern, one after another; empty text at its end."""

    pattern: str
    at: int = 0

    def peek(self) -> str:
        """Return the next one and stay before it."""
        return self.pattern[self.at : self.at + 1]

    def read(self) -> str:
        """Return the next one and go on."""
        char = self.peek()
        self.at += 1
        return char


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
