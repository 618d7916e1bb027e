"""Strategic merge patches: applying them, and merging two of them into one.

Mirrors `StrategicMergePatch` and `mergeMap` of apimachinery
`pkg/util/strategicpatch/patch.go`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditor.kube.merge import copied, is_same
from auditor.kube.strategic import ListSchema, list_schema, map_schema, three_way_deltas
from auditor.kube.strategic_lists import (
    DELETE_LIST,
    DIRECTIVE,
    ORDER_LIST,
    RETAIN_KEYS,
    PatchError,
    deduplicate,
    element_kind,
    interleave,
    kind_of,
    merge_value,
    partition,
)


@dataclass(frozen=True, slots=True)
class _Mode:
    """Applying a patch to an object (True, True) or joining two patches (False, False)."""

    is_applying: bool

    @property
    def drops_nulls(self) -> bool:
        return self.is_applying


def apply(original: Mapping[str, Any], patch: Mapping[str, Any], schema: str) -> dict[str, Any]:
    """Apply a strategic merge patch. Raises PatchError."""
    return _merge_map(copied(dict(original)), copied(dict(patch)), schema, _Mode(True))  # noqa: FBT003 - a record


def three_way(
    original: Mapping[str, Any],
    modified: Mapping[str, Any],
    current: Mapping[str, Any],
    schema: str,
) -> dict[str, Any]:
    """Return the strategic patch from `current` to `modified`, dropping what only `original` has.

    Raises PatchError.
    """
    deletions, changes = three_way_deltas(original, modified, current, schema)
    return _merge_map(deletions, changes, schema, _Mode(False))  # noqa: FBT003 - a record


def _merge_map(
    original: dict[str, Any], patch: dict[str, Any], schema: str, mode: _Mode
) -> dict[str, Any]:
    if DIRECTIVE in patch:
        return _directive(patch)
    _retain_keys(original, patch, mode)
    _apply_orders(original, patch, schema, mode)
    for key, value in list(patch.items()):
        if key.startswith(DELETE_LIST):
            if not mode.is_applying:
                original[key] = value
                continue
            _merge_key(original, key.partition("/")[2], value, schema, mode, is_deletion=True)
        else:
            _merge_key(original, key, value, schema, mode, is_deletion=False)
    return original


def _directive(patch: dict[str, Any]) -> dict[str, Any]:
    if patch[DIRECTIVE] == "replace":
        return {key: value for key, value in patch.items() if key != DIRECTIVE}
    if patch[DIRECTIVE] == "delete":
        return {}
    raise PatchError(f"unknown patch type found: {patch[DIRECTIVE]}")


def _retain_keys(original: dict[str, Any], patch: dict[str, Any], mode: _Mode) -> None:
    if RETAIN_KEYS not in patch:
        return
    retained = patch.pop(RETAIN_KEYS)
    if not mode.is_applying:
        if RETAIN_KEYS in original and not is_same(original[RETAIN_KEYS], retained):
            raise PatchError("retain keys of the patches differ")
        original[RETAIN_KEYS] = retained
        return
    if not isinstance(retained, list):
        raise PatchError("invalid patch format of retainKeys")
    for key, value in patch.items():
        is_marker = key.startswith((DELETE_LIST, ORDER_LIST))
        if value is not None and not is_marker and key not in retained:
            raise PatchError("invalid patch format of retainKeys")
    for key in [key for key in original if key not in retained]:
        del original[key]


def _merge_key(
    original: dict[str, Any],
    key: str,
    value: Any,
    schema: str,
    mode: _Mode,
    *,
    is_deletion: bool,
) -> None:
    if value is None:
        original.pop(key, None)
        if mode.drops_nulls:
            return
    if key not in original or kind_of(original[key]) != kind_of(value):
        if not is_deletion:
            _put(original, key, value, mode)
        return
    if isinstance(value, dict):
        inner, strategy, _ = map_schema(schema, key)
        before = original[key]
        original[key] = value if strategy == "replace" else _merge_map(before, value, inner, mode)
    elif isinstance(value, list):
        found = list_schema(schema, key)
        if found.strategy == "merge" or is_deletion:
            original[key] = _merge_list(original[key], value, found, mode, is_deletion=is_deletion)
        else:
            original[key] = value
    else:
        original[key] = value


def _put(original: dict[str, Any], key: str, value: Any, mode: _Mode) -> None:
    if mode.drops_nulls:
        _discard_nulls(value)
    kept, is_kept = _without_directives(value)
    if is_kept:
        original[key] = kept
    else:
        original.pop(key, None)


def _discard_nulls(value: Any) -> None:
    if isinstance(value, dict):
        for key in [key for key, item in value.items() if item is None]:
            del value[key]
        for item in value.values():
            _discard_nulls(item)
    elif isinstance(value, list):
        for item in value:
            _discard_nulls(item)


def _without_directives(value: Any) -> tuple[Any, bool]:
    if isinstance(value, dict):
        if DIRECTIVE in value:
            return None, False
        pairs = [(key, _without_directives(item)) for key, item in value.items()]
        return {key: item for key, (item, is_kept) in pairs if is_kept}, True
    if isinstance(value, list):
        items = map(_without_directives, value)
        return [item for item, is_kept in items if is_kept], True
    return value, True


def _apply_orders(
    original: dict[str, Any], patch: dict[str, Any], schema: str, mode: _Mode
) -> None:
    for key in [key for key in patch if key.startswith(ORDER_LIST)]:
        order = patch.pop(key)
        if not mode.is_applying:
            if key in original and not is_same(original[key], order):
                raise PatchError("invalid patch format of setElementOrder list")
            original[key] = order
        if not isinstance(order, list):
            raise PatchError("expected a list of the element order")
        name = key.partition("/")[2]
        found = list_schema(schema, name)
        merged = _ordered(original, patch, name, found, mode)
        if merged is None:
            continue
        before = original.get(name, [])
        added = patch.get(name, [])
        in_patch, server_only = partition(merged, order, found.merge_key)
        kind = element_kind(before, added)
        original[name] = interleave(in_patch, server_only, order, before, found.merge_key, kind)
        patch.pop(name, None)


def _ordered(
    original: dict[str, Any], patch: dict[str, Any], name: str, schema: ListSchema, mode: _Mode
) -> list[Any] | None:
    """Return the list an order applies to, before it is ordered."""
    before, added = original.get(name), patch.get(name)
    for side, value in ((original, before), (patch, added)):
        if name in side and not isinstance(value, list):
            raise PatchError("expected a list beside the element order")
    if name in original and name in patch:
        original[name] = before = list(before or [])
        if schema.strategy == "merge":
            return _merge_list(copied(before), added or [], schema, mode, is_deletion=False)
        return added
    if name in original:
        return before
    if name in patch:
        kept, _ = _without_directives(added)
        return list(kept)
    return None


def _merge_list(
    original: list[Any], patch: list[Any], schema: ListSchema, mode: _Mode, *, is_deletion: bool
) -> list[Any]:
    if not original and not patch:
        return original
    kind = element_kind(original, patch)
    key = schema.merge_key
    before = list(original)
    if kind != "map":
        if mode.is_applying and is_deletion:
            return [item for item in original if not any(is_same(item, gone) for gone in patch)]
        merged = deduplicate([*original, *patch])
    else:
        if not key:
            raise PatchError("cannot merge lists without merge key")
        before, patch = _without_special(before, patch, key)
        merged = _merge_keyed(list(before), patch, schema, mode)
        before = merged[: len(before)]
    in_patch, server_only = partition(merged, patch, key)
    return interleave(in_patch, server_only, patch, before, key, kind)


def _without_special(
    original: list[Any], patch: list[Any], key: str
) -> tuple[list[Any], list[Any]]:
    """Carry out deletions and replacements that stand in the patch as elements."""
    plain: list[Any] = []
    is_replaced = False
    for item in patch:
        directive = item.get(DIRECTIVE)
        if DIRECTIVE not in item:
            plain.append(item)
        elif directive == "delete":
            gone = merge_value(item, key)
            original = [other for other in original if not is_same(other.get(key), gone)]
        elif directive == "replace":
            is_replaced = True
        else:
            raise PatchError(f"unknown patch type found: {directive}")
    return (plain, []) if is_replaced else (original, plain)


def _merge_keyed(
    original: list[Any], patch: list[Any], schema: ListSchema, mode: _Mode
) -> list[Any]:
    key = schema.merge_key
    for item in patch:
        wanted = merge_value(item, key)
        place = next(
            (i for i, o in enumerate(original) if key in o and is_same(o[key], wanted)), None
        )
        if place is None:
            original.append(item)
        else:
            original[place] = _merge_map(original[place], item, schema.element, mode)
    return original
