"""Derived: projects, and the one that holds for an Application once global ones are merged."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from auditor.argocd.app_project import KIND, AppProject, identity, is_whole
from auditor.argocd.application import GROUP, Application
from auditor.argocd.global_projects import GlobalProject, merge, merged_into, parse
from auditor.argocd.project import Project
from auditor.argocd.project_permissions import without_names
from auditor.argocd.releases import has
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, RenderedOrigin
from auditor.kube.ref import ResourceRef
from auditor.snapshot import sections
from auditor.snapshot.derived import APPLICATIONS, VERSION
from auditor.snapshot.providers import SEEN_CLUSTER, SeenCluster
from auditor.snapshot.section import Collected, Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot

_USUAL: Final = "argocd"
_CMD_PARAMS: Final = "argocd-cmd-params-cm"


def _control_plane(snapshot: Snapshot) -> str:
    """Return the namespace of Argo CD: as seen, else where most projects are."""
    versions = _items(snapshot.look(sections.LIVE_VERSIONS))
    seen = next((str(v.raw.get("argocd_namespace") or "") for v in versions), "")
    if seen:
        return seen
    projects = _items(snapshot.look(sections.LIVE_PROJECTS)) or tuple(
        m for m in _items(snapshot.look(sections.GIT_MANIFESTS)) if _is_project(m)
    )
    named = Counter(m.ref.namespace for m in projects if m.ref.namespace)
    return min(named, key=lambda name: (-named[name], name), default=_USUAL)


CONTROL_PLANE: Final[Derived[str]] = Derived("control_plane", _control_plane)
"""The namespace Argo CD runs in; projects elsewhere do not exist for it."""


def _projects(snapshot: Snapshot) -> tuple[AppProject, ...] | Missing | Excluded:
    """Pair what Git declares with what is live; one project may be declared twice."""
    declared, live = (
        snapshot.look(sections.GIT_MANIFESTS),
        snapshot.look(sections.LIVE_PROJECTS),
    )
    if not isinstance(declared, Collected) and not isinstance(live, Collected):
        return live if isinstance(live, Missing) else declared
    place = str(snapshot.look(CONTROL_PLANE))
    running = {identity(m, place): m for m in _items(live)}
    running = {ref: m for ref, m in running.items() if ref.namespace == place}
    seen: dict[ResourceRef, list[Manifest]] = defaultdict(list)
    found: list[AppProject] = []
    for manifest in _items(declared):
        if not _is_project(manifest) or not is_whole(manifest):
            continue
        ref = identity(manifest, place)
        if ref in seen and _is_told(manifest, seen[ref]):
            continue
        seen[ref].append(manifest)
        found.append(AppProject.of(ref, manifest, running.get(ref)))
    found += [AppProject.of(ref, None, m) for ref, m in running.items() if ref not in seen]
    return tuple(sorted(found, key=lambda project: (project.ref, project.declared is None)))


def _is_told(manifest: Manifest, others: Iterable[Manifest]) -> bool:
    """Say whether a rendered project adds nothing; a root's own may differ from what files say."""
    origin = manifest.origin
    if not isinstance(origin, RenderedOrigin):
        return False
    return not origin.is_root or any(m.get("spec") == manifest.get("spec") for m in others)


PROJECTS: Final[Derived[tuple[AppProject, ...]]] = Derived("projects", _projects)


@dataclass(frozen=True, slots=True)
class Effective:
    """What holds for the Applications of one project."""

    project: Project
    """With the lists of global projects."""
    source: AppProject
    """The project that is named; its side in force was merged."""
    spec: Mapping[str, Any]

    @property
    def is_live(self) -> bool:
        """Say whether the cluster's project was read; Git's may not have arrived."""
        return self.source.live is not None


@lru_cache(maxsize=1024)
def _not_at_hand(project: str) -> Gap:
    """Return the one reason that all Applications of a project share."""
    return Gap("project_not_at_hand", {"project": project})


@dataclass(frozen=True, slots=True)
class EffectiveProjects:
    """The projects of a snapshot by who asks."""

    all: tuple[AppProject, ...]
    by_name: Mapping[str, tuple[AppProject, ...]]
    live: Mapping[str, AppProject]
    """Those that the cluster has, by name."""
    settings: tuple[GlobalProject, ...]
    strangers: frozenset[ResourceRef]
    """Applications that may belong to another Argo CD: live projects say nothing about them."""
    ignores_names: bool
    """True before the release that reads names in lists of cluster-scoped kinds."""

    def of(self, app: Application) -> Effective | Gap:
        """Return the project in force: live if read, else Git's."""
        named = self.by_name.get(app.project)
        if named is None:
            return _not_at_hand(app.project)
        live = [project for project in named if project.live]
        if live and app.ref not in self.strangers:
            return self.merged(live[0])
        declared = [p for p in named if p.declared and not p.permits_nothing]
        together = [p for p in declared if _root(p) and _root(p) == _root(app)]
        beside = [p for p in declared if _repository(p) == _repository(app)] or declared
        beside = together or beside
        if not beside:
            return _not_at_hand(app.project)
        chosen = beside[0]
        if any(project.spec != chosen.spec for project in beside):
            return Gap("project_declared_twice", {"project": app.project})
        return self.merged(AppProject.of(chosen.ref, chosen.declared, None))

    def merged(self, project: AppProject) -> Effective:
        """Return a project with the global ones that its labels ask for."""
        spec = merge(project, self.globals_of(project))
        lists = Project.of_spec(spec, name=project.name)
        return Effective(without_names(lists) if self.ignores_names else lists, project, spec)

    def globals_of(self, project: AppProject) -> tuple[AppProject, ...]:
        """Return the projects that are merged into a live one."""
        if project.live is None:
            return ()
        return merged_into(project, self.settings, self.live)


def _effective(snapshot: Snapshot) -> EffectiveProjects | Missing | Excluded:
    projects = snapshot.look(PROJECTS)
    if not isinstance(projects, tuple):
        return projects
    cluster, version = snapshot.look(SEEN_CLUSTER), snapshot.look(VERSION)
    release = version[0] if isinstance(version, tuple) else None
    by_name: dict[str, list[AppProject]] = defaultdict(list)
    for project in projects:
        by_name[project.name].append(project)
    return EffectiveProjects(
        projects,
        {name: tuple(found) for name, found in by_name.items()},
        {project.name: project for project in projects if project.live},
        parse(_data(snapshot, "argocd-cm")),
        cluster.strangers if isinstance(cluster, SeenCluster) else frozenset(),
        not has("project.clusterResourceWhitelist[].name", release),
    )


EFFECTIVE_PROJECTS: Final[Derived[EffectiveProjects]] = Derived("effective_projects", _effective)


Users = Mapping[ResourceRef, tuple[Application, ...]]
"""Project to Applications; a project nobody uses has no entry."""


def _users(snapshot: Snapshot) -> Users | Missing | Excluded:
    projects, applications = snapshot.look(PROJECTS), snapshot.look(APPLICATIONS)
    if not isinstance(projects, tuple):
        return projects
    if not isinstance(applications, tuple):
        return applications
    by_name: dict[str, dict[ResourceRef, Application]] = defaultdict(dict)
    for app in applications:
        by_name[app.project].setdefault(app.ref, app)
    return {p.ref: tuple(by_name[p.name].values()) for p in projects if p.name in by_name}


PROJECT_USERS: Final[Derived[Users]] = Derived("project_users", _users)


def _subject_to(snapshot: Snapshot) -> Users | Missing | Excluded:
    users, effective = snapshot.look(PROJECT_USERS), snapshot.look(EFFECTIVE_PROJECTS)
    if not isinstance(effective, EffectiveProjects):
        return effective
    if not isinstance(users, Mapping):
        return users
    found: dict[ResourceRef, dict[ResourceRef, Application]] = defaultdict(dict)
    for project in effective.all:
        for one in (project, *effective.globals_of(project)):
            found[one.ref] |= {app.ref: app for app in users.get(project.ref, ())}
    return {ref: tuple(apps.values()) for ref, apps in found.items() if apps}


PROJECT_FOLLOWERS: Final[Derived[Users]] = Derived("project_followers", _subject_to)
"""Project to the Applications its windows can hold back: its own, and those of the projects
it is merged into."""


def _watched(snapshot: Snapshot) -> str | Missing | Excluded:
    look = snapshot.look(sections.LIVE_SETTINGS)
    if not isinstance(look, Collected):
        return look
    gap = next((gap for gap in look.gaps if gap.facts.get("name") == _CMD_PARAMS), None)
    found = _data(snapshot, _CMD_PARAMS)
    if gap and not found:
        return Missing(gap)
    return str(found.get("application.namespaces") or "").strip()


APPLICATION_NAMESPACES: Final[Derived[str]] = Derived("application_namespaces", _watched)
"""`application.namespaces` as written; empty where only Argo CD's own namespace is watched."""


def _data(snapshot: Snapshot, name: str) -> Mapping[str, Any]:
    maps = _items(snapshot.look(sections.LIVE_SETTINGS))
    return next((m.mapping("data") for m in maps if m.ref.name == name), {})


def _repository(item: Application | AppProject) -> str:
    origin = item.declared.origin if item.declared else None
    return origin.repository if isinstance(origin, GitOrigin | RenderedOrigin) else ""


def _is_project(manifest: Manifest) -> bool:
    return (manifest.ref.group, manifest.ref.kind) == (GROUP, KIND)


def _items(look: Collected | Missing | Excluded) -> tuple[Manifest, ...]:
    return look.items if isinstance(look, Collected) else ()


def _root(declared: AppProject | Application) -> tuple[str, ...]:
    """Return the folder that makes it where that is built by itself."""
    origin = declared.declared.origin if declared.declared else None
    if isinstance(origin, RenderedOrigin) and origin.is_root:
        return origin.kind, origin.repository, origin.application
    return ()
