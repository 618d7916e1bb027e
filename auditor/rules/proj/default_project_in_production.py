"""Production in the project that permits everything to everybody."""

from collections.abc import Iterator

from auditor.argocd.app_project import DEFAULT
from auditor.argocd.application import Application
from auditor.argocd.project_permissions import permits_everything
from auditor.findings import Breach, Severity, production_only
from auditor.kube.gap import Gap
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.projects import EFFECTIVE_PROJECTS, EffectiveProjects


@rule(
    "PROJ-005",
    severity=production_only(Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(EFFECTIVE_PROJECTS,),
    options=NoOptions,
)
def default_project_in_production(
    app: Application, _: NoOptions, projects: EffectiveProjects
) -> Iterator[Breach]:
    """Ask for a project of one's own while `default` is as Argo CD made it (semantics §3.6)."""
    if app.project != DEFAULT:
        return
    found = projects.of(app)
    if not isinstance(found, Gap) and not permits_everything(found.project):
        return
    is_live = not isinstance(found, Gap) and found.is_live
    yield Breach(
        at="/spec/project",
        facts={"project": DEFAULT},
        variant="" if is_live else "assumed",
        severity=None if is_live else production_only(Severity.INFO),
        group=DEFAULT,
    )
