"""Derived: in which namespaces Argo CD looks for Applications, and which projects let them in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from auditor.argocd.globs import Panic, is_in_patterns
from auditor.argocd.project import Project
from auditor.kube.gap import Gap
from auditor.kube.loose import text
from auditor.kube.manifest import Manifest
from auditor.kube.origin import LiveOrigin
from auditor.snapshot import sections
from auditor.snapshot.declared_settings import declared_map
from auditor.snapshot.section import Collected, Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot

_PARAMETERS: Final = "argocd-cmd-params-cm"
_SETTINGS: Final = (_PARAMETERS, "argocd-cm")
_KEY: Final = "application.namespaces"
_USUAL: Final = "argocd"


@dataclass(frozen=True, slots=True)
class Watched:
    """Argo CD's own namespace, the patterns of further ones, and the projects known."""

    control_plane: str
    patterns: tuple[str, ...]
    why_unknown: Gap | None
    """Why `patterns` are not known; None: they are."""
    projects: Mapping[str, Project]

    def covers(self, namespace: str) -> bool:
        """Tell whether Applications of `namespace` are looked at (util/glob, MatchStringInList)."""
        try:
            return namespace == self.control_plane or is_in_patterns(self.patterns, namespace)
        except Panic:
            return False

    def permits(self, project: str, namespace: str) -> bool | None:
        """Tell whether the project lets Applications of `namespace` in; None: unknown project."""
        found = self.projects.get(project)
        if found is None:
            return None
        try:
            return found.permits_application_namespace(namespace, self.control_plane)
        except Panic:
            return False


def _watched(snapshot: Snapshot) -> Watched:
    live = snapshot.look(sections.LIVE_SETTINGS)
    maps = {item.ref.name: item for item in _items(live)}
    why: Gap | None = None
    if isinstance(live, Missing | Excluded):
        why = live.why
        declared = {name: declared_map(snapshot, name) for name in _SETTINGS}
        maps = {name: item for name, item in declared.items() if item and item.ref.namespace}
        why = None if _PARAMETERS in maps else why
    elif any(gap.facts.get("name") in (_PARAMETERS, None) for gap in live.gaps):
        why = next(g for g in live.gaps if g.facts.get("name") in (_PARAMETERS, None))
    written = text(maps[_PARAMETERS].raw, "data", _KEY) if _PARAMETERS in maps else ""
    return Watched(
        control_plane=_control_plane(snapshot, maps),
        patterns=tuple(part.strip() for part in written.split(",") if part.strip()),
        why_unknown=why,
        projects=dict(_projects(snapshot)),
    )


def _control_plane(snapshot: Snapshot, maps: Mapping[str, Manifest]) -> str:
    for item in _items(snapshot.look(sections.LIVE_VERSIONS)):
        if found := text(item.raw, "argocd_namespace"):
            return found
    places = (maps[name].ref.namespace for name in _SETTINGS if name in maps)
    return next((place for place in places if place), _USUAL)


def _projects(snapshot: Snapshot) -> Iterator[tuple[str, Project]]:
    """Yield projects by name; the live ones last, they win."""
    for item in (
        *_items(snapshot.look(sections.GIT_MANIFESTS)),
        *_items(snapshot.look(sections.LIVE_PROJECTS)),
    ):
        if isinstance(item.origin, LiveOrigin) or item.ref.kind == "AppProject":
            yield item.ref.name, Project.of(item.raw)


def _items(look: object) -> tuple[Manifest, ...]:
    return look.items if isinstance(look, Collected) else ()


WATCHED_NAMESPACES: Final[Derived[Watched]] = Derived("watched_namespaces", _watched)
