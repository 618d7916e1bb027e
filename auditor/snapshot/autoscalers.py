"""Derived: every autoscaler that is rendered by an Application, or live in this cluster."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.application import IN_CLUSTER
from auditor.argocd.autoscaling import Autoscaler, Autoscalers
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.rendering import Rendering
from auditor.snapshot.derived import APPLICATIONS, OBJECTS, RENDERED
from auditor.snapshot.rendered import rendered_by
from auditor.snapshot.section import Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot


def _autoscalers(snapshot: Snapshot) -> Autoscalers | Missing | Excluded:
    applications = snapshot.look(APPLICATIONS)
    if not isinstance(applications, tuple):
        return applications
    # the number of a live one counts before that of Git, which may not be there yet
    found = {a.ref: a for a in _live(snapshot)}
    renderings = snapshot.look(RENDERED)
    every: list[Autoscaler] = list(found.values())
    for app in applications:
        rendering = rendered_by(app, renderings)
        for manifest in rendering.objects if isinstance(rendering, Rendering) else ():
            cluster = app.destination.cluster
            one = Autoscaler.of(manifest, app.destination.namespace, cluster)
            if one and not (cluster == IN_CLUSTER and one.ref in found):
                every.append(one)
    return Autoscalers.of(sorted(every, key=lambda one: (one.cluster, one.ref)))


def _live(snapshot: Snapshot) -> Iterator[Autoscaler]:
    objects = snapshot.look(OBJECTS)
    for manifest in objects.by_ref.values() if isinstance(objects, LiveObjects) else ():
        one = Autoscaler.of(manifest, "", IN_CLUSTER)
        if one:
            yield one


AUTOSCALERS: Final[Derived[Autoscalers]] = Derived("autoscalers", _autoscalers)
