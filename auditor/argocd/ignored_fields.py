"""What an entry of ignoreDifferences takes out of sight, found by applying it.

Entries are judged by their effect on an object, never by their spelling: a pointer and a jq
expression that remove the same fields are the same entry.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from auditor.argocd import jq_paths
from auditor.argocd.field_owners import writers_of
from auditor.argocd.ignore_differences import IgnoreRule
from auditor.argocd.objects import group_kind, name_of, namespace_of
from auditor.kube import pointer
from auditor.kube.ref import ResourceRef

PROBE: Final = "auditor.example/probe"
BLOCKS: Final = (
    "/metadata",
    "/metadata/annotations",
    "/metadata/labels",
    "/spec",
    "/spec/template",
    "/spec/template/metadata",
    "/spec/template/metadata/annotations",
    "/spec/template/metadata/labels",
    "/spec/template/spec",
    "/spec/jobTemplate",
    "/spec/jobTemplate/spec",
    "/spec/jobTemplate/spec/template",
    "/spec/jobTemplate/spec/template/spec",
    "/data",
    "/stringData",
    "/binaryData",
    "/webhooks",
    "/rules",
)
"""Parts whose whole loss from sight is too much; an outer one stands before what is in it."""

_LISTS: Final = ("/webhooks", "/rules")
_IDENTITY: Final = frozenset({"/apiVersion", "/kind", "/metadata/name", "/metadata/namespace"})


def applies_to(rule: IgnoreRule, obj: Mapping[str, Any], namespace: str = "") -> bool:
    """Say whether the entry is about an object; `namespace` is where one without any goes."""
    group, kind = group_kind(obj)
    return rule.matches(group, kind, namespace_of(obj) or namespace, name_of(obj))


def single_paths(rule: IgnoreRule) -> Iterator[tuple[str, IgnoreRule]]:
    """Yield each path of an entry as an entry of its own, beside where it is written in it."""
    bare = replace(rule, json_pointers=(), jq_path_expressions=(), managed_fields_managers=())
    for index, path in enumerate(rule.json_pointers):
        yield f"/jsonPointers/{index}", replace(bare, json_pointers=(path,))
    for index, path in enumerate(rule.jq_path_expressions):
        yield f"/jqPathExpressions/{index}", replace(bare, jq_path_expressions=(path,))
    for index, path in enumerate(rule.managed_fields_managers):
        yield f"/managedFieldsManagers/{index}", replace(bare, managed_fields_managers=(path,))


def without(rule: IgnoreRule, obj: Any) -> Any:
    """Return the object without what the pointers and expressions of the entry remove."""
    for place in rule.json_pointers:
        obj, _ = pointer.remove(obj, place)
    for expression in rule.jq_path_expressions:
        left = jq_paths.delete(obj, expression)
        obj = obj if isinstance(left, jq_paths.JqError) else left
    return obj


def whole_blocks(rule: IgnoreRule) -> tuple[str, ...]:
    """Return the outermost parts that the entry hides whatever they hold.

    A key that nobody can have meant is put into each part; where it is gone too, so is all else.
    """
    after = without(rule, _probed(rule))
    hidden = [block for block in BLOCKS if not _has_probe(after, block)]
    return tuple(b for b in hidden if not any(b.startswith(f"{other}/") for other in hidden))


def hidden_fields(rule: IgnoreRule, obj: Mapping[str, Any]) -> tuple[str, ...]:
    """Return pointers to the fields of `obj` that the entry hides, status and name left out.

    Pointers are those of `obj`, also where an item of a list is gone and others moved up.
    """
    lost = _lost(obj, without(rule, obj), ())
    return tuple(p for p in lost if p not in _IDENTITY and not _is_status(p))


def trusted_fields(
    rule: IgnoreRule, obj: Mapping[str, Any], live: Mapping[str, Any] | None
) -> tuple[str, ...]:
    """Return pointers to the fields of `obj` that a manager trusted by the entry owns live.

    Without a live object it may own any of them.
    """
    trusted = set(rule.managed_fields_managers)
    given = (p for p, _ in pointer.leaves(obj) if p not in _IDENTITY and not _is_status(p))
    if live is None:
        return tuple(given)
    if not trusted:
        return ()
    return tuple(p for p in given if any(o.manager in trusted for o in writers_of(live, p)))


def entry_key(application: ResourceRef, rule: IgnoreRule) -> str:
    """Name one entry, so that findings about the same one can be joined."""
    if rule.origin == "system":
        return f"system {rule.key}"
    return f"{application.qualified} {rule.index}"


def _lost(before: Any, after: Any, path: tuple[str | int, ...]) -> Iterator[str]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key, value in before.items():
            if key in after:
                yield from _lost(value, after[key], (*path, str(key)))
            else:
                yield from _all(value, (*path, str(key)))
    elif isinstance(before, list) and isinstance(after, list):
        kept = iter(after)
        following = next(kept, None)
        for index, value in enumerate(before):
            if following is not None and _is_rest_of(following, value):
                yield from _lost(value, following, (*path, index))
                following = next(kept, None)
            else:
                yield from _all(value, (*path, index))


def _is_rest_of(after: Any, before: Any) -> bool:
    """Say whether `after` can be what deleting left of `before`."""
    if isinstance(after, Mapping) and isinstance(before, Mapping):
        return all(key in before and _is_rest_of(after[key], before[key]) for key in after)
    if isinstance(after, list) and isinstance(before, list):
        return len(after) <= len(before)
    return bool(after == before)


def _all(value: Any, path: tuple[str | int, ...]) -> Iterator[str]:
    return (place for place, _ in pointer.leaves(value, path))


def _is_status(place: str) -> bool:
    return place == "/status" or place.startswith("/status/")


def _probed(rule: IgnoreRule) -> dict[str, Any]:
    """Return an object that has every block, with the probe in each of them."""
    obj: dict[str, Any] = {"apiVersion": rule.group or "v1", "kind": rule.kind}
    obj["metadata"] = {"name": rule.name or PROBE, "namespace": rule.namespace or PROBE}
    for block in BLOCKS:
        item: Any = [{"name": PROBE}] if block in _LISTS else {PROBE: PROBE}
        found = pointer.get(obj, block)
        obj = pointer.set_(obj, block, {**found, **item} if isinstance(found, dict) else item)
    return obj


def _has_probe(after: Any, block: str) -> bool:
    found = pointer.get(after, block)
    if block in _LISTS:
        return isinstance(found, list) and bool(found)
    return isinstance(found, Mapping) and PROBE in found
