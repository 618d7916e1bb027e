"""Changes of Git that an ignore rule keeps out of sight, although nobody else writes the field."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from auditor.argocd import jq_paths
from auditor.argocd.application import Application
from auditor.argocd.broad_entries import Pair
from auditor.argocd.diff import Difference
from auditor.argocd.diff_normalise import LAST_APPLIED
from auditor.argocd.drift import compared, prepared
from auditor.argocd.field_owners import Writers, writers_of
from auditor.argocd.ignore_differences import IgnoreRule
from auditor.argocd.objects import annotations
from auditor.argocd.settings import Settings
from auditor.argocd.sync_options import has_annotation_option
from auditor.kube import pointer
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef

_SSA: Final = "ServerSideApply=true"
_KEY: Final = r'(?:[A-Za-z_]\w*|"[^"\\]*")'
_FIRST: Final = rf'\.(?!metadata|"metadata){_KEY}\??'
_PLAIN: Final = re.compile(rf"{_FIRST}(?:\.{_KEY}\??|\[\]\??)*", re.ASCII)
"""A jq path of keys and of all items."""


@dataclass(frozen=True, slots=True)
class HeldChange:
    """A field that Git has changed since Argo CD wrote what is live."""

    object: ResourceRef
    pointer: str
    desired: Any
    live: Any
    is_given: bool
    """Git sets the field; else Git has dropped it."""
    target: Manifest


def held_changes(
    app: Application, entry: IgnoreRule, pair: Pair, settings: Settings, writers: Writers
) -> tuple[HeldChange, ...] | Gap:
    """Return what the comparison names without `entry` and not with it, where Argo CD wrote it."""
    if pair.live is None:
        return ()
    live = pair.live
    wanted = prepared(app, live.ref, pair.target.raw, settings)
    if _is_idle(entry, wanted, live.raw):
        return ()
    is_server_side = app.policy.options.has(_SSA) or has_annotation_option(wanted, _SSA)
    others = tuple(rule for rule in app.ignore_rules if rule is not entry)
    seen, bare = (
        compared(wanted, live.raw, rules, settings, is_server_side=is_server_side)
        for rules in (app.ignore_rules, others)
    )
    error = seen.error or bare.error
    if error is not None:
        return Gap("comparison_failed", {"object": live.ref.label, "reason": error})
    shown = {difference.pointer for difference in seen.differences}
    return tuple(
        HeldChange(live.ref, d.pointer, d.desired, d.live, not d.is_removed, pair.target)
        for d in bare.differences
        if d.pointer not in shown and _is_argocds(d, live.raw, writers)
    )


def _is_idle(entry: IgnoreRule, wanted: Mapping[str, Any], live: Mapping[str, Any]) -> bool:
    """Say whether the rule removes nothing, whatever other rules remove: then it holds nothing.

    Of expressions only plain paths are judged, and only where they meet no error: what depends on
    values can turn out otherwise once something else is gone. Comparing costs many times as much.
    """
    # metadata gets tracking marks, and Endpoints get protocols, before the rules are applied
    if entry.managed_fields_managers or wanted.get("kind") == "Endpoints":
        return False
    if any(place.lstrip("#").startswith("/metadata") for place in entry.json_pointers):
        return False
    if not all(map(_PLAIN.fullmatch, entry.jq_path_expressions)):
        return False
    applied = _last_applied(live)
    return all(_is_untouched(entry, side) for side in (wanted, live, applied) if side is not None)


def _is_untouched(entry: IgnoreRule, side: Any) -> bool:
    left = (jq_paths.delete(side, expression) for expression in entry.jq_path_expressions)
    return not any(pointer.remove(side, place)[1] for place in entry.json_pointers) and all(
        not isinstance(rest, jq_paths.JqError) and rest == side for rest in left
    )


def _is_argocds(difference: Difference, live: Mapping[str, Any], writers: Writers) -> bool:
    """Say whether Argo CD, and nobody else, made the field what it is, or left it out."""
    owners = [o for o in writers_of(live, difference.pointer) if o.subresource != "status"]
    if owners:
        return all(writers.is_argocd(owner.manager) for owner in owners)
    applied = _last_applied(live)
    return difference.is_added and bool(applied) and not pointer.has(applied, difference.pointer)


def _last_applied(live: Mapping[str, Any]) -> Any:
    try:
        return json.loads(annotations(live).get(LAST_APPLIED, ""))
    except ValueError:
        return None
