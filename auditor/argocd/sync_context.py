"""What a sync does to one object; mirrors `applyObject` and `pruneObject` of `sync_context.go`.

One recorded vector is out of reach: a CustomResourceDefinition with `Validate=false` under
server-side apply is said to be validated in the real call and not in the dry run. `applyObject`
computes the flag once for both, and every vector of another kind agrees with that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditor.argocd import annotations, hooks
from auditor.argocd.sync_options import SyncOptions, effective_value, has_annotation_option
from auditor.kube.loose import text
from auditor.kube.ref import ResourceRef

MANAGER = "argocd-controller"

Object = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ApplySettings:
    """What Application and operation say about all objects of a sync."""

    replaces: bool = False
    applies_server_side: bool = False
    validates: bool = True
    forces: bool = False
    """`syncStrategy.*.force` of the operation; the option Force=true does nothing in the list."""

    @classmethod
    def of(cls, options: SyncOptions, *, forces: bool = False) -> "ApplySettings":
        """Read the settings out of the option list, as the controller does."""
        return cls(
            replaces=options.has("Replace=true"),
            applies_server_side=options.has("ServerSideApply=true"),
            validates=not options.has("Validate=false"),
            forces=forces,
        )


@dataclass(frozen=True, slots=True)
class Call:
    """One request for an object: `apply`, `replace`, `create` or `update`.

    What a call has no parameter for is None.
    """

    verb: str
    is_dry_run: bool
    forces: bool | None = None
    validates: bool | None = None
    is_server_side: bool | None = None


def applied(target: Object, live: Object | None, settings: ApplySettings) -> tuple[Call, Call]:
    """Return the dry run and the call that a sync of `target` makes over `live`."""
    return _call(target, live, settings, dry_run=True), _call(target, live, settings, dry_run=False)


def replaces(target: Object, live: Object | None, settings: ApplySettings) -> bool:
    """Tell whether Replace is in force: by the list, or on the target or live object."""
    return settings.replaces or _either(target, live, "Replace=true")


def forces(target: Object, live: Object | None, settings: ApplySettings) -> bool:
    """Tell whether Force is in force: by the operation, or on the target or live object."""
    return settings.forces or _either(target, live, "Force=true")


def applies_server_side(target: Object, settings: ApplySettings) -> bool:
    """Tell whether the object is applied server-side, unless it is replaced."""
    if has_annotation_option(target, "ServerSideApply=false"):
        return False
    return settings.applies_server_side or has_annotation_option(target, "ServerSideApply=true")


def _call(target: Object, live: Object | None, settings: ApplySettings, *, dry_run: bool) -> Call:
    force = forces(target, live, settings)
    validates = settings.validates and not has_annotation_option(target, "Validate=false")
    if not replaces(target, live, settings):
        server_side = not dry_run and applies_server_side(target, settings)
        return Call("apply", dry_run, force, validates, server_side)
    if live is None:
        return Call("create", dry_run, validates=validates)
    if is_crd(target) or text(target, "kind") == "Namespace":
        return Call("update", dry_run)
    return Call("replace", dry_run, forces=force)


def _either(target: Object, live: Object | None, option: str) -> bool:
    return has_annotation_option(target, option) or has_annotation_option(live, option)


def is_crd(obj: Any) -> bool:
    """Tell whether a raw object is a CustomResourceDefinition of Kubernetes."""
    if not isinstance(obj, Mapping):
        return False
    ref = ResourceRef.of(obj)
    return (ref.group, ref.kind) == ("apiextensions.k8s.io", "CustomResourceDefinition")


@dataclass(frozen=True, slots=True)
class Pruning:
    """What one pass of a sync does to an object that left Git."""

    result: str
    """`Pruned`, `PruneSkipped`, or empty while a confirmation is awaited."""
    message: str
    deletes: bool = False


def pruned(live: Object, options: SyncOptions, *, prunes: bool, is_confirmed: bool) -> Pruning:
    """Return what happens to `live`, whose manifest is gone, in a sync that `prunes` or not.

    A confirmation is awaited even where nothing would be pruned.
    """
    option = effective_value(live, "Prune", options)
    if option == "confirm" and not is_confirmed:
        ref = ResourceRef.of(live)
        name = f"{ref.group}/{ref.kind}/{ref.name}"
        return Pruning("", f"waiting for pruning confirmation of {name}")
    if not prunes:
        return Pruning("PruneSkipped", "ignored (requires pruning)")
    if option == "false":
        return Pruning("PruneSkipped", "ignored (no prune)")
    is_leaving = bool(text(live, "metadata", "deletionTimestamp"))
    return Pruning("Pruned", "pruned", deletes=not is_leaving)


def is_deleted_with(app: Object, obj: Object, options: SyncOptions) -> bool:
    """Tell whether deleting `app` in cascade deletes `obj` (`shouldBeDeleted`)."""
    if is_crd(obj) or _is_self(app, obj):
        return False
    if effective_value(obj, "Delete", options) == "false":
        return False
    return not annotations.has_option(obj, annotations.RESOURCE_POLICY, "keep")


def deletion_asks(obj: Object, options: SyncOptions) -> bool:
    """Tell whether the object holds a cascade deletion until it is approved."""
    return any(effective_value(obj, key, options) == "confirm" for key in ("Delete", "Prune"))


def _is_self(app: Object, obj: Object) -> bool:
    ref, own = ResourceRef.of(obj), ResourceRef.of(app)
    return (
        (ref.group, ref.kind) == ("argoproj.io", "Application")
        and (ref.namespace, ref.name) == (own.namespace, own.name)
        and text(obj, "metadata", "uid") == text(app, "metadata", "uid")
    )


def is_managed_by_sync(obj: Object) -> bool:
    """Tell whether a sync applies the object at all: not skipped, not a hook nobody knows."""
    return not hooks.is_ignored(obj) and not hooks.is_skipped(obj)
