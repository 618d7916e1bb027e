"""What an application's comparison is made of: targets in their namespaces, live objects, pairs.

Mirrors `NormalizeTargetObjects` and the filters of `CompareAppState` in upstream
`controller/state.go`, and `Reconcile` of gitops-engine `pkg/sync/reconcile.go`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auditor.argocd.application import Destination
from auditor.argocd.hooks import has_sync_phase_hook, is_delete_hook
from auditor.argocd.objects import at, group_kind, metadata, name_of, namespace_of, text
from auditor.argocd.project import Project
from auditor.argocd.settings import Settings
from auditor.argocd.tracking import TrackingError, application_of, stamped
from auditor.kube.ref import ResourceRef

Object = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Application:
    """An Application with its instance name."""

    raw: Object
    instance: str
    destination: Destination

    @property
    def spec(self) -> Object:
        """Return `spec`, or an empty mapping."""
        found = self.raw.get("spec")
        return found if isinstance(found, Mapping) else {}

    def sync_option(self, prefix: str) -> str | None:
        """Return what follows a prefix such as `Prune=` in the sync options."""
        options = at(self.spec, "syncPolicy", "syncOptions")
        found = options if isinstance(options, list) else []
        texts = (item for item in found if isinstance(item, str))
        return next((item[len(prefix) :] for item in texts if item.startswith(prefix)), None)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the comparison knows beside the application's own objects."""

    project: Project
    settings: Settings
    is_namespaced: Callable[[str, str], bool] = lambda _group, _kind: True
    control_plane_namespace: str = "argocd"


def read_application(application: Object, around: Surroundings) -> Application:
    """Read name, instance and destination of an Application."""
    name, namespace = name_of(application), namespace_of(application)
    is_home = namespace in {"", around.control_plane_namespace}
    spec = application.get("spec")
    destination = Destination.parse(spec if isinstance(spec, Mapping) else {})
    return Application(application, name if is_home else f"{namespace}_{name}", destination)


def placed_targets(
    targets: Sequence[Object], app: Application, around: Surroundings
) -> tuple[list[Object], list[tuple[str, str]]]:
    """Set namespaces, drop repetitions (the last one counts) and excluded kinds."""
    by_key: dict[ResourceRef, list[Object]] = {}
    conditions: list[tuple[str, str]] = []
    for index, obj in enumerate(targets):
        placed = _placed(obj, app, around)
        key = ResourceRef.of(placed)
        if not key.name:
            prefix = text(metadata(placed).get("generateName"))
            key = ResourceRef(key.group, key.kind, key.namespace, f"{prefix}{index}")
        by_key.setdefault(key, []).append(placed)
    kept: list[Object] = []
    for key, objects in by_key.items():
        if len(objects) > 1:
            place = f"{key.group}/{key.kind}/{key.namespace}/{key.name}"
            message = f"Resource {place} appeared {len(objects)} times among application resources."
            conditions.append(("RepeatedResourceWarning", message))
        if around.settings.is_excluded(key.group, key.kind, app.destination.server):
            name = f"{key.group}/{key.kind} {name_of(objects[-1])}"
            message = f"Resource {name} is excluded in the settings"
            conditions.append(("ExcludedResourceWarning", message))
        else:
            kept.append(objects[-1])
    return kept, conditions


def _placed(obj: Object, app: Application, around: Surroundings) -> Object:
    """Give a namespaced object its namespace and take it from a cluster-scoped one."""
    is_namespaced = around.is_namespaced(*group_kind(obj))
    if bool(namespace_of(obj)) == is_namespaced:
        return obj
    rest = {key: item for key, item in metadata(obj).items() if key != "namespace"}
    namespace = {"namespace": app.destination.namespace} if is_namespaced else {}
    moved = {**obj, "metadata": {**rest, **namespace}}
    settings = around.settings
    try:
        return stamped(
            moved,
            method=settings.tracking_method,
            application=app.instance,
            namespace=app.destination.namespace,
            label_key=settings.instance_label_key,
            installation_id=settings.installation_id,
        )
    except TrackingError:
        return moved


def is_permitted(obj: Object, app: Application, project: Project) -> bool:
    """Say whether the project lets the application see a live object."""
    namespace = namespace_of(obj)
    group, kind = group_kind(obj)
    if not project.permits_kind(group, kind, bool(namespace), name_of(obj)):
        return False
    destination = app.destination
    return not namespace or project.permits_destination(
        destination.server, destination.name, namespace
    )


def shared(
    found: Mapping[ResourceRef, Object], app: Application, around: Surroundings
) -> list[tuple[str, str]]:
    """Return a SharedResourceWarning for every live object of another Application."""
    settings = around.settings
    conditions: list[tuple[str, str]] = []
    name = f"{namespace_of(app.raw)}/{name_of(app.raw)}".lstrip("/")
    for ref, obj in found.items():
        owner = application_of(
            obj,
            settings.tracking_method,
            label_key=settings.instance_label_key,
            installation_id=settings.installation_id,
        )
        if owner and owner != app.instance:
            other = owner.replace("_", "/")
            message = f"{ref.kind}/{ref.name} is part of applications {name} and {other}"
            conditions.append(("SharedResourceWarning", message))
    return conditions


def without_delete_hooks(targets: Sequence[Object]) -> tuple[list[Object], bool, bool]:
    """Leave out hooks that only run at deletion; say which of them there are."""
    kept: list[Object] = []
    has_pre = has_post = False
    for obj in targets:
        is_pre, is_post = is_delete_hook(obj, "PreDelete"), is_delete_hook(obj, "PostDelete")
        has_pre = has_pre or is_pre
        has_post = has_post or (is_post and (not is_pre or has_sync_phase_hook(obj)))
        if not (is_pre or is_post) or has_sync_phase_hook(obj):
            kept.append(obj)
    return kept, has_pre, has_post


def matched(
    targets: Sequence[Object], found: Mapping[ResourceRef, Object], app: Application
) -> list[tuple[Object | None, Object | None]]:
    """Match targets with live objects, then add those that are only live."""
    rest = dict(found)
    found_pairs: list[tuple[Object | None, Object | None]] = []
    for obj in targets:
        ref = ResourceRef.of(obj)
        namespace = ref.namespace or app.destination.namespace
        here = ResourceRef(ref.group, ref.kind, namespace, ref.name)
        nowhere = ResourceRef(ref.group, ref.kind, "", ref.name)
        key = next((key for key in (here, nowhere) if key in rest), None)
        found_pairs.append((obj, rest.pop(key) if key is not None else None))
    return [*found_pairs, *((None, obj) for obj in rest.values())]
