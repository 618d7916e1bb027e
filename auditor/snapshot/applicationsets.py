"""Derived: ApplicationSets, declared beside live, and the settings of their controller."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from auditor.argocd.application import GROUP, Application, identity
from auditor.argocd.applicationset import Generated
from auditor.argocd.applicationset_object import ApplicationSet, made_of
from auditor.argocd.applicationset_policy import Controller
from auditor.kube.gap import Gap
from auditor.kube.loose import mapping, mappings, text
from auditor.kube.manifest import Manifest
from auditor.kube.origin import LiveOrigin, RenderedOrigin
from auditor.kube.ref import ResourceRef
from auditor.snapshot import sections
from auditor.snapshot.declared_settings import declared_map
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.section import Collected, Derived, Excluded, Look, Missing
from auditor.snapshot.snapshot import Snapshot

_PARAMS: Final = "argocd-cmd-params-cm"


def _applicationsets(snapshot: Snapshot) -> tuple[ApplicationSet, ...] | Missing | Excluded:
    """Pair as Applications are paired; one may be declared in several places."""
    written, live = (
        snapshot.look(sections.GIT_MANIFESTS),
        snapshot.look(sections.LIVE_APPLICATIONSETS),
    )
    if not isinstance(written, Collected) and not isinstance(live, Collected):
        return live if isinstance(live, Missing) else written
    running = {identity(m): m for m in _of_kind(live)}
    owned, made = _owned(snapshot), _generated(written)
    found: list[ApplicationSet] = []
    seen: set[ResourceRef] = set()
    for manifest in _of_kind(written):
        ref = identity(manifest)
        seen.add(ref)
        found.append(_one(ref, manifest, running.get(ref), owned, made))
    found += [_one(ref, None, m, owned, made) for ref, m in running.items() if ref not in seen]
    return tuple(sorted(found, key=lambda one: (one.ref, one.declared is None)))


APPLICATIONSETS: Final[Derived[tuple[ApplicationSet, ...]]] = Derived(
    "applicationsets", _applicationsets
)


def _of_kind(look: Look) -> tuple[Manifest, ...]:
    items = look.items if isinstance(look, Collected) else ()
    # The section `live.applicationsets` holds nothing else, its items may lack their kind.
    return tuple(
        m
        for m in items
        if m.ref.name and m.mapping("spec") and m.ref.kind in ("ApplicationSet", "")
    )


def _one(
    ref: ResourceRef,
    declared: Manifest | None,
    live: Manifest | None,
    owned: Mapping[ResourceRef, list[Application]],
    generated: Mapping[tuple[str, str], list[Mapping[str, Any]]],
) -> ApplicationSet:
    manifest = declared or live
    raw = manifest.raw if manifest else {}
    metadata = {**mapping(raw, "metadata"), "namespace": ref.namespace}
    path = declared.origin.path if declared and not isinstance(declared.origin, LiveOrigin) else ""
    made = made_of({**raw, "metadata": metadata}, path)
    if isinstance(made, Gap) and (found := generated.get((ref.qualified, path))):
        made = Generated(tuple(found))
    return ApplicationSet(
        ref=ref,
        declared=declared,
        live=live,
        made=made,
        owned=tuple(owned.get(ref, ())),
    )


def _generated(written: Look) -> Mapping[tuple[str, str], list[Mapping[str, Any]]]:
    """Return what the collector generated from repositories, by name and file of the set."""
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for item in written.items if isinstance(written, Collected) else ():
        origin = item.origin
        if isinstance(origin, RenderedOrigin) and origin.kind == "ApplicationSet":
            found[origin.application, origin.path].append(item.raw)
    return found


def _owned(snapshot: Snapshot) -> Mapping[ResourceRef, list[Application]]:
    applications = snapshot.look(APPLICATIONS)
    found: dict[ResourceRef, list[Application]] = defaultdict(list)
    told: set[ResourceRef] = set()
    for app in applications if isinstance(applications, tuple) else ():
        if app.live is None or app.ref in told:
            continue
        told.add(app.ref)
        for owner in mappings(app.live.raw, "metadata", "ownerReferences"):
            if owner.get("kind") == "ApplicationSet":
                name = text(owner, "name")
                found[ResourceRef(GROUP, "ApplicationSet", app.ref.namespace, name)].append(app)
    return found


def _controller(snapshot: Snapshot) -> Controller | Missing | Excluded:
    """Read the cluster's settings, else those in the repositories."""
    live = snapshot.look(sections.LIVE_SETTINGS)
    if isinstance(live, Collected):
        for item in live.items:
            if item.ref.name == _PARAMS:
                return Controller.parse(item.mapping("data"))
        gap = next((gap for gap in live.gaps if gap.facts.get("name") in (_PARAMS, None)), None)
        return Missing(gap) if gap else Controller()
    if written := declared_map(snapshot, _PARAMS):
        return Controller.parse(written.mapping("data"))
    return live if isinstance(live, Missing) else Missing(Gap("controller_settings_not_read"))


CONTROLLER: Final[Derived[Controller]] = Derived("applicationset_controller", _controller)
