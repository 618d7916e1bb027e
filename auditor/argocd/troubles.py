"""Why a workload does not get on: its own conditions, its pods, and the events about them.

Health texts are cut short and conditions of Applications name the object alone; the reason is
what the kubelet and the controllers of Kubernetes say (kubernetes `pkg/kubelet`, `pkg/controller`).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

from auditor.argocd.application_fields import parse_rfc3339
from auditor.kube.loose import mapping, mappings, text
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef

POD: Final = "Pod"
_STARTING: Final = frozenset({"", "ContainerCreating", "PodInitializing"})
_CRASHES: Final = "CrashLoopBackOff"
_OUT_OF_MEMORY: Final = "OOMKilled"
_FAILING: Final = frozenset({"ReplicaFailure", "Failed", "Stalled"})
"""Types of conditions that are bad where they are True."""
_WORKING: Final = frozenset({"Available", "Ready", "Progressing", "Complete", "Established"})
"""Types of conditions that are bad where they are False."""
_PART: Final = r"-[a-z0-9]{4,10}"
_CHILDREN: Final[Mapping[str, str]] = {
    "Deployment": rf"(?:{_PART}){{1,2}}",
    "ReplicaSet": _PART,
    "DaemonSet": _PART,
    "Job": _PART,
    "CronJob": rf"-\d+(?:{_PART})?",
    "StatefulSet": r"-\d+",
}
"""How controllers name what they make: the name of the owner, then this."""
WORKLOADS: Final = frozenset(_CHILDREN)
"""Kinds whose pods can be told by their names."""


@dataclass(frozen=True, slots=True, order=True)
class Trouble:
    """What somebody says about a workload that does not get on."""

    about: str
    """`Kind name` of the object it is said of."""
    reason: str
    message: str
    count: int = 1
    since: datetime | None = None

    @property
    def says(self) -> str:
        """Return the message, or the reason where that is all there is."""
        return self.message or self.reason


@dataclass(frozen=True, slots=True)
class Troubles:
    """What pods and events say, by namespace."""

    pods: Mapping[str, tuple[Manifest, ...]]
    events: Mapping[str, tuple[Manifest, ...]]
    warned: Mapping[str, int]
    """`Kind namespace/name` to how often an event warned of it."""

    @classmethod
    def of(cls, pods: Iterable[Manifest], events: Iterable[Manifest]) -> Self:
        """Index pods, and the events that warn."""
        by_place: dict[str, list[Manifest]] = defaultdict(list)
        for pod in pods:
            by_place[pod.ref.namespace].append(pod)
        warnings: dict[str, list[Manifest]] = defaultdict(list)
        warned: dict[str, int] = defaultdict(int)
        for event in events:
            if text(event.raw, "type") != "Warning":
                continue
            parts = (
                text(event.raw, "involvedObject", key) for key in ("kind", "namespace", "name")
            )
            about = ResourceRef("", *parts)
            warnings[about.namespace].append(event)
            warned[about.label] += of_event(event).count
        return cls(
            {place: tuple(items) for place, items in by_place.items()},
            {place: tuple(items) for place, items in warnings.items()},
            warned,
        )

    def about(self, ref: ResourceRef, live: Manifest | None = None) -> tuple[Trouble, ...]:
        """Return what is said of `ref` and of what its controller made, the nearest first.

        Pods as they are say more than conditions, and both more than events, which outlive what
        they tell of: the next is asked where the one before has nothing to say.
        """
        said = tuple(self._of_pods(ref)) or tuple(_of_conditions(ref, live))
        return said or tuple(self._of_events(ref))

    def _of_pods(self, ref: ResourceRef) -> Iterator[Trouble]:
        for pod in self.pods.get(ref.namespace, ()):
            if _is_of(ref, POD, pod.ref.name):
                yield from dict.fromkeys(_of_pod(pod))

    def _of_events(self, ref: ResourceRef) -> Iterator[Trouble]:
        found: dict[tuple[str, str], Trouble] = {}
        for event in self.events.get(ref.namespace, ()):
            kind, name = (text(event.raw, "involvedObject", key) for key in ("kind", "name"))
            if _is_of(ref, kind, name):
                one = of_event(event)
                found[one.reason, one.message] = one
        yield from sorted(found.values(), key=lambda one: (one.about, one.reason, one.message))


def _about(event: Manifest) -> ResourceRef:
    parts = (text(event.raw, "involvedObject", key) for key in ("kind", "namespace", "name"))
    return ResourceRef("", *parts)


def of_event(event: Manifest) -> Trouble:
    """Return what an event of either API version tells, and how often it was seen."""
    raw = event.raw
    about = f"{text(raw, 'involvedObject', 'kind')} {text(raw, 'involvedObject', 'name')}"
    series = mapping(raw, "series")
    counts = (raw.get("count"), series.get("count"))
    count = next((n for n in counts if isinstance(n, int) and n > 0), 1)
    since = parse_rfc3339(raw.get("firstTimestamp") or raw.get("eventTime"))
    return Trouble(about, text(raw, "reason"), text(raw, "message"), count, since)


def _is_of(ref: ResourceRef, kind: str, name: str) -> bool:
    """Say whether an object is `ref` itself or was made for it."""
    if (kind, name) == (ref.kind, ref.name):
        return True
    ending = _CHILDREN.get(ref.kind)
    is_made = kind in (POD, "ReplicaSet", "Job", "PersistentVolumeClaim")
    if ending is None or not is_made or not name.startswith(ref.name):
        return False
    if kind == "PersistentVolumeClaim":
        return False
    return re.fullmatch(ending, name[len(ref.name) :]) is not None


def _of_pod(pod: Manifest) -> Iterator[Trouble]:
    about = f"{POD} {pod.ref.name}"
    status = mapping(pod.raw, "status")
    if text(status, "phase") == "Failed" and text(status, "reason"):
        yield Trouble(about, text(status, "reason"), text(status, "message"))
    for condition in mappings(status, "conditions"):
        if text(condition, "type") == "PodScheduled" and text(condition, "status") == "False":
            yield Trouble(about, text(condition, "reason"), text(condition, "message"))
    for part in ("initContainerStatuses", "containerStatuses"):
        for container in mappings(status, part):
            yield from _of_container(about, container)


def _of_container(about: str, container: Mapping[str, Any]) -> Iterator[Trouble]:
    waiting = mapping(container, "state", "waiting")
    if text(waiting, "reason") not in _STARTING:
        yield Trouble(about, text(waiting, "reason"), _waits(container, waiting))
    # how an earlier run ended matters to a container that is started again and again
    before = "lastState" if text(waiting, "reason") == _CRASHES else "state"
    ended = mapping(container, before, "terminated")
    code = ended.get("exitCode")
    if isinstance(code, int) and code:
        name, reason = text(container, "name"), text(ended, "reason")
        if reason == _OUT_OF_MEMORY:
            yield Trouble(about, reason, reason)
        else:
            yield Trouble(about, "", f'container "{name}" failed with exit code {code}')


def _waits(container: Mapping[str, Any], waiting: Mapping[str, Any]) -> str:
    """Return the kubelet's message; where it has none for an image, one that names the image."""
    said = text(waiting, "message")
    image, reason = text(container, "image"), text(waiting, "reason")
    is_image = "Image" in reason and image
    return said or (f'{reason}: Back-off pulling image "{image}"' if is_image else "")


def _of_conditions(ref: ResourceRef, live: Manifest | None) -> Iterator[Trouble]:
    if live is None:
        return
    for condition in mappings(live.raw, "status", "conditions"):
        kind, status = text(condition, "type"), text(condition, "status")
        is_bad = (kind in _FAILING and status == "True") or (kind in _WORKING and status == "False")
        if is_bad and (text(condition, "message") or text(condition, "reason")):
            since = parse_rfc3339(condition.get("lastTransitionTime"))
            about = f"{ref.kind} {ref.name}"
            yield Trouble(about, text(condition, "reason"), text(condition, "message"), 1, since)
