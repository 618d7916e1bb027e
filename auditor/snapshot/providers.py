"""Derived: who makes namespaces, and which cluster the live sections were read from."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from auditor.argocd.application import Application
from auditor.argocd.hooks import is_hook, sync_phases
from auditor.argocd.option_entries import CREATE_NAMESPACE
from auditor.argocd.providers import Provider, Providers, Way
from auditor.argocd.rendering import Rendering
from auditor.argocd.waves import wave
from auditor.kube.gap import Gap
from auditor.kube.loose import text
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, RenderedOrigin
from auditor.kube.ref import ResourceRef
from auditor.snapshot import sections
from auditor.snapshot.derived import APPLICATIONS, CHILDREN, RENDERED
from auditor.snapshot.section import Collected, Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class SeenCluster:
    """The cluster whose live objects a snapshot holds."""

    server: str
    """Host and port; empty where no cluster was read."""
    strangers: frozenset[ResourceRef] = frozenset()
    """Applications that are not live, and neither is anything that delivers them: their
    `in-cluster` may be the cluster of another Argo CD."""

    def why_not(self, app: Application) -> Gap | None:
        """Return why the live sections say nothing about where `app` deploys to; None: they do."""
        if app.ref in self.strangers:
            return Gap("application_not_live", {"application": app.ref.qualified})
        compared = app.status.compared_to if app.status else {}
        host = _host(app.destination.server or text(compared, "destination", "server"))
        is_here = host is not None and host in (*_OWN_HOSTS, _host(f"//{self.server}"))
        if app.destination.is_in_cluster or is_here:
            return None
        return Gap("cluster_outside_snapshot", {"cluster": app.destination.cluster})


def _host(url: str) -> tuple[str, int] | None:
    """Return host and port; None for what is no URL, and below a path of a shared gateway."""
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError:
        return None
    return (parts.hostname, port) if parts.hostname and not parts.path.strip("/") else None


_OWN_HOSTS: Final = tuple(
    _host(f"https://kubernetes{suffix}")
    for suffix in ("", ".default", ".default.svc", ".default.svc.cluster.local")
)


def _seen_cluster(snapshot: Snapshot) -> SeenCluster:
    server = str(snapshot.header.cluster.get("server") or "")
    applications = snapshot.look(APPLICATIONS)
    is_seen = isinstance(snapshot.look(sections.LIVE_APPLICATIONS), Collected)
    if not is_seen or not isinstance(applications, tuple):
        return SeenCluster(server)
    children = snapshot.look(CHILDREN)
    known = children if isinstance(children, Mapping) else {}
    here: set[ResourceRef] = set()
    waiting = [app.ref for app in applications if app.live]
    while waiting:
        ref = waiting.pop()
        if ref not in here:
            here.add(ref)
            waiting += known.get(ref, ())
    return SeenCluster(server, frozenset(app.ref for app in applications) - here)


SEEN_CLUSTER: Final[Derived[SeenCluster]] = Derived("seen_cluster", _seen_cluster)


def _providers(snapshot: Snapshot) -> Providers | Missing | Excluded:
    applications = snapshot.look(APPLICATIONS)
    if isinstance(applications, Missing | Excluded):
        return applications
    rendered, children = snapshot.look(RENDERED), snapshot.look(CHILDREN)
    renderings = rendered if isinstance(rendered, Mapping) else {}
    parents: dict[ResourceRef, list[ResourceRef]] = defaultdict(list)
    for parent, refs in children.items() if isinstance(children, Mapping) else ():
        for ref in refs:
            parents[ref].append(parent)
    made = [p for app in applications for p in _made_by(app, renderings.get(app.ref.qualified))]
    return Providers(
        all=(*made, *_files(snapshot, renderings)),
        parents={ref: tuple(above) for ref, above in parents.items()},
        waves={app.ref: wave(app.manifest.raw) for app in applications},
    )


NAMESPACE_PROVIDERS: Final[Derived[Providers]] = Derived("namespace_providers", _providers)


def _made_by(app: Application, rendering: Rendering | None) -> Iterator[Provider]:
    cluster, ref = app.destination.cluster, app.ref
    if app.destination.namespace and app.policy.options.has(CREATE_NAMESPACE):
        yield Provider(app.destination.namespace, Way.OPTION, cluster, ref)
    for manifest in rendering.objects if rendering else ():
        # A hook for failures comes when the others have failed already.
        if _is_namespace(manifest) and {*sync_phases(manifest.raw)} - {"SyncFail"}:
            way = Way.HOOK if is_hook(manifest.raw) else Way.MANIFEST
            yield Provider(manifest.ref.name, way, cluster, ref, wave(manifest.raw))


def _files(snapshot: Snapshot, renderings: Mapping[str, Rendering]) -> Iterator[Provider]:
    """Yield the Namespaces in Git that no Application delivers."""
    delivered = [
        (manifest.ref.name, manifest.origin)
        for rendering in renderings.values()
        for manifest in rendering.objects
        if _is_namespace(manifest)
    ]
    look = snapshot.look(sections.GIT_MANIFESTS)
    for manifest in look.items if isinstance(look, Collected) else ():
        origin = manifest.origin
        if (
            _is_namespace(manifest)
            and isinstance(origin, GitOrigin)
            and not any(
                name == manifest.ref.name
                and isinstance(by, RenderedOrigin)
                and by.repository == origin.repository
                and f"{origin.path}/".startswith(f"{by.path.rstrip('/')}/")
                for name, by in delivered
            )
        ):
            yield Provider(manifest.ref.name, Way.FILE, "", None)


def _is_namespace(manifest: Manifest) -> bool:
    return (manifest.ref.group, manifest.ref.kind) == ("", "Namespace")
