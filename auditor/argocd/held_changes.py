"""Changes of Git that an ignore rule keeps out of sight, although nobody else writes the field."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

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
