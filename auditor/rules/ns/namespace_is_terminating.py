"""A namespace that is being deleted while an Application still puts objects into it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.cluster import Namespace
from auditor.findings import Basis, Breach, Evidence, Severity, Unseen, by_tier
from auditor.kube.gap import Gap
from auditor.kube.namespace_deletion import Deletion, deletion_of
from auditor.rulebook import rule
from auditor.snapshot.derived import APPLICATIONS, NAMESPACES, NOW, RENDERED
from auditor.snapshot.namespaces_used import uses
from auditor.snapshot.providers import SEEN_CLUSTER, SeenCluster
from auditor.snapshot.rendered import Renderings

_STAMP: Final = "/metadata/deletionTimestamp"


@dataclass(frozen=True, slots=True)
class Options:
    """What can be tuned."""

    deletion_after: timedelta = timedelta(minutes=10)
    """Age from which on a deletion is taken for stuck; a younger one is a step less severe."""


@rule(
    "NS-005",
    severity=by_tier(production=Severity.CRITICAL, other=Severity.HIGH),
    over=APPLICATIONS,
    needs=(NAMESPACES, NOW, SEEN_CLUSTER),
    uses=(RENDERED,),
    options=Options,
)
def namespace_is_terminating(
    app: Application,
    options: Options,
    namespaces: tuple[Namespace, ...],
    now: datetime,
    cluster: SeenCluster,
    renderings: Renderings,
) -> Iterator[Breach | Unseen]:
    """Look at the namespaces in use; an Application that is itself being deleted uses none."""
    if app.is_deleting:
        return
    if outside := cluster.why_not(app):
        yield Unseen(outside)
        return
    used = uses(app, renderings)
    # What cannot be rendered and has no rows is at least meant for its destination.
    names = (
        {app.destination.namespace} if isinstance(used, Gap) else {use.namespace for use in used}
    )
    for namespace in namespaces:
        is_used = namespace.ref.name in names
        if is_used and (deletion := deletion_of(namespace.manifest)):
            yield _breach(app, namespace, deletion, now, options.deletion_after)


def _breach(
    app: Application, namespace: Namespace, deletion: Deletion, now: datetime, after: timedelta
) -> Breach:
    name = namespace.ref.name
    age = now - deletion.since if deletion.since else None
    is_recent = age is not None and age < after
    stamp = namespace.manifest.get("metadata", "deletionTimestamp")
    return Breach(
        at=_STAMP,
        manifest=namespace.manifest,
        variant="recent" if is_recent else "held" if deletion.finalizers else "",
        facts={
            "namespace": name,
            "age": age,
            "finalizers": deletion.finalizers,
            "contents": deletion.contents,
            "conditions": deletion.conditions,
        },
        lower=1 if is_recent else 0,
        basis=Basis.OBSERVED,
        group=f"{app.destination.cluster} {name}",
        identity=name,
        keys=frozenset({("namespace", name), ("object", namespace.ref.label)}),
        evidence=(Evidence(pointer=_STAMP, object=namespace.ref, live=stamp, is_live=True),),
    )
