"""CreateNamespace=true in a project that does not let Namespaces in."""

from collections.abc import Iterator

from auditor.argocd.application import Application
from auditor.argocd.hooks import is_hook
from auditor.argocd.namespaces import was_applied
from auditor.argocd.option_entries import CREATE_NAMESPACE, pointer_of
from auditor.argocd.project_permissions import permits_kind
from auditor.argocd.project_verdict import Word
from auditor.argocd.providers import Order, Providers
from auditor.argocd.rendering import Rendering
from auditor.findings import Basis, Breach, Severity, Unseen, by_tier, everywhere
from auditor.kube.gap import Gap
from auditor.kube.ref import ResourceRef
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS, NAMESPACES, RENDERED
from auditor.snapshot.namespaces_used import Namespaces, is_there
from auditor.snapshot.projects import EFFECTIVE_PROJECTS, Effective, EffectiveProjects
from auditor.snapshot.providers import NAMESPACE_PROVIDERS, SEEN_CLUSTER, SeenCluster
from auditor.snapshot.rendered import Renderings, rendered_by


@rule(
    "NS-003",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(EFFECTIVE_PROJECTS, NAMESPACE_PROVIDERS, SEEN_CLUSTER),
    uses=(RENDERED, NAMESPACES),
    options=NoOptions,
)
def project_forbids_creating_namespace(
    app: Application,
    _: NoOptions,
    projects: EffectiveProjects,
    providers: Providers,
    cluster: SeenCluster,
    renderings: Renderings,
    namespaces: Namespaces,
) -> Iterator[Breach | Unseen]:
    """Ask the project about the Namespace that the option would make (semantics §3.1)."""
    name = app.destination.namespace
    if not name or not app.policy.options.has(CREATE_NAMESPACE):
        return
    rendering = rendered_by(app, renderings)
    if isinstance(rendering, Rendering) and _ships(rendering, name):
        return
    found = projects.of(app)
    if isinstance(found, Gap):
        yield Unseen(found)
        return
    if permits_kind(found.project, "", "Namespace", name, is_namespaced=False):
        return
    if was_applied(app.status, name):
        yield Unseen(Gap("argocd_permits", {"project": app.project}))
        return
    there = is_there(app, name, namespaces, cluster)
    variant = _variant(app, there=there)
    comes_first = any(one.order is Order.BEFORE for one in providers.ordered(app, name))
    if not comes_first or variant in ("", "metadata"):
        yield _breach(app, found, variant)


def _variant(app: Application, *, there: bool | Gap) -> str:
    if there is False:
        return ""
    if app.policy.managed_namespace_metadata is not None:
        return "metadata"
    return "rebuild" if there is True else "declared"


def _breach(app: Application, found: Effective, variant: str) -> Breach:
    name = app.destination.namespace
    is_refused = Word(app, is_fresh=False).refuses_objects(
        (ResourceRef("", "Namespace", "", name),)
    )
    return Breach(
        at=pointer_of(app.spec, CREATE_NAMESPACE),
        variant=variant,
        facts={"namespace": name, "project": found.project.name},
        severity=everywhere(Severity.LOW) if variant == "rebuild" else None,
        lower=1 if variant == "declared" else 0,
        basis=Basis.OBSERVED if is_refused else Basis.DECLARED,
        # a namespace that is there keeps nobody from syncing
        keys=frozenset({("namespace", name)} if variant != "rebuild" else ()),
    )


def _ships(rendering: Rendering, name: str) -> bool:
    """Tell whether the Application's own manifest stands in for the option; hooks do not."""
    return any(
        (m.ref.group, m.ref.kind, m.ref.name) == ("", "Namespace", name) and not is_hook(m.raw)
        for m in rendering.objects
    )
