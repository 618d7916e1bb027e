"""Applications in a namespace that Argo CD, or their project, leaves alone."""

from collections.abc import Iterator

from auditor.argocd.application import Application
from auditor.findings import Basis, Breach, Severity, Unseen, everywhere
from auditor.kube.gap import Gap
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.watched_namespaces import WATCHED_NAMESPACES, Watched

_REFUSED = "is not permitted to use project"


@rule(
    "SPEC-007",
    severity=everywhere(Severity.HIGH),
    over=APPLICATIONS,
    needs=(WATCHED_NAMESPACES,),
    options=NoOptions,
)
def application_in_unwatched_namespace(
    app: Application, _: NoOptions, watched: Watched
) -> Iterator[Breach | Unseen]:
    """Believe a status first: Argo CD wrote it, so it looks; a refusal names the project (§3.7)."""
    facts = {"namespace": app.ref.namespace, "project": app.project}
    at = "/metadata/namespace"
    status = app.status
    if app.ref.namespace == watched.control_plane:
        return
    if status and any(_REFUSED in condition.message for condition in status.conditions):
        yield Breach(at=at, variant="project", facts=facts, basis=Basis.OBSERVED)
    elif status and (status.reconciled or status.sync):
        return
    elif watched.why_unknown is not None:
        yield Unseen(watched.why_unknown)
    elif not watched.covers(app.ref.namespace):
        basis = Basis.OBSERVED if status else Basis.DECLARED
        yield Breach(at=at, facts={"namespace": app.ref.namespace}, basis=basis)
    elif (permits := watched.permits(app.project, app.ref.namespace)) is False:
        yield Breach(at=at, variant="project", facts=facts)
    elif permits is None:
        yield Unseen(Gap("project_not_found", {"project": app.project}))
