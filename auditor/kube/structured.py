"""Values with a schema, as server-side apply sees them: compare, remove, list their fields.

Mirrors structured-merge-diff `typed` (compare.go, remove.go, tofieldset.go).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from auditor.kube.field_sets import Element, FieldSet, Path, below
from auditor.kube.merge import is_same
from auditor.kube.structured_schema import MISSING, Node, elements


@dataclass(frozen=True, slots=True)
class Comparison:
    """Which fields differ between two values of one schema."""

    removed: set[Path] = field(default_factory=set)
    modified: set[Path] = field(default_factory=set)
    added: set[Path] = field(default_factory=set)


def compare(left: Any, right: Any, node: Node) -> Comparison:
    """Compare two validated values. Raises NotTypedError for items that have no key."""
    result = Comparison()
    _compare(left, right, node, (), result)
    return result


def remove(value: Any, fields: FieldSet, node: Node) -> Any:
    """Return the value without the given fields; containers that become empty stay."""
    if isinstance(value, dict) and node.atom in {"map", "any"}:
        return _remove_keys(value, fields, node)
    if isinstance(value, list) and node.atom in {"list", "any"}:
        return _remove_items(value, fields, node)
    return value


def fields_of(value: Any, node: Node) -> FieldSet:
    """Return every leaf and item the value mentions."""
    found: set[Path] = set()
    _fields(value, node, (), found)
    return frozenset(found)


def with_named_parents(fields: FieldSet, node: Node) -> FieldSet:
    """Add the parents that are fields of structs: pruning treats them as members."""
    found = set(fields)
    for path in fields:
        place: Node | None = node
        for depth, (kind, name) in enumerate(path[:-1]):
            if place is None:
                break
            if kind == "f" and place.is_declared(name):
                found.add(path[: depth + 1])
            place = place.child(name) if kind == "f" else place.item
    return frozenset(found)


def _compare(left: Any, right: Any, node: Node, path: Path, result: Comparison) -> None:
    value = left if right is MISSING else right
    sample = value if value is not None else left
    is_container = isinstance(sample, (dict, list)) and node.atom != "scalar"
    are_empty = not _content(left) and not _content(right)
    if not is_container or node.is_atomic(sample) or are_empty:
        _compare_leaf(left, right, path, result)
        return
    if isinstance(sample, dict):
        _compare_maps(_content(left), _content(right), node, path, result)
    else:
        _compare_lists(_content(left), _content(right), node, path, result)
    if left is MISSING:
        result.added.add(path)
    elif right is MISSING:
        result.removed.add(path)


def _content(value: Any) -> Any:
    return value if isinstance(value, (dict, list)) else {}


def _compare_leaf(left: Any, right: Any, path: Path, result: Comparison) -> None:
    if left is MISSING:
        result.added.add(path)
    elif right is MISSING:
        result.removed.add(path)
    elif not is_same(left, right):
        result.modified.add(path)


def _compare_maps(
    left: Mapping[str, Any], right: Mapping[str, Any], node: Node, path: Path, result: Comparison
) -> None:
    for key in dict.fromkeys((*left, *right)):
        child = node.child(key) or Node("any")
        _compare(
            left.get(key, MISSING), right.get(key, MISSING), child, (*path, ("f", key)), result
        )


def _compare_lists(left: Any, right: Any, node: Node, path: Path, result: Comparison) -> None:
    before = _grouped(left or [], node)
    after = _grouped(right or [], node)
    for element in dict.fromkeys((*before, *after)):
        old, new = before.get(element, []), after.get(element, [])
        here = (*path, element)
        if len(old) > 1 and len(new) > 1:
            if not is_same(old, new):
                result.modified.add(here)
            continue
        if len(old) > 1:
            result.removed.add(here)
            old = []
        elif len(new) > 1:
            result.added.add(here)
            new = []
        if old or new:
            first = old[0] if old else MISSING
            _compare(first, new[0] if new else MISSING, node.item, here, result)


def _grouped(items: list[Any], node: Node) -> dict[Element, list[Any]]:
    groups: dict[Element, list[Any]] = {}
    for element, item in elements(items, node):
        groups.setdefault(element, []).append(item)
    return groups


def _remove_keys(value: dict[str, Any], fields: FieldSet, node: Node) -> Any:
    if not value or node.is_atomic(value):
        return None
    kept: dict[str, Any] = {}
    had_matches = False
    for key, item in value.items():
        element = ("f", key)
        if (element,) in fields:
            continue
        inner = below(fields, element)
        had_matches = had_matches or bool(inner)
        kept[key] = _removed(item, inner, node.child(key) or Node("any")) if inner else item
    return kept if kept or had_matches else None


def _remove_items(value: list[Any], fields: FieldSet, node: Node) -> Any:
    if not value or node.is_atomic(value):
        return None
    kept: list[Any] = []
    had_matches = False
    for element, item in elements(value, node):
        if (element,) in fields:
            continue
        inner = below(fields, element)
        had_matches = had_matches or bool(inner)
        kept.append(_removed(item, inner, node.item) if inner else item)
    return kept if kept or had_matches else None


def _removed(item: Any, fields: FieldSet, node: Node) -> Any:
    """Remove inside an item, which stays even when nothing is left in it."""
    rest = remove(item, fields, node)
    if rest is None and isinstance(item, (dict, list)):
        return type(item)()
    return rest


def _fields(value: Any, node: Node, path: Path, found: set[Path]) -> None:
    if node.atom == "scalar" or not isinstance(value, (dict, list)):
        if node.atom not in {"map", "list"}:
            found.add(path)
        return
    if node.is_atomic(value):
        found.add(path)
    elif isinstance(value, dict):
        for key, item in value.items():
            here = (*path, ("f", key))
            _fields(item, node.child(key) or Node("any"), here, found)
            if item is None or item == {} or not node.is_declared(key):
                found.add(here)
    else:
        for element, items in _grouped(value, node).items():
            found.add((*path, element))
            if len(items) == 1:
                _fields(items[0], node.item, (*path, element), found)
