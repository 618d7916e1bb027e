"""What comes later in a sync than the workloads that cannot start without it.

Mirrors the order of gitops-engine `pkg/sync/sync_tasks.go` and its wait for health between steps.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from auditor.argocd.needs import made
from auditor.argocd.sync_order import PHASE_ORDER
from auditor.argocd.sync_tasks import Task
from auditor.kube.loose import integer
from auditor.kube.manifest import Manifest
from auditor.kube.origin import LiveOrigin
from auditor.kube.pod_references import Reference, pod_references
from auditor.kube.ref import ResourceRef

WORKLOADS: Final = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "Pod"})
"""Kinds whose health waits for their pods; a CronJob has no health to wait for."""


@dataclass(frozen=True, slots=True)
class Late:
    """A workload, what it refers to, and the earliest task that makes it."""

    user: Task
    reference: Reference
    provider: Task


def rank(task: Task) -> tuple[int, int]:
    """Return the step of the sync a task belongs to; steps wait for the ones before them."""
    return PHASE_ORDER.get(task.phase, 0), task.wave


def is_waited_for(raw: Mapping[str, Any]) -> bool:
    """Tell whether a sync waits for the pods of the object."""
    ref = ResourceRef.of(raw)
    return ref.kind in WORKLOADS and integer(raw, "spec", "replicas") != 0


def late(tasks: Iterable[Task]) -> Iterator[Late]:
    """Yield what `tasks` of one sync make only in a later step than the one that needs it."""
    steps = [task for task in tasks if not task.is_prune and task.phase != "SyncFail"]
    makers: dict[tuple[str, Reference], list[Task]] = defaultdict(list)
    for task in steps:
        makers[task.ref.namespace, made(Manifest(task.obj, LiveOrigin("")))].append(task)
    for task in steps:
        if not is_waited_for(task.obj):
            continue
        for reference in sorted(pod_references(task.obj)):
            found = makers.get((task.ref.namespace, reference), [])
            first = min(found, key=rank, default=None)
            if first is not None and rank(first) > rank(task):
                yield Late(task, reference, first)
