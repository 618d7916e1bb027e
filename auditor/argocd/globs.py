"""Patterns of projects and windows; mirrors `globMatch` of `app_project_types.go`, `util/glob`."""

import re
import subprocess
import sys
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from auditor.kube.gap import Gap, Unjudgeable
from auditor.kube.globbing import gobwas_match

_SEARCH: Final = (
    "import re,signal,sys\n"
    "signal.setitimer(signal.ITIMER_REAL,1)\n"
    "print(re.search(*sys.argv[1:3]) is not None,end='')\n"
)
"""Ends by SIGALRM after a second."""


class Panic(Exception):
    """A value at which the code of Argo CD itself crashes."""


def is_deny_pattern(pattern: str) -> bool:
    """Tell whether the pattern negates."""
    return pattern.startswith("!")


def glob_match(pattern: str, value: str, *, negates: bool = False, separators: str = "") -> bool:
    """Match as projects and windows do; with `negates` a `!pattern` matches everything else."""
    if negates and is_deny_pattern(pattern):
        return not gobwas_match(pattern[1:], value, separators)
    return pattern == "*" or gobwas_match(pattern, value, separators)


def is_in_patterns(patterns: Iterable[str], value: str) -> bool:
    """Tell whether a glob or a `/regular expression/` of the list matches.

    Raise `Panic` at the entry `/`, which the upstream code slices out of its bounds, and
    `Unjudgeable` at an expression that takes too long.
    """
    return any(_is_listed(pattern, value) for pattern in patterns)


def _is_listed(pattern: str, value: str) -> bool:
    if pattern.startswith("/") and pattern.endswith("/"):
        if len(pattern) == 1:
            raise Panic("runtime error: slice bounds out of range [1:0]")
        if _is_found(pattern[1:-1], value):
            return True
    return gobwas_match(pattern, value)


def _is_found(expression: str, value: str) -> bool:
    import re2  # noqa: PLC0415  # linear where it can be; look-arounds need the other engine

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(expression, options).search(value) is not None
    except re2.error:
        pass
    return _is_found_apart(expression, value)


@lru_cache(maxsize=1024)
def _is_found_apart(expression: str, value: str) -> bool:
    """Search in a process that its own alarm ends: such an expression can take for ever."""
    try:
        re.compile(expression)
    except (re.error, RecursionError, OverflowError):
        return False
    done = subprocess.run(  # noqa: S603 - our own interpreter and a constant program
        (sys.executable, "-I", "-S", "-c", _SEARCH, expression, value),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode < 0:
        raise Unjudgeable(Gap("expression_endless", {"expression": expression}))
    return done.stdout == b"True"
