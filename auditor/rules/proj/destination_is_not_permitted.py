"""A destination, or the namespace of an object, that the project does not list."""

from collections.abc import Iterator

from auditor.argocd.application import Application
from auditor.argocd.freshness import Freshness
from auditor.argocd.namespaces import Use
from auditor.argocd.project_permissions import permits_destination
from auditor.argocd.project_verdict import Trust, Word
from auditor.findings import Basis, Breach, Fact, Severity, Unseen, everywhere
from auditor.kube.gap import Gap
from auditor.rulebook import rule
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.derived import APPLICATIONS, RENDERED
from auditor.snapshot.freshness import FRESHNESS
from auditor.snapshot.namespaces_used import uses
from auditor.snapshot.projects import EFFECTIVE_PROJECTS, Effective, EffectiveProjects
from auditor.snapshot.rendered import Renderings, rendered_by


@rule(
    "PROJ-003",
    severity=everywhere(Severity.HIGH),
    over=APPLICATIONS,
    needs=(EFFECTIVE_PROJECTS,),
    uses=(RENDERED, FRESHNESS),
    options=Trust,
)
def destination_is_not_permitted(
    app: Application,
    options: Trust,
    projects: EffectiveProjects,
    renderings: Renderings,
    freshness: Freshness | Missing | Excluded,
) -> Iterator[Breach | Unseen]:
    """Ask for the destination, then for the namespaces of the objects (semantics §3.5)."""
    found = projects.of(app)
    where = app.destination
    if isinstance(found, Gap):
        yield Unseen(found)
        return
    if bool(where.server) == bool(where.name):
        yield Unseen(Gap("destination_ambiguous", {"application": app.ref.qualified}))
        return
    word = Word.of(app, freshness if isinstance(freshness, Freshness) else None, options)
    permits = permits_destination(found.project, where, where.namespace)
    if permits or (permits is None and word.accepts_spec):
        yield from _objects(app, found, renderings, word)
    elif permits is False and word.accepts_spec:
        yield Unseen(Gap("argocd_permits", {"project": app.project}))
    elif permits is None and not word.refuses_destination:
        yield Unseen(_unresolved(app, found))
    else:
        yield _breach(app, found, None, is_seen=word.refuses_destination)


def _objects(
    app: Application, found: Effective, renderings: Renderings, word: Word
) -> Iterator[Breach | Unseen]:
    used = uses(app, renderings)
    if isinstance(used, Gap):  # the destination was judged, which is what has to be looked at
        return
    rendering = rendered_by(app, renderings)
    compared = app.status.revisions if app.status else ()
    commits = compared if isinstance(rendering, Gap) else rendering.commits
    for use in used:
        if use.namespace == app.destination.namespace:
            continue
        permits = permits_destination(found.project, app.destination, use.namespace)
        if permits is None:
            yield Unseen(_unresolved(app, found))
        elif permits is False and any(word.accepts_namespace(r, commits) for r in use.objects):
            yield Unseen(Gap("argocd_permits", {"project": app.project}))
        elif permits is False:
            yield _breach(app, found, use, is_seen=word.refuses_objects(use.objects))


def _unresolved(app: Application, found: Effective) -> Gap:
    code = "scoped_clusters_unknown" if found.project.is_scoped_clusters_only else "cluster_unnamed"
    return Gap(code, {"project": found.project.name, "cluster": app.destination.cluster})


def _breach(app: Application, found: Effective, use: Use | None, *, is_seen: bool) -> Breach:
    entries = found.project.destinations
    namespace = use.namespace if use else app.destination.namespace
    elsewhere = use.manifest if use else None
    objects: dict[str, Fact] = {"count": len(use.objects), "objects": use.objects} if use else {}
    return Breach(
        at="/metadata/namespace" if elsewhere else "/spec/destination",
        manifest=elsewhere,
        variant="objects" if use else "" if entries else "none",
        facts={
            "project": found.project.name,
            "cluster": app.destination.cluster,
            "namespace": namespace,
            "permitted": tuple(f"{e.server or e.name} {e.namespace}" for e in entries),
            **objects,
        },
        basis=Basis.OBSERVED if is_seen else Basis.DECLARED,
        identity=namespace if use else "",
        keys=frozenset({("project", found.project.name)}),
    )
