"""Server-side apply on values: merge a configuration into a live object, prune what it dropped.

Mirrors structured-merge-diff `typed/merge.go` and `merge/update.go`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from auditor.kube.field_sets import EMPTY, Element, FieldSet
from auditor.kube.merge import is_same
from auditor.kube.structured import fields_of, remove, with_named_parents
from auditor.kube.structured_schema import MISSING, Node, element_of


def apply(
    live: Mapping[str, Any],
    config: Mapping[str, Any],
    node: Node,
    last_applied: FieldSet,
    owned_by_others: Iterable[FieldSet],
) -> Any:
    """Return the object after an apply that forces conflicts; None where nothing changes.

    `last_applied` is what the same manager applied before. Raises NotTypedError.
    """
    merged = merge(live, config, node)
    result = merged
    if last_applied:
        managed = frozenset().union(fields_of(config, node), *owned_by_others)
        result = _prune(merged, node, last_applied, managed)
    return None if is_same(live, result) else result


def merge(left: Any, right: Any, node: Node) -> Any:
    """Merge `right` over `left`: leaves of the right win, keyed lists are merged by key."""
    if left is MISSING or right is MISSING:
        sample = right if left is MISSING else left
    else:
        sample = right if right is not None else left
    is_container = isinstance(sample, (dict, list)) and node.atom != "scalar"
    if not is_container or node.is_atomic(sample) or (not _items(left) and not _items(right)):
        return left if right is MISSING else right
    if isinstance(sample, dict):
        before = left if isinstance(left, dict) else {}
        after = right if isinstance(right, dict) else {}
        return {
            key: merge(
                before.get(key, MISSING), after.get(key, MISSING), node.child(key) or Node("any")
            )
            for key in dict.fromkeys((*before, *after))
        }
    return _merge_lists(_list(left), _list(right), node)


def _prune(merged: Any, node: Node, last: FieldSet, managed: FieldSet) -> Any:
    """Remove what was applied last time and nobody owns any more."""
    last = with_named_parents(last, node)
    merged_set = with_named_parents(fields_of(merged, node), node)
    pruned = remove(merged, last, node)
    kept = with_named_parents(fields_of(pruned, node), node) | with_named_parents(managed, node)
    pruned = remove(merged, merged_set - kept, node)
    pruned_set = with_named_parents(fields_of(pruned, node), node)
    return remove(merged, (merged_set - pruned_set) & last, node)


def _items(value: Any) -> Any:
    return value if isinstance(value, (dict, list)) else EMPTY


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _merge_lists(left: list[Any], right: list[Any], node: Node) -> list[Any]:
    """Interleave as upstream: like the right where it has an opinion, else like the left."""
    left_names = [element_of(item, node) for item in left]
    right_names = [element_of(item, node) for item in right]
    before = _by_name(left, left_names)
    after = _by_name(right, right_names)
    shared = [name for name in right_names if name in before]
    merged: set[Element] = set()
    out: list[Any] = []
    i = j = 0
    while i < len(left) or j < len(right):
        if i < len(left) and j < len(right):
            name = left_names[i]
            if name == right_names[j]:
                merged.add(name)
                out.append(merge(before[name], after[name], node.item))
                i, j = i + 1, j + 1
                shared = shared[1:]
                continue
            if name in after and shared and shared[0] != name:
                i += 1
                continue
        if i < len(left):
            name = left_names[i]
            if name not in after:
                out.append(left[i])
                i += 1
                continue
            if name in merged:
                i += 1
        if j < len(right):
            name = right_names[j]
            merged.add(name)
            out.append(merge(before.get(name, MISSING), after[name], node.item))
            j += 1
            if shared and shared[0] == name:
                shared = shared[1:]
    return out


def _by_name(items: list[Any], names: list[Element]) -> dict[Element, Any]:
    """Index items; one that is there twice is not merged with anything."""
    found: dict[Element, Any] = {}
    for name, item in zip(names, items, strict=True):
        found[name] = MISSING if name in found else item
    return found
