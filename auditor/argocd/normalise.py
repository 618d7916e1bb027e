"""What both objects go through before every comparison.

Mirrors upstream `util/argo/diff` (`Normalize`, `preDiffNormalize`), `util/argo/normalizers`,
`util/argo/managedfields` and the tracking alignment of `util/argo/resource_tracking.go`.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from auditor.argocd import jq_paths, known_types
from auditor.argocd.ignore_differences import (
    IgnoreRule,
    broken_expressions,
    rules_of_overrides,
    trusted_managers,
)
from auditor.argocd.objects import annotations, group_kind, is_crd, labels, name_of, namespace_of
from auditor.argocd.settings import Settings
from auditor.kube import managed_fields, pointer, structured
from auditor.kube.merge import canonical, copied
from auditor.kube.structured_schema import Node, NotTypedError, validate
from auditor.kube.typed import TypeMismatchError
from auditor.kube.types import struct_of

TRACKING_ID: Final = "argocd.argoproj.io/tracking-id"

Object: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Normalised:
    """Both objects after the chain; with an error they are as far as it came."""

    target: Object | None
    live: Object | None
    error: str | None = None


def normalise(
    target: Mapping[str, Any] | None,
    live: Mapping[str, Any] | None,
    rules: Iterable[IgnoreRule],
    settings: Settings,
) -> Normalised:
    """Run the whole chain: tracking, trusted managers, ignore rules, known types.

    `rules` are those of the Application; those of the settings are added.
    """
    if settings.error is not None:
        return Normalised(None, None, settings.error)
    every = (*rules, *rules_of_overrides(settings.resource_overrides))
    aligned = align(target, live, every, settings)
    broken = broken_expressions(every)
    if aligned.error is not None or broken:
        return Normalised(None, None, aligned.error or broken[0].message)
    live_after, live_error = ignore(aligned.live, every, settings)
    if live_error is not None:
        return Normalised(aligned.target, live_after, live_error)
    target_after, target_error = ignore(aligned.target, every, settings)
    return Normalised(target_after, live_after, target_error)


def align(
    target: Mapping[str, Any] | None,
    live: Mapping[str, Any] | None,
    rules: Iterable[IgnoreRule],
    settings: Settings,
) -> Normalised:
    """Align tracking metadata and remove what trusted managers own and changed."""
    config = canonical(target) if isinstance(target, Mapping) else None
    actual = canonical(live) if isinstance(live, Mapping) else None
    if config is None or actual is None:
        return Normalised(config, actual)
    _align_tracking(config, actual, settings)
    group, kind = group_kind(config)
    managers = trusted_managers(rules, group, kind, namespace_of(config), name_of(config))
    if not managers:
        return Normalised(config, actual)
    return _without_owned(config, actual, managers)


def ignore(
    obj: Object | None, rules: Iterable[IgnoreRule], settings: Settings
) -> tuple[Object | None, str | None]:
    """Apply ignore rules and known types to one object; return it and the error."""
    if obj is None:
        return None, None
    group, kind = group_kind(obj)
    matching = [r for r in rules if r.matches(group, kind, namespace_of(obj), name_of(obj))]
    after: Any = obj
    is_patched = False
    for rule in matching:
        for place in rule.json_pointers:
            after, _ = pointer.remove(after, place)
        for expression in rule.jq_path_expressions:
            found = jq_paths.delete(after, expression) if isinstance(after, dict) else after
            after = after if isinstance(found, jq_paths.JqError) else found
        is_patched = is_patched or bool(rule.json_pointers or rule.jq_path_expressions)
    if is_patched and not _has_kind(after):
        return after, f"Object 'Kind' is missing in '{_json(after)}'"
    try:
        return known_types.normalise(after, settings.resource_overrides), None
    except TypeMismatchError as error:
        return after, f"json: {error}"


def _has_kind(obj: Any) -> bool:
    return isinstance(obj, dict) and isinstance(obj.get("kind"), str) and obj["kind"] != ""


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


def _align_tracking(config: Object, live: Object, settings: Settings) -> None:
    """Hide the traces of a change of the tracking method in `live`."""
    key = settings.instance_label_key
    if settings.is_label_tracking or not labels(live).get(key) or is_crd(live):
        return
    if not annotations(live).get(TRACKING_ID):
        wanted = annotations(config).get(TRACKING_ID, "")
        live["metadata"]["annotations"] = {**annotations(live), TRACKING_ID: wanted}
    if not labels(config).get(key):
        rest = {name: value for name, value in labels(live).items() if name != key}
        live["metadata"]["labels"] = rest
        if not rest:
            del live["metadata"]["labels"]


def _without_owned(config: Object, live: Object, managers: tuple[str, ...]) -> Normalised:
    struct = struct_of(config.get("apiVersion"), config.get("kind"))
    node = Node(struct or "any")
    try:
        validate(live, node)
        validate(config, node)
        modified = structured.compare(live, config, node).modified
    except NotTypedError:
        return Normalised(config, live)
    live_rest, config_rest = copied(live), copied(config)
    for entry in managed_fields.entries(live):
        if entry.owner.manager not in managers:
            continue
        if entry.fields is None:
            return Normalised(None, None, f"error normalizing manager {entry.owner.manager}")
        owned = entry.fields & modified
        if owned:
            live_rest = structured.remove(live_rest, owned, node)
            config_rest = structured.remove(config_rest, owned, node)
    return Normalised(config_rest, live_rest)
