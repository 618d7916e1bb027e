"""The comparison of a whole application: rows of `status.resources`, sync status, conditions.

Mirrors `CompareAppState` and `NormalizeTargetObjects` of upstream `controller/state.go` and
`Reconcile` of gitops-engine `pkg/sync/reconcile.go`, for manifests that are rendered already. Live
objects that are one object under two groups are not merged here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from auditor.argocd.annotations import has_option, option_value
from auditor.argocd.comparison_targets import (
    Application,
    Object,
    Surroundings,
    is_permitted,
    matched,
    placed_targets,
    read_application,
    shared,
    without_delete_hooks,
)
from auditor.argocd.diff import DiffResult, compare
from auditor.argocd.health import ApplicationHealth, Health, Row, aggregate
from auditor.argocd.hooks import is_controller_hook, is_hook, is_ignored, is_skipped
from auditor.argocd.ignore_differences import rules_of
from auditor.argocd.objects import at, group_kind, name_of, namespace_of
from auditor.argocd.settings import Settings
from auditor.argocd.tracking import (
    TrackingId,
    is_self_referenced,
    tracking_id,
)
from auditor.argocd.waves import wave
from auditor.kube.merge import is_same
from auditor.kube.ref import ResourceRef

_COMPARE_OPTIONS: Final = "argocd.argoproj.io/compare-options"
_SYNC_OPTIONS: Final = "argocd.argoproj.io/sync-options"


@dataclass(frozen=True, slots=True)
class ResourceRow:
    """One row of `status.resources`, with what it came from."""

    ref: ResourceRef
    status: str
    """`Synced`, `OutOfSync`, `Unknown`; empty for hooks and copied tracking ids."""
    is_hook: bool
    requires_pruning: bool
    requires_deletion_confirmation: bool
    sync_wave: int
    target: Object | None
    live: Object | None
    diff: DiffResult
    health: Health | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcome for one application."""

    sync_status: str
    rows: tuple[ResourceRow, ...]
    """In the order of group, kind, namespace, name."""
    conditions: tuple[tuple[str, str], ...]
    """Type and message, sorted."""
    health: str
    has_pre_delete_hooks: bool = False
    has_post_delete_hooks: bool = False


def compare_application(
    application: Object, targets: Sequence[Object], live: Sequence[Object], around: Surroundings
) -> Comparison:
    """Compare rendered manifests with the live objects attributed to the application."""
    if around.settings.error is not None:
        return Comparison("Unknown", (), (), "Unknown")
    app = read_application(application, around)
    wanted, conditions = placed_targets(targets, app, around)
    found = {ResourceRef.of(obj): obj for obj in live if is_permitted(obj, app, around.project)}
    conditions += shared(found, app, around)
    kept, has_pre, has_post = without_delete_hooks(wanted)
    hooks = [obj for obj in kept if is_hook(obj)]
    pairs = matched([obj for obj in kept if not is_hook(obj)], found, app)
    rows = [_row(target, actual, hooks, app, around) for target, actual in pairs]
    errors = {row.diff.error for row in rows if row.diff.error}
    conditions += [
        ("ComparisonError", f"Failed to compare desired state to live state: {error}")
        for error in sorted(errors)[:1]
    ]
    if errors:
        rows = [_unknown(row) for row in rows]
    rows.sort(key=lambda row: row.ref)
    own = aggregate(
        (Row(row.target, row.live) for row in rows), around.settings, application=application
    )
    return Comparison(
        "Unknown" if errors else _sync_status(rows, app),
        tuple(_with_health(rows, own)),
        tuple(sorted(conditions)),
        own.status,
        has_pre,
        has_post,
    )


def _row(
    target: Object | None,
    live: Object | None,
    hooks: Sequence[Object],
    app: Application,
    around: Surroundings,
) -> ResourceRow:
    obj = live if live is not None else target or {}
    ref = ResourceRef.of(obj)
    is_own = _is_own(target, live, app, around.settings)
    diff = compare(
        target,
        live,
        rules=rules_of(app.spec),
        settings=around.settings,
        server_side_apply=app.sync_option("ServerSideApply=") == "true",
    )
    is_row_hook = is_controller_hook(obj)
    status = _status(target, live, diff, is_left_out=is_row_hook or not is_own)
    is_namespaced = around.is_namespaced(ref.group, ref.kind)
    if not around.project.permits_kind(ref.group, ref.kind, is_namespaced, ref.name):
        status = "Unknown"
    return ResourceRow(
        ref=ref,
        status=status,
        is_hook=is_row_hook,
        requires_pruning=target is None and live is not None and is_own,
        requires_deletion_confirmation=any(
            _needs_confirmation(side, app) for side in (target, live) if side is not None
        ),
        sync_wave=_wave(target, ref, hooks) if target is not None or is_row_hook else 0,
        target=target,
        live=live,
        diff=diff,
    )


def _status(
    target: Object | None, live: Object | None, diff: DiffResult, *, is_left_out: bool
) -> str:
    obj = live if live is not None else target
    is_skipped_target = target is not None and is_skipped(target)
    if is_left_out or is_ignored(obj) or is_skipped_target:
        return ""
    return "OutOfSync" if diff.is_modified or target is None or live is None else "Synced"


def _is_own(
    target: Object | None, live: Object | None, app: Application, settings: Settings
) -> bool:
    """Say whether the tracking id belongs to the object and was not copied with it."""
    if live is None or settings.tracking_method == "label":
        return True
    if target is not None:
        group, kind = group_kind(target)
        wanted = TrackingId(app.instance, group, kind, namespace_of(target), name_of(target))
        return is_self_referenced(live, wanted)
    found = tracking_id(live, settings.tracking_method, settings.installation_id)
    return found is None or is_self_referenced(live, found)


def _needs_confirmation(obj: Object, app: Application) -> bool:
    for option in ("Delete", "Prune"):
        value = option_value(obj, _SYNC_OPTIONS, option)
        if value is None:
            value = app.sync_option(f"{option}=")
        if value == "confirm":
            return True
    return False


def _wave(target: Object | None, ref: ResourceRef, hooks: Sequence[Object]) -> int:
    if target is not None:
        return wave(target)
    same = (
        hook
        for hook in hooks
        if (group_kind(hook)[1], namespace_of(hook), name_of(hook))
        == (ref.kind, ref.namespace, ref.name)
    )
    return next((wave(hook) for hook in same), 0)


def _unknown(row: ResourceRow) -> ResourceRow:
    return replace(row, status="Unknown")


def _with_health(rows: Sequence[ResourceRow], own: ApplicationHealth) -> list[ResourceRow]:
    return [replace(row, health=found) for row, found in zip(rows, own.rows, strict=True)]


def _sync_status(rows: Sequence[ResourceRow], app: Application) -> str:
    if _has_changed_namespace_metadata(app):
        return "OutOfSync"
    return "OutOfSync" if any(_counts(row) for row in rows) else "Synced"


def _counts(row: ResourceRow) -> bool:
    """Say whether a row makes the application OutOfSync."""
    is_out = _status(row.target, row.live, row.diff, is_left_out=False) == "OutOfSync"
    if not is_out or row.status == "" or row.is_hook:
        return False
    is_extra = row.target is None and row.live is not None
    if is_extra and not row.requires_pruning:
        return False
    return not (is_extra and has_option(row.live, _COMPARE_OPTIONS, "IgnoreExtraneous"))


def _has_changed_namespace_metadata(app: Application) -> bool:
    wanted = at(app.spec, "syncPolicy", "managedNamespaceMetadata")
    result = at(app.raw, "status", "operationState", "syncResult")
    if wanted is None or not isinstance(result, Mapping):
        return False
    return not is_same(wanted, result.get("managedNamespaceMetadata"))
