"""A project that lets its Applications into production and into other environments."""

from collections.abc import Iterator, Mapping

from auditor.argocd.app_project import AppProject
from auditor.argocd.project_permissions import permits_everything
from auditor.findings import Breach, Severity, everywhere
from auditor.kube.ref import ResourceRef
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.project_reach import PROJECT_REACH, Reach
from auditor.snapshot.projects import PROJECTS


@rule(
    "PROJ-010",
    severity=everywhere(Severity.MEDIUM),
    over=PROJECTS,
    needs=(PROJECT_REACH, APPLICATIONS),
    options=NoOptions,
)
def project_crosses_environments(
    project: AppProject, _: NoOptions, reach: Mapping[ResourceRef, Reach], _applications: object
) -> Iterator[Breach]:
    """Look which of the namespaces in use the project permits (guide G13)."""
    mine = reach[project.ref]
    if project.is_default or permits_everything(project.lists):
        return
    if not mine.production or not mine.others:
        return
    separate = tuple(
        ref.name for ref, other in reach.items() if ref != project.ref and other.is_production_only
    )
    at = "/spec/destinations"
    yield Breach(
        at=at,
        manifest=project.side(at),
        variant="" if separate else "alone",
        facts={
            "project": project.name,
            "production": mine.production,
            "others": mine.others,
            "separate": separate,
        },
        severity=None if separate else everywhere(Severity.INFO),
    )
