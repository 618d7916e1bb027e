"""What Argo CD's warnings about objects name; mirrors `CompareAppState` of controller/state.go."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from auditor.argocd.status import Status
from auditor.kube.ref import ResourceRef

_REPEATED: Final = re.compile(
    r"Resource (?P<group>[^/]*)/(?P<kind>[^/]+)/(?P<namespace>[^/]*)/(?P<name>\S+) "
    r"appeared (?P<count>\d+) times among application resources"
)
_SHARED: Final = re.compile(
    r"(?P<kind>[^/\s]+)/(?P<name>\S+) is part of applications (?P<one>\S+) and (?P<other>\S+)"
)


@dataclass(frozen=True, slots=True)
class Repeated:
    """One object several times among the targets of an Application."""

    ref: ResourceRef
    count: int


@dataclass(frozen=True, slots=True)
class Shared:
    """One object that carries the tracking of another Application."""

    kind: str
    name: str
    other: ResourceRef


def repeated(status: Status) -> Iterator[Repeated]:
    """Yield what RepeatedResourceWarning names."""
    for condition in status.conditions:
        if condition.type != "RepeatedResourceWarning":
            continue
        for found in _REPEATED.finditer(condition.message):
            ref = ResourceRef(found["group"], found["kind"], found["namespace"], found["name"])
            yield Repeated(ref, int(found["count"]))


def shared(status: Status, me: ResourceRef) -> Iterator[Shared]:
    """Yield what SharedResourceWarning names, seen from the Application `me` that carries it."""
    for condition in status.conditions:
        if condition.type != "SharedResourceWarning":
            continue
        for found in _SHARED.finditer(condition.message):
            names = [_application(found[side].rstrip("."), me) for side in ("one", "other")]
            others = [ref for ref in names if ref != me]
            if others:
                yield Shared(found["kind"], found["name"], others[0])


def _application(text: str, me: ResourceRef) -> ResourceRef:
    """Read `name`, `namespace/name`, or the instance name `namespace_name`."""
    for mark in ("/", "_"):
        namespace, found, name = text.partition(mark)
        if found:
            return ResourceRef(me.group, me.kind, namespace, name)
    return ResourceRef(me.group, me.kind, me.namespace, text)
