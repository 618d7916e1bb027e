"""Which fields of a live object differ from Git as Argo CD compares them, and who wrote them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from auditor.argocd.annotations import has_option
from auditor.argocd.application import Application
from auditor.argocd.diff import Difference, DiffResult, compare
from auditor.argocd.diff_normalise import LAST_APPLIED
from auditor.argocd.field_owners import ARGOCD_MANAGERS, writers_of
from auditor.argocd.ignore_differences import IgnoreRule
from auditor.argocd.known_drift import Habit, habit_of
from auditor.argocd.list_owners import owners_of_difference
from auditor.argocd.next_sync import NextSync, Outcome, next_sync
from auditor.argocd.normalise import normalise
from auditor.argocd.objects import annotations
from auditor.argocd.settings import Settings
from auditor.argocd.sync_options import has_annotation_option
from auditor.argocd.tracking import (
    INSTALLATION_ID,
    TRACKING_ID,
    TrackingError,
    TrackingId,
    instances_of,
    stamped,
)
from auditor.kube import merge, pointer
from auditor.kube.gap import Gap
from auditor.kube.managed_fields import FieldOwner
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef
from auditor.kube.types import struct_of

_SSA: Final = "ServerSideApply=true"
_COMPARE: Final = "argocd.argoproj.io/compare-options"
_TRACKING: Final = (TRACKING_ID, INSTALLATION_ID)
_CONTROL_PLANE: Final = "argocd"
_VALUES: Final = ("data", "stringData")


@dataclass(frozen=True, slots=True)
class FieldDrift:
    """One field that differs."""

    pointer: str
    desired: Any
    live: Any
    is_given: bool
    """Git sets the field; else it is only live and the comparison wants it gone."""
    owners: tuple[FieldOwner, ...]
    """Who wrote the live value, the latest first."""
    habit: Habit | None
    is_pending: bool
    """Argo CD applied the live value itself and Git has moved on since."""
    outcome: Outcome = Outcome.UNKNOWN
    """What the next sync does to it."""
    is_mutated: bool = False
    """Argo CD applied Git's value and owns the field, and still it is another: an admission step.
    """


Sibling: TypeAlias = tuple[Mapping[str, Any], Mapping[str, Any] | None, frozenset[str]]
"""Another object of the same kind in the Application: rendered, live, and what differs in it."""


@dataclass(frozen=True, slots=True)
class ObjectDrift:
    """One object that Argo CD calls OutOfSync, and our account of it."""

    ref: ResourceRef
    target: Manifest
    live: Manifest
    fields: tuple[FieldDrift, ...]
    """Empty where rules that Git declares cover all of it: the cluster has yet to get them."""
    is_server_side: bool
    """Compared as server-side apply would merge it."""
    siblings: tuple[Sibling, ...] = ()

    @property
    def is_secret(self) -> bool:
        """Say whether its values were never read, so that only keys can be named."""
        return (self.ref.group, self.ref.kind) == ("", "Secret")


def drift_of(
    app: Application, row: ResourceRef, target: Manifest, live: Manifest, settings: Settings
) -> ObjectDrift | Gap:
    """Compare one object in the Application's own way; a Gap where that names no field."""
    wanted = prepared(app, row, target.raw, settings)
    is_applied_there = app.policy.options.has(_SSA) or has_annotation_option(wanted, _SSA)
    is_server_side = is_applied_there and not is_diffed_by_server(app, settings)
    found = ObjectDrift(row, replace(target, raw=wanted), live, (), is_server_side)
    if found.is_secret:
        return _secret(found, app.ignore_rules, settings)
    result = compared(wanted, live.raw, app.ignore_rules, settings, is_server_side=is_server_side)
    if result.error is not None:
        return Gap("comparison_failed", {"object": row.label, "reason": result.error})
    shown = [d for d in result.differences if not _is_tracking(d, settings)]
    shown = shown or [d for d in result.differences if _is_anothers(d, app, settings)]
    if not shown and not _is_covered(found, app.ignore_rules, settings):
        return Gap("difference_not_found", {"object": row.label})
    sync = next_sync(app, wanted, live.raw, settings, is_out=True) if shown else None
    return replace(found, fields=tuple(_field(found, d, sync) for d in shown))


def _is_covered(found: ObjectDrift, rules: tuple[IgnoreRule, ...], settings: Settings) -> bool:
    if not rules:
        return False
    target, live = found.target.raw, found.live.raw
    bare = compared(target, live, (), settings, is_server_side=found.is_server_side)
    return bare.is_modified


def is_diffed_by_server(app: Application, settings: Settings) -> bool:
    """Say whether the API server predicts the result: defaults are then in it, and no difference.

    The annotation of the live Application counts, and wins over the installation's setting.
    """
    written = (app.live or app.manifest).raw
    if has_option(written, _COMPARE, "ServerSideDiff=true"):
        return True
    is_refused = has_option(written, _COMPARE, "ServerSideDiff=false")
    return settings.is_server_side_diff and not is_refused


def compared(
    target: Mapping[str, Any],
    live: Mapping[str, Any],
    rules: Iterable[IgnoreRule],
    settings: Settings,
    *,
    is_server_side: bool,
) -> DiffResult:
    """Compare as Argo CD does; custom resources under server-side apply without their schema.

    Their lists are then taken as atomic, which they are unless the definition says otherwise.
    """
    is_custom = struct_of(target.get("apiVersion"), target.get("kind")) is None
    if not (is_server_side and is_custom):
        return compare(
            target, live, rules=rules, settings=settings, server_side_apply=is_server_side
        )
    sides = normalise(target, live, rules, settings)
    if sides.error is not None or sides.target is None or sides.live is None:
        return DiffResult(is_modified=False, error=sides.error)
    predicted = merge.apply(sides.live, sides.target)
    return DiffResult(not merge.is_same(sides.live, predicted), sides.live, predicted)


def prepared(
    app: Application, row: ResourceRef, target: Mapping[str, Any], settings: Settings
) -> dict[str, Any]:
    """Return a rendered object as Argo CD completes it: with its namespace and tracking marks."""
    metadata = target.get("metadata")
    metadata = dict(metadata) if isinstance(metadata, Mapping) else {}
    if row.namespace:
        metadata["namespace"] = row.namespace
    placed = {**target, "metadata": metadata}
    if row.kind == "CustomResourceDefinition":
        return placed
    is_elsewhere = app.ref.namespace != _CONTROL_PLANE
    try:
        return stamped(
            placed,
            method=settings.tracking_method,
            application=f"{app.ref.namespace}_{app.name}" if is_elsewhere else app.name,
            namespace=app.destination.namespace,
            label_key=settings.instance_label_key,
            installation_id=settings.installation_id,
        )
    except TrackingError:
        return placed


def _secret(
    found: ObjectDrift, rules: Iterable[IgnoreRule], settings: Settings
) -> ObjectDrift | Gap:
    """Judge a Secret by who owns its keys: the values on neither side are known."""
    target, live = _without_values(found.target.raw), _without_values(found.live.raw)
    result = compared(target, live, rules, settings, is_server_side=found.is_server_side)
    keys = {key for part in _VALUES for key in found.target.mapping(part)}
    fields = [_field(found, d, None) for d in result.differences if not _is_tracking(d, settings)]
    for key in sorted(keys):
        place = pointer.join(("data", key))
        owners = writers_of(found.live.raw, place)
        fields.append(
            FieldDrift(
                place, None, None, is_given=True, owners=owners, habit=None, is_pending=False
            )
        )
    if not fields:
        return Gap("secret_values_not_read", {"object": found.ref.label})
    return replace(found, fields=tuple(fields))


def _without_values(obj: Mapping[str, Any]) -> dict[str, Any]:
    bare = {key: value for key, value in obj.items() if key not in _VALUES}
    bare, _ = pointer.remove(bare, pointer.join(("metadata", "annotations", LAST_APPLIED)))
    return dict(bare)


def _field(found: ObjectDrift, difference: Difference, sync: NextSync | None) -> FieldDrift:
    place = difference.pointer
    live = found.live.raw
    applied = _last_applied(live)
    is_pending = (
        pointer.has(applied, place)
        and not merge.is_same(pointer.get(applied, place), difference.desired)
        and merge.is_same(pointer.get(applied, place), difference.live)
    )
    return FieldDrift(
        place,
        difference.desired,
        difference.live,
        not difference.is_removed,
        owners_of_difference(live, place, difference.desired, difference.live),
        habit_of(found.ref.group, found.ref.kind, place),
        is_pending,
        sync.of(place) if sync else Outcome.UNKNOWN,
        _is_mutated(live, applied, difference),
    )


def _is_mutated(live: Mapping[str, Any], applied: Any, difference: Difference) -> bool:
    place = difference.pointer
    if difference.is_removed or not pointer.has(applied, place):
        return False
    if not merge.is_same(pointer.get(applied, place), difference.desired):
        return False
    owners = owners_of_difference(live, place, difference.desired, difference.live)
    return bool(owners) and all(owner.manager in ARGOCD_MANAGERS for owner in owners)


def _last_applied(live: Mapping[str, Any]) -> Any:
    try:
        return json.loads(annotations(live).get(LAST_APPLIED, ""))
    except ValueError:
        return None


def _is_anothers(difference: Difference, app: Application, settings: Settings) -> bool:
    """Say whether the live object bears the mark of another Application, which a sync replaces."""
    if settings.is_label_tracking:
        is_mark = difference.pointer == pointer.join(
            ("metadata", "labels", settings.instance_label_key)
        )
        return is_mark and difference.live not in (None, *instances_of(app.ref))
    if difference.pointer != pointer.join(("metadata", "annotations", TRACKING_ID)):
        return False
    try:
        return TrackingId.parse(str(difference.live)).application not in instances_of(app.ref)
    except TrackingError:
        return False


def _is_tracking(difference: Difference, settings: Settings) -> bool:
    return difference.pointer in _tracking_marks(settings)


def _tracking_marks(settings: Settings) -> Iterator[str]:
    for name in _TRACKING:
        yield pointer.join(("metadata", "annotations", name))
    yield pointer.join(("metadata", "labels", settings.instance_label_key))
