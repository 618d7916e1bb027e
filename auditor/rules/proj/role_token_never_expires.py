"""A token of a project's role that is good for ever."""

from collections.abc import Iterator
from datetime import UTC, datetime

from auditor.argocd.app_project import AppProject
from auditor.findings import Breach, Severity, everywhere
from auditor.kube.loose import integer, mappings, text
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.projects import PROJECTS


@rule(
    "PROJ-012",
    severity=everywhere(Severity.MEDIUM),
    over=PROJECTS,
    options=NoOptions,
)
def role_token_never_expires(project: AppProject, _: NoOptions) -> Iterator[Breach]:
    """Look for tokens whose `exp` is absent or 0, which both mean no end (types.go: JWTToken)."""
    for i, role in enumerate(mappings(project.spec, "roles")):
        for j, token in enumerate(mappings(role, "jwtTokens")):
            if integer(token, "exp"):
                continue
            pointer = f"/spec/roles/{i}/jwtTokens/{j}"
            issued = integer(token, "iat")
            yield Breach(
                at=pointer,
                manifest=project.side(pointer),
                facts={
                    "project": project.name,
                    "role": text(role, "name"),
                    "issued": datetime.fromtimestamp(issued, UTC) if issued else None,
                },
                identity=text(token, "id") or str(issued),
            )
