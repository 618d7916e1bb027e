"""Paths that could hide one difference, the steadiest first; none names an item by its position."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, TypeAlias

from auditor.argocd.drift import FieldDrift
from auditor.argocd.field_paths import NATURAL_KEYS, jq_key, jq_of_pattern
from auditor.kube.merge import is_same
from auditor.kube.pointer import tokens

Paths: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]
"""JSON pointers and jq expressions that belong together."""

_MOST: Final = 24
"""Spellings to try for one field: names of items differ only where several keys name them."""


def candidates(field: FieldDrift, target: Any, live: Any) -> Iterator[Paths]:
    """Yield ways to name `field`, to be tried out in this order."""
    is_list = isinstance(field.live, list) and isinstance(field.desired, list)
    if is_list:
        yield from (((), found) for found in _of_lists(field, target, live))
        return
    named = list(islice(_spelled(tokens(field.pointer), live, target), _MOST))
    if named == [_plain(tokens(field.pointer))]:
        yield (field.pointer,), ()
        return
    if field.habit and field.habit.by == "api":
        yield (), (jq_of_pattern(field.habit.path),)
    yield from (((), (expression,)) for expression in named)


def _of_lists(field: FieldDrift, target: Any, live: Any) -> Iterator[tuple[str, ...]]:
    """Yield expressions for the items that one side has and the other has not, or has otherwise."""
    for base in islice(_spelled(tokens(field.pointer), live, target), _MOST):
        found = _in_lists(base, field.live, field.desired)
        if found:
            yield tuple(dict.fromkeys(found))


def _in_lists(base: str, live: list[Any], desired: list[Any]) -> list[str] | None:
    """Return a path for each item that differs, or below it; None where one has no name."""
    ours, theirs = _odd(live, desired), _odd(desired, live)
    if ours is None or theirs is None:
        return None
    found: list[str] = []
    for selector in dict.fromkeys((*ours, *theirs)):
        at = f"{base}[]? | {selector}"
        inner: list[str] | None = [at]
        if selector in ours and selector in theirs:
            inner = _in_values(f"{at} | ", ours[selector], theirs[selector])
        if inner is None:
            return None
        found += inner
    return found


def _odd(items: list[Any], others: list[Any]) -> dict[str, Any] | None:
    """Return the items that `others` lacks by the expression that picks them."""
    found: dict[str, Any] = {}
    for item in items:
        if any(is_same(item, other) for other in others):
            continue
        selector = next(_selectors(items, item), None)
        if selector is None:
            return None
        found[selector] = item
    return found


def _in_values(base: str, live: Any, desired: Any) -> list[str] | None:
    if not isinstance(live, Mapping) or not isinstance(desired, Mapping):
        return [base.removesuffix(" | ")]
    found: list[str] = []
    for key in dict.fromkeys((*live, *desired)):
        one, other = live.get(key), desired.get(key)
        if key in live and key in desired and is_same(one, other):
            continue
        at = f"{base}{jq_key(key)}"
        if isinstance(one, list) and isinstance(other, list):
            inner = _in_lists(at, one, other)
        elif isinstance(one, Mapping) and isinstance(other, Mapping):
            inner = _in_values(at, one, other)
        else:
            inner = [at]
        if inner is None:
            return None
        found += inner
    return found


def _spelled(path: Sequence[str], live: Any, target: Any, done: str = "") -> Iterator[str]:
    """Yield expressions for a path: items of lists by each key that names them on both sides."""
    if not path:
        yield done
        return
    head, rest = path[0], path[1:]
    if not isinstance(live, list):
        below = live.get(head) if isinstance(live, Mapping) else None
        other = target.get(head) if isinstance(target, Mapping) else None
        yield from _spelled(rest, below, other, done + jq_key(head))
        return
    if not head.isdecimal() or int(head) >= len(live):
        return
    item = live[int(head)]
    others = target if isinstance(target, list) else []
    other = others[int(head)] if int(head) < len(others) else None
    for selector in _selectors(live, item):
        start = f"{done or '.'}[]? | {selector}"
        yield from _spelled(rest, item, other, f"{start} | " if rest else start)


def _plain(path: Sequence[str]) -> str:
    done = ""
    for part in path:
        done += jq_key(part)
    return done


def _selectors(items: list[Any], item: Any) -> Iterator[str]:
    """Yield `select(…)` by the value, by one key, or by all keys together, where it is unique."""
    if isinstance(item, str | int | float):
        if sum(is_same(item, other) for other in items) == 1:
            yield f"select(. == {json.dumps(item)})"
        return
    if not isinstance(item, Mapping):
        return
    maps = [other for other in items if isinstance(other, Mapping)]
    scalars = {
        key: value
        for key, value in item.items()
        if isinstance(value, str | int) and not isinstance(value, bool)
    }
    first = [key for key in NATURAL_KEYS if key in scalars]
    for key in (*first, *sorted(set(scalars) - set(first))):
        if sum(is_same(other.get(key), scalars[key]) for other in maps) == 1:
            yield f"select({_equals(key, scalars[key])})"
    if len(scalars) > 1 and sum(_has_all(other, scalars) for other in maps) == 1:
        yield f"select({' and '.join(_equals(key, scalars[key]) for key in sorted(scalars))})"


def _equals(key: str, value: Any) -> str:
    return f"{jq_key(key)} == {json.dumps(value)}"


def _has_all(item: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(is_same(item.get(key), value) for key, value in wanted.items())
