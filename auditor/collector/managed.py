"""Which live objects belong to Applications, and the fewest requests that bring them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from auditor.argocd.tracking import annotated
from auditor.collector.connection import address
from auditor.collector.discovery import Discovery
from auditor.collector.kinds import AUTOSCALER, EVENT, Kind
from auditor.collector.paging import Raw, got, listed
from auditor.collector.progress import Progress
from auditor.collector.request import Caller
from auditor.kube.gap import Gap
from auditor.kube.manifest import at
from auditor.kube.ref import ResourceRef
from auditor.snapshot import redact

OUTSIDE: Final = "cluster_outside_snapshot"
_IN_CLUSTER: Final = "in-cluster"
_OWN_HOSTS: Final = frozenset(
    f"{host}:443"
    for host in (
        "kubernetes",
        "kubernetes.default",
        "kubernetes.default.svc",
        "kubernetes.default.svc.cluster.local",
    )
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Objects of one kind in one namespace (empty: cluster-scoped)."""

    kind: Kind
    namespace: str
    names: frozenset[str]


Task = Callable[[], tuple[list[Raw], list[Gap]]]


def outside(application: Raw, here: str) -> str:
    """Return the destination cluster if it is not the one at `here` (`address`), or nothing.

    Argo CD calls the cluster it runs on `in-cluster` and https://kubernetes.default.svc.
    """
    compared = at(application, "status", "sync", "comparedTo", "destination", "server")
    url = at(application, "spec", "destination", "server") or compared
    name = at(application, "spec", "destination", "name")
    if url:
        there = address(str(url))
        return "" if there == here or there in _OWN_HOSTS else redact.url(str(url))
    return "" if not name or name == _IN_CLUSTER else str(name)


def outside_gaps(applications: Iterable[Raw], here: str) -> list[Gap]:
    """Return one gap a cluster that Applications deploy to and this collection does not read."""
    seen: dict[str, list[int]] = defaultdict(list)
    for raw in applications:
        if cluster := outside(raw, here):
            seen[cluster].append(len(at(raw, "status", "resources") or ()))
    # group `*` is no object's group: the gap says nothing about objects of this cluster
    return [
        Gap(OUTSIDE, {"cluster": name, "group": "*", "applications": len(n), "objects": sum(n)})
        for name, n in sorted(seen.items())
    ]


def wanted(
    applications: Iterable[Raw], here: str, known: Discovery
) -> tuple[list[Wanted], list[Gap]]:
    """Return what to read of `status.resources`, and the kinds that cannot be read."""
    names: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    versions: dict[tuple[str, str], set[str]] = defaultdict(set)
    for raw in applications:
        if outside(raw, here):
            continue
        for entry in at(raw, "status", "resources") or ():
            group, kind = str(entry.get("group") or ""), str(entry.get("kind") or "")
            namespace, name = str(entry.get("namespace") or ""), str(entry.get("name") or "")
            if kind and name:
                names[(group, kind, namespace)].add(name)
                versions[(group, kind)].add(str(entry.get("version") or ""))
    found: list[Wanted] = []
    gaps: list[Gap] = []
    for (group, kind), named in sorted(versions.items()):
        what = known.find(group, kind)
        if what is None:
            gaps.append(known.gap(group) or _not_installed(group, kind, min(named)))
            continue
        what = _in_version(what, named)
        inside: dict[str, set[str]] = defaultdict(set)
        for (g, k, namespace), them in names.items():
            if (g, k) == (group, kind):
                inside[namespace if what.namespaced else ""] |= them
        found += [Wanted(what, where, frozenset(them)) for where, them in sorted(inside.items())]
    return found, list({gap.key: gap for gap in gaps}.values())


def _in_version(kind: Kind, named: set[str]) -> Kind:
    """Take the version that all manifests are written in, so that fields can be compared."""
    version = next(iter(named)) if len(named) == 1 else kind.version
    if version == kind.version or version not in kind.versions:
        return kind
    return Kind(kind.group, kind.kind, version, kind.plural, kind.namespaced, kind.versions)


def _not_installed(group: str, kind: str, version: str) -> Gap:
    facts = {"verb": "list", "group": group, "resource": "", "kind": kind, "namespace": ""}
    return Gap("kind_not_installed", {**facts, "status": 404, "message": f"{group}/{version}"})


def read_objects(
    caller: Caller,
    parts: Sequence[Wanted],
    at_hand: Mapping[tuple[str, str], Sequence[Raw]],
    known: Discovery,
    progress: Progress,
) -> tuple[list[Raw], list[Gap]]:
    """Read the objects, and all HorizontalPodAutoscalers beside them.

    Where a list was needed, what it holds of other Applications, or of none that is left, is kept.
    `at_hand` holds kinds (by group and kind) that were listed for a section of their own.
    """
    found: dict[ResourceRef, Raw] = {}
    gaps: dict[str, Gap] = {}
    tasks: list[Task] = []
    for part in parts:
        if (key := (part.kind.group, part.kind.kind)) in at_hand:
            there = [raw for raw in at_hand[key] if _is_wanted(raw, part)]
            found |= {ResourceRef.of(raw): raw for raw in there}
        elif len(part.names) == 1:
            tasks.append(partial(_one, caller, part))
        else:
            tasks.append(partial(_several, caller, part))
    places = sorted({part.namespace for part in parts if part.namespace})
    if places and (kind := known.find(AUTOSCALER.group, AUTOSCALER.kind)):
        tasks.append(partial(_autoscalers, caller, kind, places))
    progress.step("objects", total=len(tasks))
    for items, refused in caller.each(tasks, progress):
        for raw in items:
            found.setdefault(ResourceRef.of(raw), raw)
        gaps |= {gap.key: gap for gap in refused}
    return list(found.values()), list(gaps.values())


def _one(caller: Caller, part: Wanted) -> tuple[list[Raw], list[Gap]]:
    (name,) = part.names
    answer = got(caller, part.kind, part.namespace, name)
    if isinstance(answer, Gap):
        return [], [answer]
    return ([] if answer is None else [answer]), []


def _several(caller: Caller, part: Wanted) -> tuple[list[Raw], list[Gap]]:
    answer = listed(caller, part.kind, part.namespace)
    if isinstance(answer, Gap):
        return [], [answer]
    return [raw for raw in answer if _is_wanted(raw, part) or _is_tracked(raw)], []


def _autoscalers(caller: Caller, kind: Kind, places: Sequence[str]) -> tuple[list[Raw], list[Gap]]:
    """Read them everywhere at once, or namespace by namespace where that is refused."""
    answer = listed(caller, kind) if len(places) > 1 else None
    if isinstance(answer, list):
        return [raw for raw in answer if at(raw, "metadata", "namespace") in places], []
    answers = [listed(caller, kind, place) for place in places]
    found = [raw for answer in answers if not isinstance(answer, Gap) for raw in answer]
    return found, [answer for answer in answers if isinstance(answer, Gap)]


def _is_wanted(raw: Raw, part: Wanted) -> bool:
    ref = ResourceRef.of(raw)
    return ref.name in part.names and ref.namespace == part.namespace


def _is_tracked(raw: Raw) -> bool:
    """Say whether an Application applied the object, which may be one that is gone by now."""
    mark = annotated(raw)
    return mark is not None and mark.is_of(ResourceRef.of(raw))


def read_events(
    caller: Caller, applications: Sequence[Raw], here: str, progress: Progress
) -> tuple[list[Raw], list[Gap]]:
    """Read the events of the namespaces of Applications that are not Synced and Healthy.

    Of a namespace that only holds such Applications themselves, Argo CD's own as a rule, only
    the events about them are kept.
    """
    failing = [raw for raw in applications if not _is_well(raw)]
    theirs = {place for raw in failing if not outside(raw, here) for place in _places(raw) if place}
    own: dict[str, set[str]] = defaultdict(set)
    for raw in failing:
        ref = ResourceRef.of(raw)
        own[ref.namespace].add(ref.name)
    places = sorted(theirs | own.keys())
    progress.step("events", total=len(places))
    answers = caller.each([partial(listed, caller, EVENT, place) for place in places], progress)
    found: list[Raw] = []
    for place, answer in zip(places, answers, strict=True):
        if not isinstance(answer, Gap):
            found += [raw for raw in answer if place in theirs or _is_about(raw, own[place])]
    return found, [answer for answer in answers if isinstance(answer, Gap)]


def _is_well(raw: Raw) -> bool:
    synced, health = at(raw, "status", "sync", "status"), at(raw, "status", "health", "status")
    return bool(synced == "Synced" and health == "Healthy")


def _places(raw: Raw) -> set[str]:
    entries: Sequence[Any] = at(raw, "status", "resources") or ()
    named = {str(entry.get("namespace") or "") for entry in entries}
    return named | {str(at(raw, "spec", "destination", "namespace") or "")}


def _is_about(event: Raw, applications: set[str]) -> bool:
    kind, name = at(event, "involvedObject", "kind"), at(event, "involvedObject", "name")
    return kind == "Application" and name in applications
