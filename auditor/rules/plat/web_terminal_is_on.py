"""Shells in Pods through Argo CD, and who may open them."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.app_project import AppProject
from auditor.argocd.control_plane import ControlPlane
from auditor.argocd.rbac_policy import RbacPolicy
from auditor.argocd.role_policy import Policy, parse
from auditor.findings import Breach, Edit, Fix, Severity, Unseen, everywhere
from auditor.kube.loose import mappings, texts
from auditor.rulebook import NoOptions, rule
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.control_planes import CONTROL_PLANES
from auditor.snapshot.projects import PROJECTS

_KEY: Final = "exec.enabled"


@rule(
    "PLAT-004",
    severity=everywhere(Severity.MEDIUM),
    over=CONTROL_PLANES,
    uses=(PROJECTS,),
    options=NoOptions,
)
def web_terminal_is_on(
    plane: ControlPlane, _: NoOptions, projects: tuple[AppProject, ...] | Missing | Excluded
) -> Iterator[Breach | Unseen]:
    """Look for lines that grant `exec` to others than administrators, in roles of projects too."""
    if why := plane.why_unread(_KEY):
        yield Unseen(why)
    for found in plane.switched_on(_KEY):
        known = projects if isinstance(projects, tuple) else ()
        granted = {str(line.subject) for line in RbacPolicy.of(plane).granted("exec", "create")}
        granted |= {subject for project in known for subject in _of_roles(project)}
        yield Breach(
            at=found.at,
            manifest=found.manifest,
            variant="" if granted else "admins",
            severity=None if granted else everywhere(Severity.INFO),
            facts={"subjects": tuple(sorted(granted))} if granted else {},
            fix=Fix((Edit("set", found.at, "false"),), found.manifest, is_safe=False)
            if found.is_editable
            else None,
        )


def _of_roles(project: AppProject) -> Iterator[str]:
    for role in mappings(project.spec, "roles"):
        for line in texts(role, "policies"):
            found = parse(line)
            if found and found.effect == "allow" and _is_exec(found):
                yield found.subject


def _is_exec(line: Policy) -> bool:
    return line.action in ("create", "*") and line.resource in ("exec", "*")
