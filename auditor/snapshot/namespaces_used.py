"""Which namespaces an Application uses, and whether each of them exists."""

from auditor.argocd.application import Application
from auditor.argocd.cluster import Namespace
from auditor.argocd.namespaces import Use, has_synced_row, used_by_objects, used_by_rows
from auditor.argocd.providers import ALWAYS_THERE, RESERVED
from auditor.kube.gap import Gap
from auditor.snapshot.providers import SeenCluster
from auditor.snapshot.rendered import Renderings, rendered_by
from auditor.snapshot.section import Excluded, Missing

Namespaces = tuple[Namespace, ...] | Missing | Excluded
"""What `NAMESPACES` holds."""


def uses(app: Application, renderings: Renderings) -> tuple[Use, ...] | Gap:
    """Return the namespaces of what `app` renders, else of its rows, else why neither is known."""
    rendering = rendered_by(app, renderings)
    if not isinstance(rendering, Gap):
        return used_by_objects(rendering.objects)
    status = app.status
    if status is not None and status.rows and not status.has_comparison_error:
        return used_by_rows(status)
    return rendering


def is_given(app: Application, namespace: str) -> bool:
    """Say whether `namespace` is part of every cluster, or Argo CD could not run without it."""
    is_own = app.destination.is_in_cluster and namespace == app.ref.namespace
    return namespace in ALWAYS_THERE or is_own


def is_there(
    app: Application, namespace: str, namespaces: Namespaces, cluster: SeenCluster
) -> bool | Gap:
    """Say whether `namespace` exists where `app` deploys to, or why that was not seen."""
    match namespaces:
        case Missing(why) | Excluded(why):
            pass
        case _:
            outside = cluster.why_not(app)
            if outside is None:
                return any(found.ref.name == namespace for found in namespaces)
            why = outside
    is_proven = is_given(app, namespace) or has_synced_row(app.status, namespace)
    is_proven |= namespace.startswith(RESERVED)
    return True if is_proven else why
