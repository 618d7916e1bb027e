"""Lists of strategic merge patches: elements by merge key, their order and their repetitions.

Mirrors the helpers of apimachinery `pkg/util/strategicpatch/patch.go`.
"""

import json
from typing import Any

from auditor.kube.merge import is_same

DELETE_LIST = "$deleteFromPrimitiveList"


ORDER_LIST = "$setElementOrder"


RETAIN_KEYS = "$retainKeys"


DIRECTIVE = "$patch"


class PatchError(Exception):
    """A patch cannot be made or applied: unknown field, missing merge key, mixed list."""


def kind_of(value: Any) -> str:
    """Name the Go type a JSON value decodes into."""
    match value:
        case None:
            return "nil"
        case bool():
            return "bool"
        case int():
            return "int64"
        case float():
            return "float64"
        case str():
            return "string"
        case list():
            return "slice"
        case _:
            return "map"


def element_kind(*lists: list[Any]) -> str:
    """Return the one kind all elements have. Raises PatchError for mixed, nested or no elements."""
    kinds = {kind_of(item) for items in lists for item in items}
    if not kinds:
        raise PatchError("no elements in any of the given slices")
    if len(kinds) > 1:
        raise PatchError("list element types are not identical")
    kind = kinds.pop()
    if kind == "slice":
        raise PatchError("lists of lists are not supported")
    return kind


def go_text(value: Any) -> str:
    """Print a scalar as `%v` does."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "<nil>"
    return value if isinstance(value, str) else json.dumps(value)


def merge_value(item: Any, merge_key: str) -> Any:
    """Return the value of the merge key. Raises PatchError where there is none."""
    if not isinstance(item, dict):
        raise PatchError("expected a map as list element")
    if merge_key not in item:
        raise PatchError(f"map: {item} does not contain declared merge key: {merge_key}")
    return item[merge_key]


def index_in(items: list[Any], item: Any, merge_key: str, kind: str) -> int:
    """Return the place of an element in a list, -1 where it is not."""
    if kind == "map":
        wanted = item.get(merge_key) if isinstance(item, dict) else None
        values = [other.get(merge_key) if isinstance(other, dict) else None for other in items]
    else:
        wanted, values = item, items
    return next((place for place, value in enumerate(values) if is_same(value, wanted)), -1)


def order_by(items: list[Any], order: list[Any], merge_key: str, kind: str) -> list[Any]:
    """Sort elements by their place in `order`; deletions go last. Raises PatchError."""
    deletions: list[Any] = []
    if kind == "map":
        for item in (*items, *order):
            merge_value(item, merge_key)
        deletions = [item for item in items if item.get(DIRECTIVE) == "delete"]
        items = [item for item in items if item.get(DIRECTIVE) != "delete"]
    return [*_insertion_sort(items, order, merge_key, kind), *deletions]


def deduplicate(items: list[Any]) -> list[Any]:
    """Drop repeated scalars as upstream: the last one takes the place of a repetition."""
    items = list(items)
    length = len(items) - 1
    first = 0
    while first < length:
        second = first + 1
        while second <= length:
            if is_same(items[first], items[second]):
                items[second] = items[length]
                items = items[:length]
                length -= 1
            else:
                second += 1
        first += 1
    return items


def _insertion_sort(items: list[Any], order: list[Any], merge_key: str, kind: str) -> list[Any]:
    """Sort stably by insertion, as Go sorts short lists; unknown pairs count as less."""
    result = list(items)
    places = [index_in(order, item, merge_key, kind) for item in result]
    for start in range(1, len(result)):
        place = start
        while place > 0 and _comes_first(places[place], places[place - 1]):
            result[place], result[place - 1] = result[place - 1], result[place]
            places[place], places[place - 1] = places[place - 1], places[place]
            place -= 1
    return result


def _comes_first(left: int, right: int) -> bool:
    return left < right if left >= 0 and right >= 0 else True


def partition(items: list[Any], by: list[Any], key: str) -> tuple[list[Any], list[Any]]:
    """Split elements into those that `by` names too and those the server alone has."""
    if key:
        wanted = [item.get(key) if isinstance(item, dict) else None for item in by]
        flags = [any(is_same(merge_value(item, key), value) for value in wanted) for item in items]
    else:
        flags = [any(is_same(item, value) for value in by) for item in items]
    inside = [item for item, flag in zip(items, flags, strict=True) if flag]
    outside = [item for item, flag in zip(items, flags, strict=True) if not flag]
    return inside, outside


def interleave(
    in_patch: list[Any],
    server_only: list[Any],
    patch_order: list[Any],
    server_order: list[Any],
    key: str,
    kind: str,
) -> list[Any]:
    """Interleave: patched elements in the order of the patch, others where the server has them."""
    right = order_by(in_patch, patch_order, key, kind)
    left = order_by(server_only, server_order, key, kind)
    result: list[Any] = []
    while left and right:
        a = index_in(server_order, left[0], key, kind)
        b = index_in(server_order, right[0], key, kind)
        is_left_first = a >= 0 and b >= 0 and a < b
        result.append(left.pop(0) if is_left_first else right.pop(0))
    return [*result, *left, *right]
