"""Strategic merge patches: creating them, three-way too.

Mirrors `CreateTwoWayMergePatch` and `CreateThreeWayMergePatch` of apimachinery
`pkg/util/strategicpatch/patch.go`. Schemas are struct names of `auditor.kube.types`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cmp_to_key
from typing import Any

from auditor.kube.merge import copied, is_same
from auditor.kube.strategic_lists import (
    DELETE_LIST,
    DIRECTIVE,
    ORDER_LIST,
    RETAIN_KEYS,
    PatchError,
    deduplicate,
    element_kind,
    go_text,
    kind_of,
    merge_value,
    order_by,
)
from auditor.kube.types import Field, element, field_of, load


@dataclass(frozen=True, slots=True)
class DiffOptions:
    """What a diff of two maps leaves out and adds."""

    ignore_deletions: bool = False
    ignore_changes: bool = False
    retain_keys: bool = False


@dataclass(frozen=True, slots=True)
class ListSchema:
    """The schema of a list field: type of its elements, how it is merged, by which key."""

    element: str
    strategy: str
    merge_key: str
    retain_keys: bool


def two_way(
    original: Mapping[str, Any], modified: Mapping[str, Any], schema: str
) -> dict[str, Any]:
    """Return the strategic patch from `original` to `modified`. Raises PatchError."""
    return _diff_maps(copied(dict(original)), copied(dict(modified)), schema, DiffOptions())


def three_way_deltas(
    original: Mapping[str, Any],
    modified: Mapping[str, Any],
    current: Mapping[str, Any],
    schema: str,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return deletions and changes of a three-way patch, to be merged. Raises PatchError."""
    changes = _diff_maps(
        copied(dict(current)),
        copied(dict(modified)),
        schema,
        DiffOptions(ignore_deletions=True),
    )
    deletions = _diff_maps(
        copied(dict(original)), copied(dict(modified)), schema, DiffOptions(ignore_changes=True)
    )
    return deletions, changes


def map_schema(schema: str, key: str) -> tuple[str, str, bool]:
    """Return type, strategy and whether keys are retained of a map field. Raises PatchError."""
    field = _lookup(schema, key)
    strategy, retain = _strategy(field)
    return field.type.removeprefix("*"), strategy, retain


def list_schema(schema: str, key: str) -> ListSchema:
    """Return how a list field is merged. Raises PatchError."""
    field = _lookup(schema, key)
    bare = field.type.removeprefix("*")
    if not field.type.startswith("*") and not bare.startswith("[]") and bare != "bytes":
        raise PatchError(f"expected slice or array type, but got: {field.type}")
    strategy, retain = _strategy(field)
    return ListSchema(element(field.type).removeprefix("*"), strategy, field.merge_key, retain)


def _lookup(schema: str, key: str) -> Field:
    if schema not in load().structs:
        raise PatchError("merging an object in json but data type is not struct")
    field = field_of(schema, key)
    if field is None:
        name = schema.rpartition(".")[2]
        raise PatchError(f'unable to find api field in struct {name} for the json field "{key}"')
    return field


def _strategy(field: Field) -> tuple[str, bool]:
    rest = [name for name in field.strategies if name != "retainKeys"]
    return (rest[0] if rest else ""), "retainKeys" in field.strategies


def _diff_maps(
    original: dict[str, Any], modified: dict[str, Any], schema: str, options: DiffOptions
) -> dict[str, Any]:
    patch: dict[str, Any] = {}
    for key, after in modified.items():
        if key not in original:
            if not options.ignore_changes:
                patch[key] = after
            continue
        before = original[key]
        if key == DIRECTIVE:
            if before != after:
                patch[key] = after
        elif kind_of(before) != kind_of(after):
            if not options.ignore_changes:
                patch[key] = after
        else:
            _diff_value(key, before, after, patch, schema, options)
    if not options.ignore_deletions:
        patch.update({key: None for key in original if key not in modified})
    _add_retain_keys(original, modified, patch, options)
    return patch


def _add_retain_keys(
    original: dict[str, Any],
    modified: dict[str, Any],
    patch: dict[str, Any],
    options: DiffOptions,
) -> None:
    retained = [key for key, value in modified.items() if value is not None]
    if not options.retain_keys or not retained:
        return
    is_narrowed = any(v is not None and k not in modified for k, v in original.items())
    if patch or is_narrowed:
        patch[RETAIN_KEYS] = sorted(retained)


def _diff_value(
    key: str, before: Any, after: Any, patch: dict[str, Any], schema: str, options: DiffOptions
) -> None:
    if isinstance(before, (dict, list)):
        try:
            handler = _diff_inner_map if isinstance(before, dict) else _diff_inner_list
            handler(key, before, after, patch, schema, options)
        except _UnknownFieldError as error:
            if not is_same(before, after):
                raise PatchError(str(error)) from error
    elif not options.ignore_changes and not is_same(before, after):
        patch[key] = after


class _UnknownFieldError(Exception):
    pass


def _diff_inner_map(
    key: str, before: Any, after: Any, patch: dict[str, Any], schema: str, options: DiffOptions
) -> None:
    try:
        inner_schema, strategy, retain = map_schema(schema, key)
    except PatchError as error:
        raise _UnknownFieldError(str(error)) from error
    if strategy == "replace":
        if not options.ignore_changes:
            patch[key] = after
        return
    inner = _diff_maps(before, after, inner_schema, replace(options, retain_keys=retain))
    if inner:
        patch[key] = inner


def _diff_inner_list(
    key: str, before: Any, after: Any, patch: dict[str, Any], schema: str, options: DiffOptions
) -> None:
    try:
        found = list_schema(schema, key)
    except PatchError as error:
        raise _UnknownFieldError(str(error)) from error
    if found.strategy != "merge":
        if not options.ignore_changes and not is_same(before, after):
            patch[key] = after
        return
    added, deleted, order = _diff_lists(
        before, after, found, replace(options, retain_keys=found.retain_keys)
    )
    if added:
        patch[key] = added
    if deleted:
        patch[f"{DELETE_LIST}/{key}"] = deleted
    if order:
        patch[f"{ORDER_LIST}/{key}"] = order


def _diff_lists(
    original: list[Any], modified: list[Any], schema: ListSchema, options: DiffOptions
) -> tuple[list[Any], list[Any], list[Any]]:
    """Return what to add, which scalars to delete and the order wanted."""
    if not original:
        return ([] if options.ignore_changes else modified), [], []
    if element_kind(original, modified) == "map":
        return _diff_keyed(original, modified, schema, options)
    added, deleted = _diff_scalars(original, modified, options)
    added = order_by(added, modified, schema.merge_key, "scalar")
    is_ordered = (not options.ignore_deletions and deleted) or (
        not options.ignore_changes and not is_same(original, modified)
    )
    return added, deleted, list(modified) if is_ordered else []


def _diff_keyed(
    original: list[Any], modified: list[Any], schema: ListSchema, options: DiffOptions
) -> tuple[list[Any], list[Any], list[Any]]:
    key = schema.merge_key
    changes, deletions = _diff_maps_by_key(original, modified, schema, options)
    patch = [*order_by(changes, modified, key, "map"), *deletions]
    is_order_same = len(original) == len(modified) and all(
        is_same(merge_value(a, key), merge_value(b, key))
        for a, b in zip(original, modified, strict=True)
    )
    is_ordered = (not options.ignore_changes and (patch or not is_order_same)) or (
        not options.ignore_deletions and patch
    )
    return patch, [], [{key: item.get(key)} for item in modified] if is_ordered else []


def _diff_maps_by_key(
    original: list[Any], modified: list[Any], schema: ListSchema, options: DiffOptions
) -> tuple[list[Any], list[Any]]:
    key = schema.merge_key
    before = _sorted_by_key(original, key)
    after = _sorted_by_key(modified, key)
    changes: list[Any] = []
    deletions: list[Any] = []
    left = right = 0
    while left < len(before) or right < len(after):
        old = before[left] if left < len(before) else None
        new = after[right] if right < len(after) else None
        old_key = None if old is None else merge_value(old, key)
        new_key = None if new is None else merge_value(new, key)
        if old is not None and new is not None and go_text(old_key) == go_text(new_key):
            inner = _diff_maps(old, new, schema.element, options)
            if inner:
                changes.append({**inner, key: new_key})
            left, right = left + 1, right + 1
        elif old is None or (new is not None and go_text(old_key) > go_text(new_key)):
            if not options.ignore_changes:
                changes.append(new)
            right += 1
        else:
            if not options.ignore_deletions:
                deletions.append({key: old_key, DIRECTIVE: "delete"})
            left += 1
    return changes, deletions


def _sorted_by_key(items: list[Any], key: str) -> list[Any]:
    if not items:
        return []
    return sorted(items, key=lambda item: go_text(item.get(key)))


def _diff_scalars(
    original: list[Any], modified: list[Any], options: DiffOptions
) -> tuple[list[Any], list[Any]]:
    before = sorted(original, key=cmp_to_key(_compare_texts))
    after = sorted(modified, key=cmp_to_key(_compare_texts))
    # Upstream sorts the original list in place, and its later comparison sees it sorted.
    original[:] = before
    added: list[Any] = []
    deleted: list[Any] = []
    left = right = 0
    while left < len(before) or right < len(after):
        old = go_text(before[left]) if left < len(before) else None
        new = go_text(after[right]) if right < len(after) else None
        if old == new:
            left, right = left + 1, right + 1
        elif old is None or (new is not None and old > new):
            if not options.ignore_changes:
                added.append(after[right])
            right += 1
        else:
            if not options.ignore_deletions:
                deleted.append(before[left])
            left += 1
    return added, deduplicate(deleted)


def _compare_texts(left: Any, right: Any) -> int:
    a, b = go_text(left), go_text(right)
    return (a > b) - (a < b)
