"""Pods that do not get on, cut down to what says why: neither their environment nor their logs."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from auditor.collector.kinds import POD
from auditor.collector.managed import outside
from auditor.collector.paging import Raw, listed
from auditor.collector.progress import Progress
from auditor.collector.request import Caller
from auditor.kube.gap import Gap
from auditor.kube.loose import mapping, mappings, text
from auditor.kube.manifest import at

MOST: Final = 200
"""Pods of one namespace that are kept, by name: a broken roll-out repeats itself."""
_UNWELL: Final = frozenset({"Degraded", "Progressing"})
_WAITING: Final = ("waiting for completion of hook", "waiting for healthy state of")
_STATES: Final = ("initContainerStatuses", "containerStatuses")


def read_pods(
    caller: Caller, applications: Sequence[Raw], here: str, progress: Progress
) -> tuple[list[Raw], list[Gap]]:
    """Read the pods of the namespaces where a workload of `applications` does not get on."""
    found = [raw for raw in applications if _has_unwell_workload(raw) and not outside(raw, here)]
    places = sorted({place for raw in found for place in _places(raw) if place})
    if not places:
        return [], []
    progress.step("pods", total=len(places))
    answers = caller.each([partial(listed, caller, POD, place) for place in places], progress)
    pods: list[Raw] = []
    for answer in answers:
        if not isinstance(answer, Gap):
            unwell = sorted((raw for raw in answer if _is_unwell(raw)), key=_name)
            pods += [_told(raw) for raw in unwell[:MOST]]
    return pods, [answer for answer in answers if isinstance(answer, Gap)]


def _has_unwell_workload(raw: Raw) -> bool:
    state = mapping(raw, "status", "operationState")
    if text(raw, "status", "health", "status") in _UNWELL:
        return True
    if text(state, "message").startswith(_WAITING):
        return True
    results = mappings(state, "syncResult", "resources")
    return any(text(r, "hookType") and text(r, "hookPhase") in ("Failed", "Error") for r in results)


def _places(raw: Raw) -> set[str]:
    results = mappings(raw, "status", "operationState", "syncResult", "resources")
    entries = (*mappings(raw, "status", "resources"), *results)
    named = {text(entry, "namespace") for entry in entries}
    return named | {text(raw, "spec", "destination", "namespace")}


def _is_unwell(pod: Raw) -> bool:
    status = mapping(pod, "status")
    if text(status, "phase") == "Succeeded":
        return False
    if text(status, "phase") != "Running":
        return True
    return any(
        at(container, "ready") is not True for container in mappings(status, "containerStatuses")
    )


def _name(pod: Raw) -> str:
    return text(pod, "metadata", "name")


def _told(pod: Raw) -> dict[str, Any]:
    """Keep names, states and reasons; what a container wrote when it ended stays where it is."""
    meta, status = mapping(pod, "metadata"), mapping(pod, "status")
    owners = [
        {key: text(owner, key) for key in ("kind", "name")}
        for owner in mappings(meta, "ownerReferences")
    ]
    told = ("phase", "reason", "message")
    kept: dict[str, Any] = {key: status[key] for key in told if key in status}
    kept["conditions"] = [
        {key: text(entry, key) for key in ("type", "status", "reason", "message")}
        for entry in mappings(status, "conditions")
        if text(entry, "type") == "PodScheduled"
    ]
    for part in _STATES:
        if part in status:
            kept[part] = [_container(entry) for entry in mappings(status, part)]
    names = {key: text(meta, key) for key in ("name", "namespace")}
    return {
        "apiVersion": "v1",
        "kind": POD.kind,
        "metadata": {**names, "owners": owners},
        "status": kept,
    }


def _container(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": text(entry, "name"),
        "image": text(entry, "image"),
        "restartCount": entry.get("restartCount", 0),
        "state": _state(mapping(entry, "state")),
        "lastState": _state(mapping(entry, "lastState")),
    }


def _state(state: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    if waiting := mapping(state, "waiting"):
        kept["waiting"] = {key: text(waiting, key) for key in ("reason", "message")}
    if ended := mapping(state, "terminated"):
        kept["terminated"] = {"reason": text(ended, "reason"), "exitCode": ended.get("exitCode")}
    return kept
