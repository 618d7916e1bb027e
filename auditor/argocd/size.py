"""How many objects a sync of an Application is about."""

from auditor.argocd.application import Application
from auditor.argocd.rendering import Rendering
from auditor.argocd.sync_context import is_managed_by_sync
from auditor.kube.gap import Gap


def objects_synced(app: Application, rendering: Rendering | Gap) -> int | Gap:
    """Count what is rendered, else the rows Argo CD compares; hooks and what left Git apart."""
    if isinstance(rendering, Rendering):
        return sum(is_managed_by_sync(manifest.raw) for manifest in rendering.objects)
    if app.status is None or app.status.has_comparison_error:
        return rendering
    return sum(row.counts and not row.requires_pruning for row in app.status.rows)
