"""What a sync with RespectIgnoreDifferences=true looks at: each object beside the live one."""

from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.broad_entries import Pair
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.paired import paired
from auditor.kube.gap import Gap
from auditor.snapshot.rendered import Renderings, rendered_by
from auditor.snapshot.section import Excluded, Missing

_RESPECT: Final = "RespectIgnoreDifferences=true"


def respected(
    app: Application, renderings: Renderings, objects: LiveObjects | Missing | Excluded
) -> tuple[Pair | Gap, ...]:
    """Return what Git gives beside what is live, or why not; nothing where nothing is respected.

    Without the cluster no object has a live side.
    """
    if not app.ignore_rules or not app.policy.options.has(_RESPECT):
        return ()
    rendering = rendered_by(app, renderings)
    if isinstance(rendering, Gap):
        return (rendering,)
    live = objects if isinstance(objects, LiveObjects) else None
    return tuple(paired(rendering.objects, app.destination.namespace, live))
