"""On which line of a TOML file each key stands; the statements are read by `tomllib` itself."""

import tomllib
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

Path = tuple[str | int, ...]
"""Keys and positions of lists, such as `("waivers", 0, "rule")`."""

_CLOSING: Final = ("]", "}", '"""', "'''")


def lines(text: str) -> dict[Path, int]:
    """Return key to line, counted from 1; `text` is valid TOML."""
    found: dict[Path, int] = {}
    counts: defaultdict[Path, int] = defaultdict(int)
    rows = text.replace("\r\n", "\n").split("\n")
    prefix: Path = ()
    at = 0
    while at < len(rows):
        start, bare = at + 1, rows[at].strip()
        at += 1
        if not bare or bare.startswith("#"):
            continue
        if bare.startswith("["):
            prefix = _header(tomllib.loads(bare), counts)
            for end in range(1, len(prefix) + 1):
                found.setdefault(prefix[:end], start)
            continue
        tree, at = _statement(rows, at)
        for path in _paths(tree):
            found.setdefault((*prefix, *path), start)
    return found


def _header(tree: Any, counts: defaultdict[Path, int]) -> Path:
    """Return where a header leads; a list of tables is entered at its last item."""
    path: Path = ()
    while isinstance(tree, dict) and tree:
        ((key, tree),) = tree.items()
        path = (*path, key)
        if isinstance(tree, list):
            counts[path] += 1
        if counts.get(path):
            path = (*path, counts[path] - 1)
        if isinstance(tree, list):
            tree = tree[0]
    return path


def _statement(rows: list[str], end: int) -> tuple[Any, int]:
    """Read the statement whose first line is before `end`; return it and where the next begins."""
    start = end - 1
    while True:
        try:
            return tomllib.loads("\n".join(rows[start:end])), end
        except tomllib.TOMLDecodeError:
            if end == len(rows):
                raise
            # only where something closes can a statement end
            end += 1
            while end < len(rows) and not any(mark in rows[end - 1] for mark in _CLOSING):
                end += 1


def _paths(tree: Any) -> Iterator[Path]:
    steps: Any = ()
    if isinstance(tree, dict):
        steps = tree.items()
    elif isinstance(tree, list):
        steps = enumerate(tree)
    for key, value in steps:
        yield (key,)
        yield from ((key, *path) for path in _paths(value))
