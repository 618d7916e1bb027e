"""A line of a project's role that speaks of another role or of another project."""

from collections.abc import Iterator
from dataclasses import replace

from auditor.argocd.app_project import AppProject
from auditor.argocd.role_policy import is_inside, parse, subject_of
from auditor.findings import Breach, Edit, Fix, Severity, everywhere
from auditor.kube.loose import mappings, text
from auditor.kube.manifest import at
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.projects import PROJECTS


@rule(
    "PROJ-008",
    severity=everywhere(Severity.MEDIUM),
    over=PROJECTS,
    options=NoOptions,
)
def role_policy_is_invalid(project: AppProject, _: NoOptions) -> Iterator[Breach]:
    """Hold subject and object of every line against the role it stands in (ValidateProject)."""
    for i, role in enumerate(mappings(project.spec, "roles")):
        lines = at(role, "policies")
        for j, line in enumerate(lines if isinstance(lines, list) else ()):
            if isinstance(line, str):
                name, pointer = text(role, "name"), f"/spec/roles/{i}/policies/{j}"
                yield from _judge(project, name, line, pointer)


def _judge(project: AppProject, role: str, line: str, pointer: str) -> Iterator[Breach]:
    policy, expected = parse(line), subject_of(project.name, role)
    if policy is None:
        return
    is_foreign = policy.subject != expected
    if not is_foreign and is_inside(policy, project.name):
        return
    mended = replace(policy, subject=expected)
    side = project.side(pointer)
    # what an object outside was meant to be, nobody can guess
    can_mend = is_inside(policy, project.name) and side is project.declared
    yield Breach(
        at=pointer,
        manifest=side,
        variant="" if is_foreign else "object",
        facts={
            "project": project.name,
            "role": role,
            "policy": line,
            "found": policy.subject if is_foreign else policy.object,
            "expected": expected if is_foreign else f"{project.name}/*",
        },
        fix=Fix((Edit("set", pointer, str(mended)),), is_safe=False) if can_mend else None,
    )
