"""A custom resource of a kind that the cluster does not serve and nobody defines in time."""

from collections.abc import Iterator, Mapping

from auditor.argocd.application import Application
from auditor.argocd.releases import Version
from auditor.argocd.rendering import Rendering
from auditor.argocd.stateful import is_definition
from auditor.findings import Breach, Severity, Unseen, by_tier
from auditor.kube.gap import Gap
from auditor.kube.kinds import is_namespaced
from auditor.kube.loose import text
from auditor.kube.ref import ResourceRef
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS, RENDERED, VERSION
from auditor.snapshot.providers import SEEN_CLUSTER, SeenCluster
from auditor.snapshot.rendered import rendered_by
from auditor.snapshot.served import SERVED, Served
from auditor.snapshot.tasks import manifest_of, tasks_of


@rule(
    "WAVE-006",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(VERSION, RENDERED, SERVED, SEEN_CLUSTER),
    options=NoOptions,
)
def custom_resource_before_its_definition(
    app: Application,
    _: NoOptions,
    known: tuple[Version, str],
    renderings: Mapping[str, Rendering],
    served: Served,
    cluster: SeenCluster,
) -> Iterator[Breach | Unseen]:
    """Ask which tasks a sync would refuse before it begins (sync_context.go, getSyncTasks)."""
    rendering = rendered_by(app, renderings)
    why = rendering if isinstance(rendering, Gap) else cluster.why_not(app)
    if why or isinstance(rendering, Gap):
        yield Unseen(why or Gap("not_rendered", {"application": app.ref.qualified}))
        return
    if all(served.has(manifest.raw) for manifest in rendering.objects):
        return
    told: set[tuple[str, str]] = set()
    for task, _message in tasks_of(app, rendering, known[0], served.kinds).failures:
        version, kind = text(task.obj, "apiVersion"), task.ref.kind
        # Every cluster has the built-in kinds; a discovery without them was cut short.
        if (version, kind) in told or is_namespaced(task.ref.group, kind) is not None:
            continue
        told.add((version, kind))
        if gap := served.gap(task.ref.group):
            yield Unseen(gap)
            continue
        definer = _definer(task.ref, app, renderings)
        yield Breach(
            at="/kind",
            manifest=manifest_of(rendering, task.ref),
            variant="elsewhere" if definer else "",
            lower=1 if definer else 0,
            facts={
                "kind": kind,
                "version": version,
                "object": task.ref.label,
                **({"definer": definer} if definer else {}),
            },
            keys=frozenset({("object", task.ref.label)}),
            identity=f"{version} {kind}",
        )


def _definer(ref: ResourceRef, app: Application, renderings: Mapping[str, Rendering]) -> str:
    """Return the other Application that delivers the definition, or an empty text."""
    for name, rendering in renderings.items():
        for manifest in rendering.objects if name != app.ref.qualified else ():
            if (
                is_definition(manifest.ref)
                and text(manifest.raw, "spec", "group") == ref.group
                and text(manifest.raw, "spec", "names", "kind") == ref.kind
            ):
                return name
    return ""
