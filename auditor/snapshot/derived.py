"""Sections worked out from the raw ones: what rules are about and what they lean on."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from auditor.argocd.application import Application, identity
from auditor.argocd.cluster import LiveObjects, Namespace
from auditor.argocd.releases import NEWEST, Version
from auditor.argocd.rendering import Rendering
from auditor.argocd.settings import Settings
from auditor.argocd.tracking import annotated
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.origin import RenderedOrigin
from auditor.kube.ref import ResourceRef
from auditor.snapshot import sections
from auditor.snapshot.section import Collected, Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot


def _version(snapshot: Snapshot) -> tuple[Version, str]:
    """Return the audited release and where it is known from."""
    if given := snapshot.header.collector.get("argocd_version"):
        return Version.parse(str(given)) or NEWEST, "option"
    for item in _items(snapshot.look(sections.LIVE_VERSIONS)):
        if found := Version.parse(str(item.raw.get("argocd") or "")):
            return found, "cluster"
    return NEWEST, "assumed"


VERSION: Final[Derived[tuple[Version, str]]] = Derived("version", _version)


def _now(snapshot: Snapshot) -> datetime | Missing:
    """Return the API server's time when it was read, else ours; ages count to it."""
    header = snapshot.header
    for text in (header.cluster.get("server_time"), header.finished, header.started):
        if text:
            return datetime.fromisoformat(str(text))
    return Missing(Gap("time_unknown"))


NOW: Final[Derived[datetime]] = Derived("now", _now)


def _applications(snapshot: Snapshot) -> tuple[Application, ...] | Missing | Excluded:
    """Pair what Git declares with what is live; one Application may be declared twice."""
    declared, live = (
        snapshot.look(sections.GIT_MANIFESTS),
        snapshot.look(sections.LIVE_APPLICATIONS),
    )
    if not isinstance(declared, Collected) and not isinstance(live, Collected):
        return live if isinstance(live, Missing) else declared
    version, _ = snapshot.look(VERSION)  # type: ignore[misc]
    running = {identity(m): m for m in _items(live)}
    written = [m for m in _items(declared) if m.ref.kind == "Application" and _is_whole(m)]
    seen: dict[ResourceRef, list[Manifest]] = defaultdict(list)
    is_variant = _Variants(Counter(map(_maker_of, map(identity, _items(declared))))).has
    found: list[Application] = []
    for manifest in written:
        ref = identity(manifest)
        others = seen.get(ref)
        if others and not (_is_alternative(manifest, others) or is_variant(manifest, others)):
            continue
        seen[ref].append(manifest)
        found.append(Application.of(manifest, running.get(ref), version))
    found += [Application.of(None, m, version) for ref, m in running.items() if ref not in seen]
    return tuple(sorted(found, key=lambda app: (app.ref, app.declared is None)))


def _is_alternative(manifest: Manifest, others: Iterable[Manifest]) -> bool:
    """Say whether a definition stands beside others: another file, or a root built without them.

    What parents and ApplicationSets make again has been seen.
    """
    if not isinstance(origin := manifest.origin, RenderedOrigin):
        return True
    return origin.is_root and all(
        isinstance(other.origin, RenderedOrigin)
        and other.origin.is_root
        and other.origin.application != origin.application
        for other in others
    )


@dataclass(frozen=True, slots=True)
class _Variants:
    """Tells what definitions of one parent make apart from what one parent makes twice."""

    definitions: Counter[tuple[str, str]]
    """How often each kind and `namespace/name` is declared."""

    def has(self, manifest: Manifest, others: Iterable[Manifest]) -> bool:
        """Say whether another definition of the parent of `others` makes this one differently."""
        origin = manifest.origin
        return (
            isinstance(origin, RenderedOrigin)
            and self.definitions[origin.kind, origin.application] > 1
            and all(
                isinstance(other.origin, RenderedOrigin)
                and (other.origin.kind, other.origin.application)
                == (origin.kind, origin.application)
                and other.origin.path != origin.path
                and other.raw != manifest.raw
                for other in others
            )
        )


def _maker_of(ref: ResourceRef) -> tuple[str, str]:
    return ref.kind, ref.qualified


def _is_whole(manifest: Manifest) -> bool:
    """Tell an Application from a patch of one, and from what somebody saved of a live one.

    A file that is applied may hold a uid; what an ApplicationSet owns is nobody's to apply.
    """
    spec, meta = manifest.mapping("spec"), manifest.mapping("metadata")
    is_saved = bool(meta.get("uid") and meta.get("ownerReferences"))
    return bool(manifest.ref.name) and "$patch" not in spec and bool(spec) and not is_saved


APPLICATIONS: Final = Derived("applications", _applications)


def _renderings(snapshot: Snapshot) -> Mapping[str, Rendering] | Missing | Excluded:
    look = snapshot.look(sections.RENDERINGS)
    if not isinstance(look, Collected):
        return look
    grouped: dict[str, dict[tuple[str, ...], list[Manifest]]] = defaultdict(dict)
    for item in look.items:
        definitions = grouped[str(item.raw["application"])]
        definitions.setdefault(_definition(item), []).append(item)
    found: dict[str, Rendering] = {}
    alike: dict[str, Gap] = {}
    for name, definitions in sorted(grouped.items()):
        first, *others = [
            _rendering(name, parts, definition, alike) for definition, parts in definitions.items()
        ]
        found[name] = replace(first, alternatives=tuple(others)) if others else first
    return found


def _definition(item: Manifest) -> tuple[str, ...]:
    declared = item.mapping("declared")
    return (
        tuple(str(declared.get(k, "")) for k in ("repository", "path", "line")) if declared else ()
    )


def _rendering(
    name: str, parts: Iterable[Manifest], definition: tuple[str, ...], alike: dict[str, Gap]
) -> Rendering:
    """Return what the sources of one definition make; `alike` holds the gaps met so far."""
    objects: dict[ResourceRef | int, Manifest] = {}
    errors: list[Gap] = []
    gaps: list[Gap] = []
    commits: list[str] = []
    for part in sorted(parts, key=lambda item: int(item.raw.get("source", 0))):
        raw = part.raw
        commits.append(str(raw.get("commit", "")))
        if error := raw.get("error"):
            gap = Gap(error["code"], error.get("facts", {}))
            # one repository that was not given stands in the way of a thousand Applications
            gap = alike.setdefault(gap.key, gap)
            (errors if error.get("is_content") else gaps).append(gap)
        for entry in raw.get("objects", ()):
            manifest = Manifest(
                entry["manifest"],
                RenderedOrigin(name, raw["repository"], raw["commit"], entry["template"]),
            )
            # generateName objects have no name and are all different
            key = manifest.ref if manifest.ref.name else len(objects)
            objects[key] = manifest
    return Rendering(
        name, tuple(objects.values()), tuple(errors), tuple(gaps), tuple(commits), definition
    )


RENDERED: Final = Derived("rendered", _renderings)
"""`namespace/name` of an Application to what its sources produce."""


def _children(snapshot: Snapshot) -> Mapping[ResourceRef, tuple[ResourceRef, ...]]:
    """Say which Applications an Application delivers: by what it renders, and by tracking-id."""
    found: dict[ResourceRef, set[ResourceRef]] = defaultdict(set)
    applications = snapshot.look(APPLICATIONS)
    known = {a.ref for a in applications} if isinstance(applications, tuple) else set()
    rendered = snapshot.look(RENDERED)
    for rendering in rendered.values() if isinstance(rendered, Mapping) else ():
        namespace, _, name = rendering.application.partition("/")
        parent = ResourceRef("argoproj.io", "Application", namespace, name)
        parts = (rendering, *rendering.alternatives)
        for manifest in (made for part in parts for made in part.objects):
            if manifest.ref.kind == "Application" and (ref := identity(manifest)) in known:
                found[parent].add(ref)
    for manifest in _items(snapshot.look(sections.LIVE_APPLICATIONS)):
        tracked = annotated(manifest.raw)
        if tracked and tracked.is_of(manifest.ref):
            found[_instance(tracked.application, manifest.ref.namespace)].add(identity(manifest))
    return {parent: tuple(sorted(refs - {parent})) for parent, refs in sorted(found.items())}


def _instance(instance: str, namespace: str) -> ResourceRef:
    """Read an instance name: `app`, or `namespace_app` outside Argo CD's own namespace."""
    left, underscore, right = instance.partition("_")
    where, name = (left, right) if underscore else (namespace, instance)
    return ResourceRef("argoproj.io", "Application", where, name)


CHILDREN: Final = Derived("children", _children)
"""Parent to children; app-of-apps."""


def _namespaces(snapshot: Snapshot) -> tuple[Namespace, ...] | Missing | Excluded:
    look = snapshot.look(sections.LIVE_NAMESPACES)
    if not isinstance(look, Collected):
        return look
    return tuple(Namespace(item.ref, item) for item in look.items)


NAMESPACES: Final = Derived("namespaces", _namespaces)


def _objects(snapshot: Snapshot) -> LiveObjects | Missing | Excluded:
    look = snapshot.look(sections.LIVE_OBJECTS)
    return LiveObjects.of(look.items, look.gaps) if isinstance(look, Collected) else look


OBJECTS: Final = Derived("objects", _objects)


def _settings(snapshot: Snapshot) -> Settings | Missing | Excluded:
    look = snapshot.look(sections.LIVE_SETTINGS)
    if not isinstance(look, Collected):
        return look
    data = {item.ref.name: item.mapping("data") for item in look.items}
    if "argocd-cm" not in data:
        gap = next((g for g in look.gaps if g.facts.get("name") == "argocd-cm"), None)
        return Missing(gap or Gap("settings_not_found", {"name": "argocd-cm"}))
    return Settings.parse(data["argocd-cm"], data.get("argocd-cmd-params-cm"))


SETTINGS: Final = Derived("settings", _settings)


def _items(look: Collected | Missing | Excluded) -> tuple[Manifest, ...]:
    return look.items if isinstance(look, Collected) else ()
