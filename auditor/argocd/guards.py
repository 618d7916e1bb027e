"""Which objects a sync, or deleting the Application, would delete without asking."""

from collections.abc import Iterable

from auditor.argocd.application import Application
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.releases import Version
from auditor.argocd.settings import Settings
from auditor.argocd.stateful import (
    DATABASE_KINDS,
    is_definition,
    is_stateful,
    is_without_storage,
)
from auditor.argocd.sync_options import (
    SyncOptions,
    is_guarded_from_deletion,
    is_guarded_from_pruning,
)
from auditor.argocd.tracking import DEFAULT_LABEL_KEY, TRACKING_ID
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef


def unguarded(
    objects: Iterable[Manifest], app: Application, live: LiveObjects | None, version: Version
) -> tuple[Manifest, ...]:
    """Return those of an Application's rendered objects that pruning would delete unasked.

    Argo CD reads the guard from the live object; one that is not live is read as rendered.
    """
    return tuple(
        manifest
        for manifest in objects
        if not is_guarded_from_pruning(
            (_running(manifest, app, live) or manifest).raw, app.policy.options, version
        )
    )


def unguarded_from_deletion(
    objects: Iterable[Manifest], app: Application, live: LiveObjects | None, version: Version
) -> tuple[Manifest, ...]:
    """Return those of an Application's rendered objects that its deletion would take along.

    Argo CD reads this guard from the live object too.
    """
    return tuple(
        manifest
        for manifest in objects
        if not is_guarded_from_deletion(
            (_running(manifest, app, live) or manifest).raw, app.policy.options, version
        )
    )


def is_guarded_as_a_whole(app: Application, version: Version) -> bool:
    """Tell whether the Application's own options guard every object that says nothing itself."""
    return is_guarded_from_pruning({}, app.policy.options, version)


def is_deletion_guarded(app: Application, parents: Iterable[Application], version: Version) -> bool:
    """Tell whether deleting the Application spares its objects, or is asked about first.

    Either its own options say so, or a parent does not prune the Application object unasked.
    """
    raw = (app.live or app.manifest).raw
    above = [SyncOptions(), *(parent.policy.options for parent in parents)]
    is_kept = any(is_guarded_from_pruning(raw, options, version) for options in above)
    return is_kept or is_guarded_from_deletion({}, app.policy.options, version)


def holds_data(
    manifest: Manifest,
    settings: Settings | None = None,
    database_kinds: tuple[str, ...] = DATABASE_KINDS,
) -> bool:
    """Tell whether pruning the object may lose data.

    A CustomResourceDefinition counts where it bears a tracking mark of its own: Argo CD puts none
    there, and leaves those without alone.
    """
    if not is_definition(manifest.ref):
        return is_stateful(manifest.ref, database_kinds) and not is_without_storage(manifest)
    if settings is not None and settings.is_label_tracking:
        return (settings.instance_label_key or DEFAULT_LABEL_KEY) in manifest.labels
    return TRACKING_ID in manifest.annotations


def _running(manifest: Manifest, app: Application, live: LiveObjects | None) -> Manifest | None:
    if live is None or not app.destination.is_in_cluster:
        return None
    ref = manifest.ref
    in_namespace = ResourceRef(ref.group, ref.kind, app.destination.namespace, ref.name)
    return live.find(ref) or (None if ref.namespace else live.find(in_namespace))
