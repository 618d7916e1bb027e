"""A snapshot of a cluster with N Applications of twelve objects: the same bytes for the same N.

One Application in ten waits for a namespace that nobody made, one in twenty is refused by a webhook
that is down, one in fifty has a repository that cannot be read, one in fifty a Secret that one
store does not give, one in ten an object that somebody else changed. Every fiftieth is followed
by a parent that declares the fifty.

`python -m benchmarks.fleet N FOLDER` writes it.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from auditor.kube.manifest import Manifest
from auditor.kube.origin import RenderedOrigin
from auditor.snapshot import Collected, Snapshot, codec, sections
from auditor.snapshot.snapshot import Header
from benchmarks.fleet_application import (
    ABSENT,
    API,
    COMMIT,
    ENVIRONMENTS,
    FAMILY,
    GONE_URL,
    SERVER,
    URL,
    declaration,
    environment_of,
    reconciled,
    row_of,
    team_of,
    trouble,
)
from benchmarks.fleet_installation import CLUSTER, in_git, installation, namespace
from benchmarks.fleet_live import CHANGED, change, condition, live
from benchmarks.fleet_objects import Raw, rendered

NOW: Final = "2026-03-30T00:00:00Z"


def snapshot(count: int) -> Snapshot:
    """Return the snapshot of `count` Applications and their parents."""
    filled: dict[str, list[Manifest]] = {section.name: [] for section in sections.ALL}
    installation(filled)
    for team in range(-(-count // FAMILY)):
        members = range(team * FAMILY, min(count, (team + 1) * FAMILY))
        children = [declaration(number) for number in members]
        _parent(filled, team, children)
        for number, child in zip(members, children, strict=True):
            _child(filled, number, child)
    header = Header(
        about=f"{count} generated Applications",
        started=NOW,
        finished=NOW,
        cluster={"server": "kubernetes.example.com:6443", "server_time": NOW},
        repositories=tuple(item.raw for item in filled[sections.GIT_REPOSITORIES.name]),
    )
    looks = {name: Collected(tuple(items)) for name, items in filled.items()}
    return Snapshot(looks, header)


def _child(filled: Mapping[str, list[Manifest]], number: int, app: Raw) -> None:
    """Add one Application with everything it brings: declaration, rendering, live state."""
    name, ails = app["metadata"]["name"], trouble(number)
    namespace = app["spec"]["destination"]["namespace"]
    path = f"teams/{team_of(number)}/{name}.yaml"
    filled[sections.GIT_MANIFESTS.name].append(_declared(app, path))
    targets = rendered(name, namespace, environment_of(number), number)
    found = [] if ails == "namespace" else [live(name, target) for target in targets]
    rows = [row_of(target, "OutOfSync" if not found else "Synced") for target in targets]
    match ails:
        case "drift":
            index = (3, 3, 5, 1)[number // 10 % 4]
            change(found[index], number // 10 % 2)
            rows[index]["status"] = "OutOfSync"
        case "store":
            message = "could not get secret data from provider"
            ready = condition("Ready", "SecretSyncedError", "False", message)
            found[9]["status"] = {"conditions": [ready]}
            rows[9]["health"] = {"status": "Degraded", "message": message}
        case _:
            pass
    if ails == "repository":
        why = {"code": "repository_not_given", "facts": {"repository": GONE_URL}}
        _rendering(filled, app, "Helm", error=why)
    else:
        entries = [
            {"manifest": target, "template": f"charts/service/templates/{target['kind']}.yaml"}
            for target in targets
        ]
        _rendering(filled, app, "Helm", objects=entries)
    filled[sections.LIVE_OBJECTS.name] += [Manifest(raw, CLUSTER) for raw in found]
    running = reconciled(app, rows, ails, number)
    filled[sections.LIVE_APPLICATIONS.name].append(Manifest(running, CLUSTER))
    if ails:
        _told(filled, running, number)


def _told(filled: Mapping[str, list[Manifest]], running: Raw, number: int) -> None:
    """Add the events and the commits of an Application that is not well."""
    meta = running["metadata"]
    message = running["status"]["operationState"]["message"]
    event = {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"{meta['name']}.{number:016x}", "namespace": "argocd"},
        "type": "Warning",
        "reason": "OperationCompleted",
        "message": f"Sync operation to {COMMIT} failed: {message}",
        "involvedObject": {
            "apiVersion": API,
            "kind": "Application",
            "namespace": "argocd",
            "name": meta["name"],
            "uid": meta["uid"],
        },
        "count": 12,
        "firstTimestamp": CHANGED,
        "lastTimestamp": "2026-03-29T23:30:00Z",
        "source": {"component": "argocd-application-controller"},
    }
    filled[sections.LIVE_EVENTS.name].append(Manifest(event, CLUSTER))
    commit = {
        "repository": URL,
        "commit": COMMIT,
        "time": "2026-03-29T20:00:00Z",
        "author": "Fleet",
        "subject": "Raise the images",
        "files": ["charts/service/values.yaml"],
        "more": 0,
    }
    history = {"application": f"argocd/{meta['name']}", "commits": [commit]}
    filled[sections.GIT_HISTORY.name].append(Manifest(history, in_git("")))


def _parent(filled: Mapping[str, list[Manifest]], team: int, children: list[Raw]) -> None:
    """Add the project of a team, its namespaces and the Application that declares `children`."""
    name = f"team-{team:03d}"
    project = {
        "apiVersion": API,
        "kind": "AppProject",
        "metadata": {"name": name, "namespace": "argocd"},
        "spec": {
            "sourceRepos": [URL, GONE_URL],
            "destinations": [
                {"server": SERVER, "namespace": f"{name}-*"},
                {"server": SERVER, "namespace": ABSENT},
            ],
        },
    }
    filled[sections.GIT_MANIFESTS.name].append(_declared(project, f"projects/{name}.yaml"))
    filled[sections.LIVE_PROJECTS.name].append(Manifest(project, CLUSTER))
    for environment in ENVIRONMENTS:
        namespace(filled, f"{name}-{environment}")
    root = {
        "apiVersion": API,
        "kind": "Application",
        "metadata": {"name": f"{name}-apps", "namespace": "argocd"},
        "spec": {
            "project": "default",
            "source": {"repoURL": URL, "targetRevision": "main", "path": f"teams/{name}"},
            "destination": {"server": SERVER, "namespace": "argocd"},
            "syncPolicy": {"automated": {"selfHeal": True}, "syncOptions": ["PruneLast=true"]},
            "ignoreDifferences": [],
        },
    }
    filled[sections.GIT_MANIFESTS.name].append(_declared(root, f"roots/{name}.yaml"))
    entries = [
        {"manifest": child, "template": f"teams/{name}/{child['metadata']['name']}.yaml"}
        for child in children
    ]
    _rendering(filled, root, "Directory", objects=entries)
    rows = [row_of(child, "Synced") for child in children]
    running = reconciled(root, rows, "", team * FAMILY)
    running["metadata"].pop("annotations")
    running["status"]["sourceType"] = "Directory"
    filled[sections.LIVE_APPLICATIONS.name].append(Manifest(running, CLUSTER))


def _rendering(filled: Mapping[str, list[Manifest]], app: Raw, kind: str, **rest: Any) -> None:
    source = app["spec"]["source"]
    application = f"argocd/{app['metadata']['name']}"
    raw = {
        "application": application,
        "from": "live",
        "source": 0,
        "type": kind,
        "repository": source["repoURL"],
        "commit": COMMIT,
        "path": source["path"],
        **rest,
    }
    origin = RenderedOrigin(application, source["repoURL"], COMMIT, source["path"])
    filled[sections.RENDERINGS.name].append(Manifest(raw, origin))


def _declared(raw: Raw, path: str) -> Manifest:
    """Return `raw` as read from a file that holds nothing else."""
    lines = {pointer: 2 + index for index, pointer in enumerate(_pointers(raw))}
    return Manifest(raw, in_git(path), lines)


def _pointers(value: Any, at: str = "") -> Iterator[str]:
    pairs = value.items() if isinstance(value, Mapping) else enumerate(value)
    for key, inner in pairs:
        pointer = f"{at}/{str(key).replace('~', '~0').replace('/', '~1')}"
        yield pointer
        if isinstance(inner, dict | list):
            yield from _pointers(inner, pointer)


def write(folder: Path, count: int) -> Path:
    """Write the snapshot of `count` Applications to `folder` and return it."""
    codec.write(snapshot(count), folder)
    return folder


if __name__ == "__main__":
    write(Path(sys.argv[2]), int(sys.argv[1]))
