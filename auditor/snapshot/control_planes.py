"""Derived: every Argo CD there is to judge, the cluster's, else those the repositories set up."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from auditor.argocd.application import Application
from auditor.argocd.chart_values import inline
from auditor.argocd.control_plane import CM, MAPS, PARAMS, ControlPlane, SettingsMap, Workload
from auditor.argocd.releases import NEWEST, Version
from auditor.argocd.workload_settings import component, settings
from auditor.kube import pointer
from auditor.kube.gap import Gap
from auditor.kube.loose import mapping, mappings, text, texts
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, LiveOrigin, Origin, RenderedOrigin
from auditor.kube.ref import ResourceRef
from auditor.snapshot import sections
from auditor.snapshot.application_health import CHART
from auditor.snapshot.declared_settings import is_sample
from auditor.snapshot.derived import APPLICATIONS, RENDERED, VERSION
from auditor.snapshot.section import Collected, Derived, Excluded, Look, Missing
from auditor.snapshot.snapshot import Snapshot

_PARTS: Final = {CM: "cm", PARAMS: "params", "argocd-rbac-cm": "rbac"}
"""The part of `configs` of the argo-cd chart that becomes each ConfigMap."""
_OLD: Final = {CM: "config", "argocd-rbac-cm": "rbacConfig"}
"""The same below `server`, before version 5 of the chart."""
_USUAL: Final = "argocd"
_UNWRITTEN: Final = Gap("argocd_not_declared")


def _control_planes(snapshot: Snapshot) -> tuple[ControlPlane, ...] | Missing | Excluded:
    live = snapshot.look(sections.LIVE_SETTINGS)
    if isinstance(live, Collected):
        return _running(snapshot, live)
    found = (*_written(snapshot), *_by_charts(snapshot))
    if found:
        return tuple(sorted(found, key=lambda plane: (plane.ref, _order(plane.manifest.origin))))
    return live if isinstance(live, Missing) else Missing(_UNWRITTEN)


CONTROL_PLANES: Final[Derived[tuple[ControlPlane, ...]]] = Derived(
    "control_planes", _control_planes
)
"""The one of the cluster where its settings were read; without them all that Git sets up."""


def _running(snapshot: Snapshot, live: Collected) -> tuple[ControlPlane, ...] | Missing:
    maps = {item.ref.name: item for item in live.items if item.ref.name in MAPS}
    gaps = {str(gap.facts.get("name") or ""): gap for gap in live.gaps}
    every = gaps.get("")
    unread = {
        name: why
        for name in MAPS
        if name not in maps and (why := gaps.get(name, every)) is not None
    }
    first = next((maps[name] for name in MAPS if name in maps), None)
    if first is None:
        return Missing(next(iter(unread.values()), Gap("settings_not_found", {"name": CM})))
    return (
        ControlPlane(
            ref=_ref(first.ref.namespace),
            manifest=first,
            maps=_maps(maps),
            version=_version(snapshot),
            is_live=True,
            unread=unread,
            workloads=tuple(_live_workloads(snapshot, first)),
            namespace=first.ref.namespace or _USUAL,
        ),
    )


def _live_workloads(snapshot: Snapshot, settings_map: Manifest) -> Iterator[Workload]:
    look = snapshot.look(sections.LIVE_VERSIONS)
    for item in _items(look):
        for part in mappings(item.raw, "workloads"):
            meta = {"name": text(part, "name"), "namespace": settings_map.ref.namespace}
            raw = {"apiVersion": "apps/v1", "kind": text(part, "kind"), "metadata": meta}
            yield Workload(
                Manifest(raw, item.origin),
                text(part, "component"),
                {k: v for k, v in mapping(part, "settings").items() if isinstance(v, str)},
                text(part, "service_account"),
            )


def _written(snapshot: Snapshot) -> Iterator[ControlPlane]:
    """Group ConfigMaps by what delivers them, or by the folder they lie in."""
    groups: dict[tuple[str, ...], dict[str, Manifest]] = defaultdict(dict)
    for item in _items(snapshot.look(sections.GIT_MANIFESTS)):
        if item.ref.kind == "ConfigMap" and item.ref.name in MAPS and not is_sample(item):
            groups[_group(item)].setdefault(item.ref.name, item)
    version = _version(snapshot)
    for key, maps in groups.items():
        if CM not in maps and PARAMS not in maps:
            continue  # roles alone set up nothing
        first = next(maps[name] for name in MAPS if name in maps)
        workloads = tuple(_rendered_workloads(snapshot, key))
        yield ControlPlane(
            ref=_ref(first.ref.namespace),
            manifest=first,
            maps=_maps(maps),
            version=_of_workloads(workloads) or version,
            is_live=False,
            # without argocd-cm this is a part of something that was not read
            unread={} if CM in maps else {name: _UNWRITTEN for name in MAPS if name not in maps},
            workloads=workloads,
            namespace=first.ref.namespace or _USUAL,
        )


def _group(item: Manifest) -> tuple[str, ...]:
    match item.origin:
        case RenderedOrigin(application=application, repository=repository, kind=kind, path=path):
            # one name in several trees is several installations; charts name files here
            folder = path.rpartition("/")[0] if path.endswith((".yaml", ".yml", ".json")) else path
            return kind, repository, application, folder
        case GitOrigin(repository=repository, path=path):
            return "", repository, path.rpartition("/")[0], item.ref.namespace
        case LiveOrigin():
            return ("live",)


def _rendered_workloads(snapshot: Snapshot, key: tuple[str, ...]) -> Iterator[Workload]:
    rendered = snapshot.look(RENDERED)
    if key[0] != "Application" or not isinstance(rendered, Mapping):
        return
    found = rendered.get(key[2])
    for manifest in found.objects if found else ():
        if manifest.ref.kind not in ("Deployment", "StatefulSet"):
            continue
        if own := component(manifest.raw):
            yield Workload(manifest, own, settings(manifest.raw))


def _by_charts(snapshot: Snapshot) -> Iterator[ControlPlane]:
    """Read the values of argo-cd charts that could not be rendered."""
    applications, rendered = snapshot.look(APPLICATIONS), snapshot.look(RENDERED)
    done = rendered if isinstance(rendered, Mapping) else {}
    for app in applications if isinstance(applications, tuple) else ():
        output = done.get(app.ref.qualified)
        if output and any(made.ref.name == CM for made in output.objects):
            continue
        for index, source in enumerate(app.sources):
            if source.chart == CHART:
                yield from _by_chart(app, index, _version(snapshot))


def _by_chart(app: Application, index: int, version: Version) -> Iterator[ControlPlane]:
    source = app.sources[index]
    values, is_text = inline(source.helm)
    field = "values" if is_text else "valuesObject"
    base = f"{source.pointer}/helm/{field}"
    maps = {
        name: SettingsMap(data, app.manifest, _below(base, path, is_text=is_text), is_text)
        for name in MAPS
        if (path := _path(values, name)) and (data := mapping(values, *path))
    }
    has_files = bool(texts(source.helm, "valueFiles"))
    if not maps and not has_files:
        return
    why = Gap("argocd_values_not_read", {"application": app.ref.qualified})
    namespace = app.destination.namespace or _USUAL
    yield ControlPlane(
        ref=_ref(namespace),
        manifest=app.manifest,
        maps=maps,
        version=version,
        is_live=False,
        unread=dict.fromkeys(MAPS, why) if has_files else {},
        namespace=namespace,
    )


def _path(values: Mapping[str, Any], name: str) -> tuple[str, ...]:
    paths = (("configs", _PARTS[name]), ("server", _OLD.get(name, "")))
    return next((path for path in paths if mapping(values, *path)), ())


def _below(base: str, path: tuple[str, ...], *, is_text: bool) -> str:
    return base if is_text else base + pointer.join(path)


def _maps(found: Mapping[str, Manifest]) -> dict[str, SettingsMap]:
    return {name: SettingsMap(item.mapping("data"), item) for name, item in found.items()}


def _ref(namespace: str) -> ResourceRef:
    return ResourceRef("", "ConfigMap", namespace or _USUAL, CM)


def _version(snapshot: Snapshot) -> Version:
    found = snapshot.look(VERSION)
    return found[0] if isinstance(found, tuple) else NEWEST


def _of_workloads(workloads: Iterable[Workload]) -> Version | None:
    images = (
        text(workload.manifest.raw, "spec", "template", "spec", "containers", 0, "image")
        for workload in workloads
    )
    return next((found for image in images if (found := Version.parse(image))), None)


def _order(origin: Origin) -> tuple[str, ...]:
    match origin:
        case (
            GitOrigin(repository=repository, path=path)
            | RenderedOrigin(repository=repository, path=path)
        ):
            return repository, path
        case LiveOrigin(cluster=cluster):
            return (cluster,)


def _items(look: Look) -> tuple[Manifest, ...]:
    return look.items if isinstance(look, Collected) else ()


def _other_controllers(snapshot: Snapshot) -> Mapping[str, int] | Missing | Excluded:
    look = snapshot.look(sections.LIVE_APPLICATIONS)
    if not isinstance(look, Collected):
        return look
    named = (text(item.raw, "status", "controllerNamespace") for item in look.items)
    return Counter(name for name in named if name)


OTHER_CONTROLLERS: Final[Derived[Mapping[str, int]]] = Derived(
    "other_controllers", _other_controllers
)
"""Namespaces of the controllers that Applications of the cluster name, with how many do."""
