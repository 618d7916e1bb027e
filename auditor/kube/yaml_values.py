"""Values as text in the style of a file, and changes of values themselves."""

import copy
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import yaml

_WIDTH: Final = 1_000_000


@lru_cache(maxsize=64)
def documents(text: str) -> tuple[Any, ...]:
    """Return the values of a text, none where it is no YAML; they are shared, so only to be read.

    The text of a chart's values is asked once for every finding.
    """
    try:
        return tuple(yaml.safe_load_all(text))
    except (yaml.YAMLError, ValueError, RecursionError):
        return ()


def spelled(value: Any, style: str | None) -> str:
    """Return a scalar as YAML; a string keeps the quotes of `style`, `'` or `"`."""
    quoted = style if isinstance(value, str) and style in ("'", '"') else None
    text = yaml.safe_dump(value, default_style=quoted, allow_unicode=True, width=_WIDTH)
    return text.removesuffix("\n").removesuffix("\n...")


def flow(value: Any) -> str:
    """Return any value on one line."""
    if not isinstance(value, dict | list):
        return spelled(value, None)
    text = yaml.safe_dump(
        value, default_flow_style=True, allow_unicode=True, width=_WIDTH, sort_keys=False
    )
    return text.removesuffix("\n")


def block(value: Any, column: int, dash: int) -> list[str]:
    """Return the lines of a collection below a key at `column`; lists stand `dash` further."""
    if isinstance(value, Mapping):
        return [
            line for name, below in value.items() for line in _pair(name, below, column + 2, dash)
        ]
    lines: list[str] = []
    pad = " " * (column + dash)
    for item in value:
        if isinstance(item, dict | list) and item:
            below = block(item, column + dash, dash)
            lines += [f"{pad}- {below[0].lstrip(' ')}", *below[1:]]
        else:
            lines.append(f"{pad}- {flow(item)}")
    return lines


def _pair(name: Any, value: Any, column: int, dash: int) -> list[str]:
    head = f"{' ' * column}{spelled(name, None)}:"
    if isinstance(value, dict | list) and value:
        return [head, *block(value, column, dash)]
    return [f"{head} {flow(value)}"]


def inserted(document: Any, steps: tuple[str, ...], value: Any) -> Any:
    """Return `document` with `value` at `steps`; what lies on the way is made."""
    step, *rest = steps
    if isinstance(document, list):
        at = len(document) if step == "-" else int(step)
        below = document[at] if at < len(document) else None
        new = inserted(below, tuple(rest), value) if rest else copy.deepcopy(value)
        return [*document[:at], new, *document[at + 1 :]]
    if document is None:
        document = [] if step == "-" else {}
        return inserted(document, steps, value)
    below = document.get(step)
    new = inserted(below, tuple(rest), value) if rest else copy.deepcopy(value)
    return {**document, step: new}


def removed(document: Any, steps: tuple[str, ...]) -> Any:
    """Return `document` without what is at `steps`; raise LookupError where nothing is."""
    step, *rest = steps
    if isinstance(document, list):
        at = int(step)
        kept = [removed(document[at], tuple(rest))] if rest else []
        return [*document[:at], *kept, *document[at + 1 :]]
    if rest:
        return {**document, step: removed(document[step], tuple(rest))}
    document[step]
    return {name: value for name, value in document.items() if name != step}
