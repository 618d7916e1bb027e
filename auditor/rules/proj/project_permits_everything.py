"""A project whose lists keep nothing out."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.app_project import AppProject
from auditor.argocd.project_permissions import deny_only_fields, wide_fields
from auditor.argocd.spoken_environment import is_production
from auditor.findings import Breach, Severity, everywhere
from auditor.rulebook import NoOptions, rule
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.projects import PROJECT_USERS, PROJECTS, Users

_ALL: Final = 3


@rule(
    "PROJ-006",
    severity=everywhere(Severity.MEDIUM),
    over=PROJECTS,
    uses=(PROJECT_USERS,),
    options=NoOptions,
)
def project_permits_everything(
    project: AppProject, _: NoOptions, users: Users | Missing | Excluded
) -> Iterator[Breach]:
    """Look for `*` in the three lists, and for lists of denials (semantics §3.5, trap 26)."""
    if project.is_default:
        return
    wide = wide_fields(project.lists)
    apps = () if isinstance(users, Missing | Excluded) else users.get(project.ref, ())
    if len(wide) == _ALL:
        yield _breach(project, "", wide, lower=0 if any(map(is_production, apps)) else 1)
    elif wide:
        yield _breach(project, "partly", wide, severity=Severity.INFO)
    if denials := deny_only_fields(project.lists):
        pairs = tuple((field, 0) for field in denials)
        yield _breach(project, "deny_only", pairs, severity=Severity.LOW)


def _breach(
    project: AppProject,
    variant: str,
    fields: tuple[tuple[str, int], ...],
    *,
    severity: Severity | None = None,
    lower: int = 0,
) -> Breach:
    field, entry = fields[0]
    at = f"/spec/{field}/{entry}"
    return Breach(
        at=at,
        manifest=project.side(at),
        facts={"project": project.name, "fields": tuple(name for name, _ in fields)},
        variant=variant,
        severity=everywhere(severity) if severity is not None else None,
        lower=lower,
        identity=variant,
    )
