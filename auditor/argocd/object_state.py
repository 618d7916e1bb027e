"""How one object of an Application stands, and which differences a rule keeps out of sight."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from auditor.argocd.application import Application
from auditor.argocd.drift import (
    FieldDrift,
    ObjectDrift,
    compared,
    drift_of,
    is_diffed_by_server,
    prepared,
)
from auditor.argocd.ignore_differences import (
    IgnoreRule,
    broken_expressions,
    rules_of_overrides,
)
from auditor.argocd.ignored_fields import single_paths
from auditor.argocd.list_owners import owners_of_difference
from auditor.argocd.next_sync import Outcome, next_sync
from auditor.argocd.objects import annotations, group_kind, name_of, namespace_of
from auditor.argocd.overrides import OverrideIgnoreDiff
from auditor.argocd.plain_comparison import is_plainly_applied
from auditor.argocd.settings import Settings
from auditor.argocd.sync_options import has_annotation_option
from auditor.argocd.tracking import TRACKING_ID, instances_of
from auditor.kube.gap import Gap
from auditor.kube.managed_fields import FieldOwner
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef

_SSA: Final = "ServerSideApply=true"
_STATUS: Final = "/status"


class State(StrEnum):
    """How desired and live compare, what asks for attention first."""

    DIFFERS = "differs"
    ONLY_GIT = "only_git"
    ONLY_LIVE = "only_live"
    UNKNOWN = "unknown"
    """Not comparable; `why` says why."""
    HOOK = "hook"
    """Runs around a sync and is never compared."""
    SAME = "same"


@dataclass(frozen=True, slots=True)
class HiddenField:
    """A field that differs, and what keeps it out of sight."""

    pointer: str
    desired: Any
    live: Any
    is_given: bool
    """Git sets the field."""
    owners: tuple[FieldOwner, ...]
    rules: tuple[IgnoreRule, ...]
    """Each with the one path that hides the field; empty where only several together do."""
    outcome: Outcome = Outcome.UNKNOWN
    """What the next sync does to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectState:
    """One object of an Application."""

    ref: ResourceRef
    state: State
    argocd: str = ""
    """Argo CD's own word: Synced, OutOfSync, Unknown; empty where it has none."""
    fields: tuple[FieldDrift, ...] = ()
    hidden: tuple[HiddenField, ...] = ()
    live: Manifest | None = None
    why: Gap | None = None
    requires_pruning: bool = False
    outcome: Outcome = Outcome.NOTHING
    """What the next sync does to the object as a whole, where it is on one side only."""

    @property
    def is_secret(self) -> bool:
        """Say whether its values were never read, so that only keys can be named."""
        return (self.ref.group, self.ref.kind) == ("", "Secret")


def state_of(
    app: Application,
    ref: ResourceRef,
    target: Manifest,
    live: Manifest,
    settings: Settings,
    argocd: str,
) -> ObjectState:
    """Compare one object that is on both sides; `argocd` is Argo CD's own word on it."""
    about = ObjectState(ref=ref, state=State.SAME, argocd=argocd, live=live)
    if _is_plain(app, ref, target, live, settings):
        return about
    found = drift_of(app, ref, target, live, settings)
    if about.is_secret:
        return _secret(about, found)
    if isinstance(found, Gap) and found.code != "difference_not_found":
        return replace(about, state=State.UNKNOWN, why=found)
    is_out = isinstance(found, ObjectDrift) and bool(found.fields)
    hidden = hidden_fields(app, ref, target.raw, live.raw, settings, is_out=is_out)
    if isinstance(found, ObjectDrift) and found.fields:
        return replace(about, state=State.DIFFERS, fields=found.fields, hidden=hidden)
    if isinstance(found, Gap) and argocd == "OutOfSync":
        return replace(about, state=State.UNKNOWN, hidden=hidden, why=found)
    return replace(about, hidden=hidden)


def _is_plain(
    app: Application, ref: ResourceRef, target: Manifest, live: Manifest, settings: Settings
) -> bool:
    """Say whether it is plain to see that nothing differs, whatever is ignored."""
    is_secret = (ref.group, ref.kind) == ("", "Secret")
    is_applied_there = app.policy.options.has(_SSA) or has_annotation_option(target.raw, _SSA)
    if is_secret or is_applied_there or settings.error is not None:
        return False
    if broken_expressions(app.ignore_rules):
        return False
    mark = annotations(live.raw).get(TRACKING_ID, "").partition(":")[0]
    is_marked = settings.tracking_method == "annotation" and mark in instances_of(app.ref)
    return is_marked and is_plainly_applied(target.raw, live.raw)


def hidden_fields(
    app: Application,
    ref: ResourceRef,
    target: Mapping[str, Any],
    live: Mapping[str, Any],
    settings: Settings,
    *,
    is_out: bool,
) -> tuple[HiddenField, ...]:
    """Return what would differ too if nothing were ignored, found by leaving the rules out.

    `is_out`: other fields differ all the same, so that the object counts as OutOfSync.
    """
    wanted = prepared(app, ref, target, settings)
    applying = _applying(app, wanted, settings)
    if not _hides_anything(applying, wanted):
        return ()
    is_applied_there = app.policy.options.has(_SSA) or has_annotation_option(wanted, _SSA)
    way = is_applied_there and not is_diffed_by_server(app, settings)
    bare = _without_rules(settings)
    every = compared(wanted, live, (), bare, is_server_side=way).differences
    if not every:
        return ()
    judged = compared(wanted, live, app.ignore_rules, settings, is_server_side=way).differences
    shown = {difference.pointer for difference in judged}
    lost = [d for d in every if not any(_holds(d.pointer, place) for place in shown)]
    if not lost:
        return ()
    by_field: dict[str, list[IgnoreRule]] = defaultdict(list)
    for rule in applying:
        left = compared(wanted, live, (rule,), bare, is_server_side=way).differences
        kept = {difference.pointer for difference in left}
        for difference in lost:
            if not any(_holds(difference.pointer, place) for place in kept):
                by_field[difference.pointer].append(rule)
    sync = next_sync(app, wanted, live, settings, is_out=is_out)
    return tuple(
        HiddenField(
            d.pointer,
            d.desired,
            d.live,
            not d.is_removed,
            owners_of_difference(live, d.pointer, d.desired, d.live),
            tuple(by_field[d.pointer]),
            sync.of(d.pointer),
        )
        for d in lost
    )


def _hides_anything(rules: tuple[IgnoreRule, ...], wanted: Mapping[str, Any]) -> bool:
    """Say whether any rule can matter; the default for `/status` does not where Git has none."""
    return any(rule.json_pointers != (_STATUS,) for rule in rules) or "status" in wanted


def _applying(
    app: Application, wanted: Mapping[str, Any], settings: Settings
) -> tuple[IgnoreRule, ...]:
    """Return every path that is ignored on the object, each as an entry of its own."""
    about = (*group_kind(wanted), namespace_of(wanted), name_of(wanted))
    every = (*app.ignore_rules, *rules_of_overrides(settings.resource_overrides))
    return tuple(
        single
        for rule in every
        if rule.matches(*about) or rule.trusts_managers_of(*about)
        for _, single in single_paths(rule)
    )


def _without_rules(settings: Settings) -> Settings:
    """Keep known types and whatever else customizations say."""
    overrides = {
        key: replace(override, ignore_differences=OverrideIgnoreDiff())
        for key, override in settings.resource_overrides.items()
    }
    return replace(settings, resource_overrides=overrides)


def _holds(outer: str, inner: str) -> bool:
    return inner == outer or inner.startswith(f"{outer}/")


def _secret(about: ObjectState, found: ObjectDrift | Gap) -> ObjectState:
    """Name keys and owners; what is neither data nor stringData can be compared as ever."""
    if isinstance(found, Gap):
        return replace(about, state=State.UNKNOWN, why=found)
    has_more = any(not _holds("/data", field.pointer) for field in found.fields)
    gap = Gap("secret_values_not_read", {"object": about.ref.label})
    state = State.DIFFERS if has_more else State.UNKNOWN
    return replace(about, state=state, fields=found.fields, why=gap)
