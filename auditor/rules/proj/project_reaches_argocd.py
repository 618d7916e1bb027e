"""A project that lets its Applications into a namespace where the platform itself lives."""

from collections.abc import Iterator, Mapping
from typing import Final

from auditor.argocd.app_project import AppProject
from auditor.argocd.application import GROUP, IN_CLUSTER
from auditor.argocd.project import Project
from auditor.argocd.project_permissions import (
    IN_CLUSTER_NAME,
    granting_entry,
    permits_everything,
)
from auditor.findings import Breach, Severity, Unseen, everywhere
from auditor.kube.gap import Gap
from auditor.kube.ref import ResourceRef
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.project_targets import PROJECT_TARGETS, Targets
from auditor.snapshot.projects import (
    CONTROL_PLANE,
    EFFECTIVE_PROJECTS,
    PROJECTS,
    EffectiveProjects,
)

_SYSTEM: Final = "kube-system"
_TELLING: Final = (
    (GROUP, "Application"),
    (GROUP, "ApplicationSet"),
    (GROUP, "AppProject"),
    ("", "Secret"),
)


@rule(
    "PROJ-007",
    severity=everywhere(Severity.HIGH),
    over=PROJECTS,
    needs=(EFFECTIVE_PROJECTS, PROJECT_TARGETS, CONTROL_PLANE),
    options=NoOptions,
)
def project_reaches_argocd(
    project: AppProject,
    _: NoOptions,
    projects: EffectiveProjects,
    targets: Mapping[ResourceRef, Targets],
    control_plane: str,
) -> Iterator[Breach | Unseen]:
    """Look whether anybody needs to go where the project lets everybody (semantics §6.3, §3.5)."""
    permitted = projects.merged(project).project
    if project.is_default or permits_everything(permitted):
        return
    kinds = tuple(f"{g}/{k}" if g else k for g, k in _TELLING if _permits(permitted, g, k))
    if not kinds:
        return
    used = targets[project.ref]
    for namespace, variant in ((control_plane, ""), (_SYSTEM, "system")):
        entry = granting_entry(permitted, IN_CLUSTER, IN_CLUSTER_NAME, namespace)
        if entry is None or namespace in used.namespaces:
            continue
        if not used.is_complete:
            yield Unseen(Gap("project_users_unknown", {"project": project.name}))
            return
        at = f"/spec/destinations/{entry}"
        yield Breach(
            at=at,
            manifest=project.side(at),
            facts={"project": project.name, "namespace": namespace, "kinds": kinds},
            variant=variant,
            severity=everywhere(Severity.MEDIUM) if variant else None,
            identity=namespace,
        )
        return  # the same entry opens both; the worse one is enough


def _permits(project: Project, group: str, kind: str) -> bool:
    return project.permits_kind(group, kind, True)  # noqa: FBT003  # the order of the upstream call
