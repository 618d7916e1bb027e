"""Derived: into which namespaces the Applications of a project really go."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from auditor.argocd.app_project import DEFAULT, AppProject
from auditor.argocd.application import GROUP, Application
from auditor.kube.gap import Gap
from auditor.kube.loose import mapping, text
from auditor.kube.ref import ResourceRef
from auditor.snapshot import sections
from auditor.snapshot.derived import RENDERED
from auditor.snapshot.namespaces_used import uses
from auditor.snapshot.projects import PROJECT_USERS, PROJECTS
from auditor.snapshot.rendered import Renderings
from auditor.snapshot.section import Collected, Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot

_TEMPLATED: Final = "{{"


@dataclass(frozen=True, slots=True)
class Targets:
    """Where the Applications of one project go."""

    namespaces: frozenset[str]
    is_complete: bool
    """False where a template of an ApplicationSet may name others, or nobody was seen using it."""


def _targets(snapshot: Snapshot) -> Mapping[ResourceRef, Targets] | Missing | Excluded:
    projects, users = snapshot.look(PROJECTS), snapshot.look(PROJECT_USERS)
    if not isinstance(projects, tuple):
        return projects
    if not isinstance(users, Mapping):
        return users
    renderings = snapshot.look(RENDERED)
    is_live = isinstance(snapshot.look(sections.LIVE_APPLICATIONS), Collected)
    templates = tuple(_templates(snapshot))
    return {
        project.ref: _of(
            project, users.get(project.ref, ()), renderings, templates, is_live=is_live
        )
        for project in projects
    }


PROJECT_TARGETS: Final[Derived[Mapping[ResourceRef, Targets]]] = Derived(
    "project_targets", _targets
)


def _of(
    project: AppProject,
    apps: tuple[Application, ...],
    renderings: Renderings,
    templates: tuple[tuple[str, str], ...],
    *,
    is_live: bool,
) -> Targets:
    mine = {space for name, space in templates if name == project.name or _TEMPLATED in name}
    found = {space for app in apps for space in _namespaces(app, renderings)} | mine
    # generated Applications are seen in the cluster
    is_known = is_live or (bool(apps or mine) and not any(_TEMPLATED in s for s in mine))
    return Targets(frozenset(found), is_known)


def _namespaces(app: Application, renderings: Renderings) -> Iterator[str]:
    if app.destination.namespace:
        yield app.destination.namespace
    used = uses(app, renderings)
    for use in () if isinstance(used, Gap) else used:
        yield use.namespace


def _templates(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Yield project and destination namespace of every ApplicationSet in Git, as written."""
    look = snapshot.look(sections.GIT_MANIFESTS)
    for manifest in look.items if isinstance(look, Collected) else ():
        if (manifest.ref.group, manifest.ref.kind) == (GROUP, "ApplicationSet"):
            spec = mapping(manifest.raw, "spec", "template", "spec")
            yield text(spec, "project") or DEFAULT, text(spec, "destination", "namespace")
