"""Applications, what makes them and what they make: the graph that `auditor inventory` prints."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from auditor.argocd.application import GROUP, Application, identity
from auditor.argocd.rendering import Rendering
from auditor.argocd.sources import Source
from auditor.engine.environments import Assignment
from auditor.engine.result import Audit
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, Origin, RenderedOrigin
from auditor.kube.ref import ResourceRef
from auditor.snapshot import Collected, Excluded, Missing, Snapshot, sections
from auditor.snapshot.derived import APPLICATIONS, CHILDREN, RENDERED

_KINDS: Final = ("Application", "ApplicationSet", "AppProject")
_LIVE: Final = {
    "ApplicationSet": sections.LIVE_APPLICATIONSETS,
    "AppProject": sections.LIVE_PROJECTS,
}
_ROOTS: Final = ("Chart", "Kustomization")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a definition comes from."""

    how: str
    """`file`, or what made it: Application, ApplicationSet, Chart, Kustomization."""
    by: str
    """Name of what made it; empty for a file."""
    repository: str
    path: str
    line: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One object of Argo CD, or a folder that is built by itself; ids are `Kind/namespace/name`."""

    id: str
    kind: str
    namespace: str
    name: str
    seen: str
    """`both`, `git` or `live`; `git` for a folder."""
    places: tuple[Place, ...] = ()
    project: str = ""
    destination: str = ""
    sources: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    """`code=value`, what each environment was recognised by."""
    parents: tuple[str, ...] = ()
    children: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Files of a repository that were not read as manifests: by pattern, or for their tokens."""

    repository: str
    what: str
    files: int


@dataclass(frozen=True, slots=True)
class Inventory:
    """The graph, and what it leaves out."""

    nodes: tuple[Node, ...]
    counts: Mapping[str, int]
    """Applications by the way they come into being (`Place.how`, or `live`)."""
    left_out: tuple[LeftOut, ...]
    tokens: tuple[str, ...]
    """Files that wait for values, as `repository path`."""
    gaps: tuple[Gap, ...]
    """What could not be read or built, so that there may be more."""


@dataclass(slots=True)
class _Graph:
    children: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    parents: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def edge(self, parent: str, child: str) -> None:
        if parent != child:
            self.children[parent].add(child)
            self.parents[child].add(parent)


def inventory(audit: Audit) -> Inventory:
    """Return the graph of a snapshot; rules play no part in it."""
    snapshot = audit.snapshot
    found = snapshot.look(APPLICATIONS)
    applications = found if isinstance(found, tuple) else ()
    others = dict(_others(snapshot))
    graph = _graph(snapshot, applications, others)
    folders = {parent for parent in graph.children if parent.startswith(_ROOTS)}
    by_ref: dict[ResourceRef, list[Application]] = defaultdict(list)
    for app in applications:
        by_ref[app.ref].append(app)
    nodes = [_application(apps, audit.assignments[ref], graph) for ref, apps in by_ref.items()]
    nodes += [_other(ref, declared, live, graph) for ref, (declared, live) in others.items()]
    nodes += [_folder(folder, graph) for folder in folders]
    counts = Counter(_how(apps) for apps in by_ref.values())
    return Inventory(
        tuple(sorted(nodes, key=lambda node: node.id)),
        dict(sorted(counts.items())),
        tuple(_left_out(snapshot)),
        tuple(_tokens(snapshot)),
        _gaps(snapshot),
    )


def _graph(
    snapshot: Snapshot,
    applications: Iterable[Application],
    others: Mapping[ResourceRef, tuple[list[Manifest], Manifest | None]],
) -> _Graph:
    graph = _Graph()
    known = {_id(ref) for ref in others} | {_id(app.ref) for app in applications}
    children = snapshot.look(CHILDREN)
    for parent, refs in children.items() if isinstance(children, Mapping) else ():
        for child in refs if _id(parent) in known else ():
            graph.edge(_id(parent), _id(child))
    rendered = snapshot.look(RENDERED)
    for rendering in rendered.values() if isinstance(rendered, Mapping) else ():
        for made in _made(rendering):
            if made in known:
                graph.edge(f"Application/{rendering.application}", made)
    for app in applications:
        _made_by(app.ref, app.declared, app.live, graph)
    for ref, (declared, live) in others.items():
        for manifest in declared:
            _made_by(ref, manifest, live, graph)
    return graph


def _made(rendering: Rendering) -> Iterator[str]:
    parts = (rendering, *rendering.alternatives)
    for manifest in (made for part in parts for made in part.objects):
        if manifest.ref.group == GROUP and manifest.ref.kind in _KINDS:
            yield _id(identity(manifest))


def _made_by(
    ref: ResourceRef, declared: Manifest | None, live: Manifest | None, graph: _Graph
) -> None:
    origin = declared.origin if declared else None
    if isinstance(origin, RenderedOrigin) and origin.is_root:
        graph.edge(_folder_id(origin), _id(ref))
    elif isinstance(origin, RenderedOrigin) and origin.kind == "ApplicationSet":
        graph.edge(f"ApplicationSet/{origin.application}", _id(ref))
    owners = live.get("metadata", "ownerReferences") if live else None
    for owner in owners if isinstance(owners, list) else ():
        if isinstance(owner, Mapping) and owner.get("kind") == "ApplicationSet":
            graph.edge(f"ApplicationSet/{ref.namespace}/{owner.get('name')}", _id(ref))


def _others(
    snapshot: Snapshot,
) -> Iterator[tuple[ResourceRef, tuple[list[Manifest], Manifest | None]]]:
    """Yield ApplicationSets and AppProjects with their definitions and what is live."""
    declared: dict[ResourceRef, list[Manifest]] = defaultdict(list)
    for manifest in _items(snapshot, sections.GIT_MANIFESTS):
        if manifest.ref.kind in _LIVE:
            declared[identity(manifest)].append(manifest)
    live = {
        identity(manifest): manifest
        for section in _LIVE.values()
        for manifest in _items(snapshot, section)
    }
    for ref in {**declared, **live}:
        yield ref, (declared.get(ref, []), live.get(ref))


def _application(apps: list[Application], assignment: Assignment, graph: _Graph) -> Node:
    app = apps[0]
    declared = [one.declared for one in apps if one.declared]
    where = app.destination.name or app.destination.server
    return Node(
        id=_id(app.ref),
        kind=app.ref.kind,
        namespace=app.ref.namespace,
        name=app.ref.name,
        seen=_seen(declared, app.live),
        places=tuple(_place(manifest) for manifest in declared),
        project=app.project,
        destination=f"{where} {app.destination.namespace}".strip(),
        sources=tuple(_source(source) for source in app.sources),
        environments=assignment.environments,
        why=tuple(_why(gap) for gap in assignment.why),
        **_edges(_id(app.ref), graph),
    )


def _other(
    ref: ResourceRef, declared: list[Manifest], live: Manifest | None, graph: _Graph
) -> Node:
    return Node(
        id=_id(ref),
        kind=ref.kind,
        namespace=ref.namespace,
        name=ref.name,
        seen=_seen(declared, live),
        places=tuple(_place(manifest) for manifest in declared),
        **_edges(_id(ref), graph),
    )


def _folder(folder: str, graph: _Graph) -> Node:
    kind, _, rest = folder.partition("/")
    repository, _, name = rest.rpartition("//")
    place = Place("file", "", repository, name, None)
    edges = _edges(folder, graph)
    return Node(id=folder, kind=kind, namespace="", name=name, seen="git", places=(place,), **edges)


def _edges(node: str, graph: _Graph) -> dict[str, Any]:
    return {
        "parents": tuple(sorted(graph.parents.get(node, ()))),
        "children": tuple(sorted(graph.children.get(node, ()))),
    }


def _id(ref: ResourceRef) -> str:
    return f"{ref.kind}/{ref.namespace}/{ref.name}"


def _folder_id(origin: RenderedOrigin) -> str:
    # Two repositories may have a folder of one name.
    return f"{origin.kind}/{origin.repository}//{origin.application}"


def _seen(declared: list[Manifest], live: Manifest | None) -> str:
    return "both" if declared and live else "git" if declared else "live"


def _how(apps: list[Application]) -> str:
    declared = apps[0].declared
    return _place(declared).how if declared else "live"


def _place(manifest: Manifest) -> Place:
    origin: Origin = manifest.origin
    match origin:
        case GitOrigin(repository=repository, path=path, line=line):
            return Place("file", "", repository, path, line)
        case RenderedOrigin(application, repository, _, path, kind):
            return Place(kind, application, repository, path, None)
        case _:
            return Place("live", "", "", "", None)


def _source(source: Source) -> str:
    what = source.chart or source.path or (f"ref {source.ref}" if source.ref else ".")
    return f"{source.repo_url} {what}@{source.target_revision or 'HEAD'}"


def _why(gap: Gap) -> str:
    value = gap.facts.get("value", "")
    return f"{gap.code}={value}" if value else gap.code


def _left_out(snapshot: Snapshot) -> Iterator[LeftOut]:
    for item in _items(snapshot, sections.GIT_REPOSITORIES):
        for pattern, files in sorted(item.mapping("left_out").items()):
            yield LeftOut(str(item.raw["url"]), pattern, files)


def _tokens(snapshot: Snapshot) -> Iterator[str]:
    for item in _items(snapshot, sections.GIT_REPOSITORIES):
        yield from (f"{item.raw['url']} {path}" for path in item.raw.get("tokens") or ())


def _gaps(snapshot: Snapshot) -> tuple[Gap, ...]:
    looks = [snapshot.look(section) for section in (sections.GIT_MANIFESTS, sections.RENDERINGS)]
    found: dict[str, Gap] = {}
    for look in looks:
        match look:
            case Missing(why) | Excluded(why):
                found[why.key] = why
            case Collected(_, gaps):
                found |= {gap.key: gap for gap in gaps}
    return tuple(found[key] for key in sorted(found))


def _items(snapshot: Snapshot, section: Any) -> tuple[Manifest, ...]:
    look = snapshot.look(section)
    return look.items if isinstance(look, Collected) else ()
