"""`jqPathExpressions`: which paths an expression deletes, and whether it compiles.

Argo CD runs `del(<expression>)` in gojq 0.12 for at most a second (upstream
`util/argo/normalizers/diff_normalizer.go`). Here the paths come from the bindings of jq, and
the deletion is done on the document itself, so that numbers keep their form. Expressions that
can loop or grow without bound (own functions, ranges, regular expressions, multiplication) run
in a process of their own with a limit of time and memory; plain path expressions run here.
"""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

TIMEOUT_SECONDS: Final = 1.0
_WORKER_MEMORY = 1 << 29
_LAST_RESORT_SECONDS = 20.0
_MOST_VAIN = 5
_ENDLESS: Final = f"execution ended without a result ({TIMEOUT_SECONDS:g}s, memory)"
_FOREIGN = re.compile(
    r"\$__loc__\b|\$__prog_args\b|(?<![.\w$])(?:input|inputs|import|include|get_search_list"
    r"|have_literal_numbers|have_decnum|\$__prog_name|input_line_number|ltrimstr/2)\b(?!\s*:)"
)
_BOUNDED_WORDS = frozenset(
    [
        "select",
        "and",
        "or",
        "not",
        "has",
        "in",
        "inside",
        "contains",
        "startswith",
        "endswith",
        "any",
        "all",
        "length",
        "type",
        "keys",
        "values",
        "nulls",
        "strings",
        "numbers",
        "booleans",
        "arrays",
        "objects",
        "scalars",
        "iterables",
        "empty",
        "error",
        "null",
        "true",
        "false",
        "if",
        "then",
        "elif",
        "else",
        "end",
        "first",
        "last",
        "IN",
        "index",
        "rindex",
        "to_entries",
        "from_entries",
        "map",
        "tostring",
        "tonumber",
        "ascii_downcase",
        "ascii_upcase",
        "ltrimstr",
        "rtrimstr",
        "min",
        "max",
        "add",
        "unique",
        "sort",
        "sort_by",
        "paths",
        "path",
        "getpath",
        "leaf_paths",
        "try",
        "catch",
        "as",
        "env",
        "now",
        "del",
        "flatten",
        "reverse",
        "join",
        "tojson",
        "fromjson",
        "keys_unsorted",
        "recurse",
        "with_entries",
        "map_values",
        "group_by",
        "unique_by",
        "min_by",
        "max_by",
        "floor",
    ]
)
_GROWTH = re.compile(r'"(?:\\.|[^"\\])*"|([,+]|\.\.|tojson|recurse|paths|flatten)')
_MOST_GROWTH = 8
"""Steps in a pipe that may each double what there is."""
_WORD = re.compile(r'"(?:\\.|[^"\\])*"|\.?\$?[A-Za-z_]\w*|\*|recurse\s*\(|#')
_WORKER = (
    "import sys,json,resource,signal\n"
    "resource.setrlimit(resource.RLIMIT_AS,({0},{0}))\n"
    "import jq\n"
    "program,document=json.load(sys.stdin)\n"
    "signal.setitimer(signal.ITIMER_REAL,{1})\n"
    "try: answer={{'values':jq.compile(program).input_value(document).all()}}\n"
    "except Exception as error: answer={{'error':str(error)}}\n"
    "json.dump(answer,sys.stdout)\n"
)


@dataclass(frozen=True, slots=True)
class JqError:
    """Why an expression could not be compiled or run."""

    expression: str
    message: str

    @property
    def is_endless(self) -> bool:
        """Say whether it was stopped; Argo CD, too, gives up after a second."""
        return self.message == _ENDLESS


@lru_cache(maxsize=2048)
def compile_error(expression: str) -> str | None:
    """Return why `del(<expression>)` does not compile, None where it does."""
    bare = re.sub(r'"(?:\\.|[^"\\])*"', '""', expression)
    foreign = _FOREIGN.search(bare)
    if foreign is not None:
        return f"function not defined: {foreign[0]}"
    import jq  # noqa: PLC0415 - a C extension that most commands never need

    try:
        jq.compile(f"del({expression})")
    except ValueError as error:
        return str(error).strip()
    return None


def delete(document: Any, expression: str) -> Any | JqError:
    """Return the document without the paths of the expression.

    A runtime error, an endless run or paths that cannot be deleted give JqError; Argo CD then
    leaves the document as it was.
    """
    message = compile_error(expression)
    if message is not None:
        return JqError(expression, message)
    if _leaves_brackets(expression):
        found = _evaluate(f"del({expression})", document, is_bounded=False)
        if isinstance(found, str):
            return JqError(expression, found)
        return found[0] if len(found) == 1 else JqError(expression, "not exactly one result")
    found = _evaluate(f"[path({expression})]", document, is_bounded=_is_bounded(expression))
    if isinstance(found, str):
        return JqError(expression, found)
    try:
        return _delete_paths(document, found[0])
    except (TypeError, IndexError) as error:
        return JqError(expression, str(error))


def _leaves_brackets(expression: str) -> bool:
    """Say whether the text closes the bracket of `del(` by itself."""
    depth = 0
    for part in re.findall(r'"(?:\\.|[^"\\])*"|[()]', expression):
        depth += {"(": 1, ")": -1}.get(part, 0)
        if depth < 0:
            return True
    return False


def _is_bounded(expression: str) -> bool:
    if sum(bool(step) for step in _GROWTH.findall(expression)) > _MOST_GROWTH:
        return False
    for word in _WORD.findall(expression):
        if word.startswith(("recurse(", "recurse ", "#")) or word == "*":
            return False
        if word.startswith('"') and "\\(" in word:
            return False
        if word[0] not in '".$' and word not in _BOUNDED_WORDS:
            return False
    return True


def _evaluate(program: str, document: Any, *, is_bounded: bool) -> list[Any] | str:
    """Run a program; return its results or the error's text."""
    if not is_bounded:
        return _evaluate_apart(program, document)
    try:
        results: list[Any] = _compiled(program).input_value(document).all()
    except ValueError as error:
        return str(error)
    return results


@lru_cache(maxsize=256)
def _compiled(program: str) -> Any:
    """Return the program to run; making one takes longer than most runs of it."""
    import jq  # noqa: PLC0415 - a C extension that most commands never need

    return jq.compile(program)


def _evaluate_apart(program: str, document: Any) -> list[Any] | str:
    """Run in a process that its own alarm ends: C code cannot be interrupted otherwise."""
    if len(_vain(program)) >= _MOST_VAIN:
        return _ENDLESS
    command = [sys.executable, "-c", _WORKER.format(_WORKER_MEMORY, TIMEOUT_SECONDS)]
    try:
        worker = subprocess.run(  # noqa: S603 - our own interpreter and a constant program
            command,
            input=json.dumps([program, document]),
            capture_output=True,
            text=True,
            timeout=_LAST_RESORT_SECONDS,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        return "the program could not be run"
    if not worker.stdout:
        _vain(program).append(program)
        return _ENDLESS
    result: Mapping[str, Any] = json.loads(worker.stdout)
    return str(result["error"]) if "error" in result else list(result["values"])


@lru_cache(maxsize=1024)
def _vain(_program: str) -> list[str]:
    """Return the runs of a program that came to no end; after a few it is not run again."""
    return []


def _delete_paths(document: Any, paths: list[list[Any]]) -> Any:
    """Delete from the last path to the first, as delpaths does."""
    for path in sorted(paths, key=_sort_key, reverse=True):
        if not path:
            return None
        document = _delete_path(document, path)
    return document


def _sort_key(path: list[Any]) -> list[tuple[int, Any]]:
    keys: list[tuple[int, Any]] = []
    for part in path:
        if isinstance(part, str):
            keys.append((1, part))
        elif isinstance(part, dict):
            keys.append((2, json.dumps(part, sort_keys=True)))
        else:
            keys.append((0, part))
    return keys


def _delete_path(value: Any, path: list[Any]) -> Any:
    head, rest = path[0], path[1:]
    if value is None:
        return None
    if isinstance(head, dict):
        return _delete_slice(value, head, rest)
    if isinstance(value, dict) and isinstance(head, str):
        if head not in value:
            return value
        if not rest:
            return {key: item for key, item in value.items() if key != head}
        return {**value, head: _delete_path(value[head], rest)}
    if isinstance(value, list) and isinstance(head, (int, float)):
        index = int(head) + (len(value) if head < 0 else 0)
        if not 0 <= index < len(value):
            return value
        inner = [] if not rest else [_delete_path(value[index], rest)]
        return [*value[:index], *inner, *value[index + 1 :]]
    raise TypeError(f"cannot delete field {head!r}")


def _delete_slice(value: Any, part: Mapping[str, Any], rest: list[Any]) -> Any:
    if not isinstance(value, list):
        raise TypeError("cannot delete a slice of what is no array")
    start, stop, _ = slice(part.get("start"), part.get("end")).indices(len(value))
    inner = [] if not rest else _delete_path(value[start:stop], rest)
    return [*value[:start], *inner, *value[max(start, stop) :]]
