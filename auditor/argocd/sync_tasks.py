"""What a sync does in which order; mirrors gitops-engine `sync_tasks.go` and `getSyncTasks`."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from auditor.argocd import hooks, waves
from auditor.argocd.sync_options import has_annotation_option
from auditor.argocd.sync_order import KIND_ORDER, PHASE_ORDER
from auditor.kube.loose import text
from auditor.kube.ref import ResourceRef

Object = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Task:
    """One object in one phase; without a target the live object is to be pruned."""

    phase: str
    wave: int
    target: Object | None
    live: Object | None = None

    @property
    def obj(self) -> Object:
        """Return the target, or the live object of a prune task."""
        return self.target if self.target is not None else self.live or {}

    @property
    def ref(self) -> ResourceRef:
        """Return the name of the object."""
        return ResourceRef.of(self.obj)

    @property
    def is_prune(self) -> bool:
        """Tell whether the task deletes."""
        return self.target is None

    @property
    def is_hook(self) -> bool:
        """Tell whether the object is a hook."""
        return hooks.is_hook(self.obj)


@dataclass(frozen=True, slots=True)
class Tasks:
    """The tasks of a sync in their order, and why it would be refused."""

    tasks: tuple[Task, ...]
    failures: tuple[tuple[Task, str], ...] = ()

    @property
    def is_multi_step(self) -> bool:
        """Tell whether the sync waits for health between steps: more than one phase or wave."""
        if not self.tasks:
            return False
        first, last = self.tasks[0], self.tasks[-1]
        return (first.phase, first.wave) != (last.phase, last.wave)


@dataclass(frozen=True, slots=True)
class TaskSettings:
    """What besides the objects decides about the tasks of a sync."""

    namespace: str = ""
    """Destination namespace, which objects without one get."""
    skips_hooks: bool = False
    prunes_last: bool = False
    creates_namespace: bool = False
    """CreateNamespace=true, and the namespace is missing or its metadata is managed."""
    skips_dry_run_on_missing: bool = False
    revision: str = ""
    started_at: int = 0
    """Start of the operation in seconds; part of the names of hooks with `generateName`."""


def sync_tasks(
    targets: Sequence[Object],
    live: Sequence[Object],
    settings: TaskSettings,
    api_resources: Mapping[str, Collection[str]] | None = None,
) -> Tasks:
    """Return the tasks of a sync of `targets` over the tracked objects `live`.

    `api_resources` maps a group version to the kinds the cluster serves; without it every kind
    counts as served. Objects that are equal in phase, wave, kind and name keep their order.
    """
    wanted = [obj for obj in targets if not hooks.is_ignored(obj)]
    plain = [obj for obj in wanted if not hooks.is_hook(obj)]
    tasks = [*_resource_tasks(plain, live, settings.namespace)]
    if not settings.skips_hooks:
        hook_objects = [obj for obj in wanted if hooks.is_hook(obj)]
        tasks += [task for obj in hook_objects for task in _hook_tasks(obj, settings)]
    tasks = [_with_namespace(task, settings.namespace) for task in tasks]
    if settings.creates_namespace and settings.namespace:
        tasks += _namespace_task(plain, settings.namespace)
    failures = _failures(tasks, wanted, settings, api_resources)
    tasks = _last(_reversed_prunes(tasks), prunes_last=settings.prunes_last)
    return Tasks(tuple(_sorted(tasks)), failures)


def _resource_tasks(plain: Sequence[Object], live: Sequence[Object], namespace: str) -> list[Task]:
    left = {ResourceRef.of(obj): obj for obj in live}
    tasks = []
    for target in plain:
        ref = ResourceRef.of(target)
        keys = (replace(ref, namespace=ref.namespace or namespace), replace(ref, namespace=""))
        found = next((left.pop(key) for key in keys if key in left), None)
        tasks += [Task(phase, waves.wave(target), target, found) for phase in _phases(target)]
    for obj in left.values():
        if not hooks.is_hook(obj):
            tasks += [Task(phase, waves.wave(obj), None, obj) for phase in _phases(obj)]
    return tasks


def _phases(obj: Object) -> tuple[str, ...]:
    return hooks.sync_phases(obj)


def _hook_tasks(obj: Object, settings: TaskSettings) -> list[Task]:
    tasks = []
    for phase in hooks.sync_phases(obj):
        target = obj
        if not text(obj, "metadata", "name"):
            postfix = f"{_short(settings.revision)}-{phase}-{settings.started_at}".lower()
            name = text(obj, "metadata", "generateName") + postfix
            target = _with_metadata(obj, "name", name)
        tasks.append(Task(phase, waves.wave(obj), target))
    return tasks


def _short(revision: str) -> str:
    return revision[:7] if len(revision) >= 8 else revision


def _with_namespace(task: Task, namespace: str) -> Task:
    if task.target is None or text(task.target, "metadata", "namespace") or not namespace:
        return task
    return replace(task, target=_with_metadata(task.target, "namespace", namespace))


def _with_metadata(obj: Object, key: str, value: str) -> Object:
    metadata = obj.get("metadata")
    return {**obj, "metadata": {**(metadata if isinstance(metadata, Mapping) else {}), key: value}}


def _namespace_task(plain: Sequence[Object], namespace: str) -> list[Task]:
    """Return the PreSync task of CreateNamespace=true, unless a manifest is that namespace."""
    wanted = ("", "Namespace", namespace)
    if any((ref.group, ref.kind, ref.name) == wanted for ref in map(ResourceRef.of, plain)):
        return []
    manifest = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
    return [Task("PreSync", 0, manifest)]


def _failures(
    tasks: Sequence[Task],
    wanted: Sequence[Object],
    settings: TaskSettings,
    api_resources: Mapping[str, Collection[str]] | None,
) -> tuple[tuple[Task, str], ...]:
    if api_resources is None:
        return ()
    defined = {_crd_key(obj) for obj in wanted}
    found = []
    for task in tasks:
        message = _unserved(task, api_resources)
        key = f"{task.ref.group}/{task.ref.kind}"
        skips = settings.skips_dry_run_on_missing or (
            task.target is not None
            and has_annotation_option(task.target, "SkipDryRunOnMissingResource=true")
        )
        if message and not skips and key not in defined:
            found.append((task, message))
    return tuple(found)


def _unserved(task: Task, api_resources: Mapping[str, Collection[str]]) -> str:
    group_version = text(task.obj, "apiVersion")
    kinds = api_resources.get(group_version)
    if kinds is None:
        return (
            f"failed to discover server resources for group version {group_version}: "
            f'the server could not find the requested resource, GroupVersion "{group_version}" '
            "not found"
        )
    if task.ref.kind in kinds:
        return ""
    resource = f"{task.ref.kind}.{task.ref.group}" if task.ref.group else task.ref.kind
    return f'{resource} "" not found'


def _crd_key(obj: Object) -> str:
    ref = ResourceRef.of(obj)
    if (ref.group, ref.kind) != ("apiextensions.k8s.io", "CustomResourceDefinition"):
        return ""
    group, kind = text(obj, "spec", "group"), text(obj, "spec", "names", "kind")
    return f"{group}/{kind}" if group and kind else ""


def _reversed_prunes(tasks: Sequence[Task]) -> list[Task]:
    """Swap the waves of prune tasks end for end, so that what came last goes first."""
    pruned = sorted({task.wave for task in tasks if task.is_prune})
    swapped = dict(zip(pruned, reversed(pruned), strict=True))
    return [replace(task, wave=swapped[task.wave]) if task.is_prune else task for task in tasks]


def _last(tasks: Sequence[Task], *, prunes_last: bool) -> list[Task]:
    """Move what is pruned last behind the last wave of the phase Sync."""
    last = max([0, *(task.wave for task in tasks if task.phase == "Sync")]) + 1
    return [
        replace(task, wave=last)
        if task.is_prune and (prunes_last or has_annotation_option(task.live, "PruneLast=true"))
        else task
        for task in tasks
    ]


def _sorted(tasks: Sequence[Task]) -> list[Task]:
    ordered = sorted(tasks, key=_rank)
    _hoist(ordered, _namespace_name, _own_namespace)
    _hoist(ordered, _crd_key, _group_kind)
    return ordered


def _rank(task: Task) -> tuple[int, int, int, str]:
    ref = task.ref
    return PHASE_ORDER.get(task.phase, 0), task.wave, KIND_ORDER.get(ref.kind, 0), ref.name


def _namespace_name(obj: Object) -> str:
    ref = ResourceRef.of(obj)
    return ref.name if (ref.group, ref.kind) == ("", "Namespace") else ""


def _own_namespace(obj: Object) -> str:
    return text(obj, "metadata", "namespace")


def _group_kind(obj: Object) -> str:
    ref = ResourceRef.of(obj)
    return f"{ref.group}/{ref.kind}"


def _hoist(
    tasks: list[Task], defines: Callable[[Object], str], needs: Callable[[Object], str]
) -> None:
    """Move what others depend on before the first of them, into its phase and wave."""
    first: dict[str, int] = {}
    for position, task in enumerate(list(tasks)):
        if task.target is None:
            continue
        key = defines(task.target)
        if not key:
            needed = needs(task.target)
            if needed:
                first.setdefault(needed, position)
        elif key in first:
            index = first[key]
            dependent = tasks[index]
            tasks.pop(position)
            tasks.insert(index, replace(task, phase=dependent.phase, wave=dependent.wave))
            first = {name: at + (at >= index) for name, at in first.items()}
