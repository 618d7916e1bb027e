"""A snapshot of a cluster with N Applications of ten objects each: the same bytes for the same N.

One Application in ten waits for a namespace that nobody made, one in twenty is refused by a webhook
that is down, one in fifty has a repository that cannot be read, one in fifty a Secret that one
store does not give, one in ten an object that somebody else changed. Every fiftieth is followed
by a parent that declares the fifty.

`python -m benchmarks.fleet N FOLDER` writes it.
"""

import copy
import hashlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, LiveOrigin, Origin, RenderedOrigin
from auditor.snapshot import Collected, Snapshot, codec, sections
from auditor.snapshot.snapshot import Header
from benchmarks.fleet_objects import BORN, CHANGED, SYNCED, change, condition, live, rendered

Raw = dict[str, Any]

URL: Final = "https://git.example.com/fleet/deploy.git"
GONE_URL: Final = "https://git.example.com/fleet/moved.git"
COMMIT: Final = hashlib.sha1(URL.encode(), usedforsecurity=False).hexdigest()
ABSENT: Final = "shared-batch"
"""The namespace that nobody made."""
WEBHOOK: Final = "validate.policy.example.com"
STORE: Final = "openbao"
FAMILY: Final = 50
"""Applications of one parent."""
NOW: Final = "2026-03-30T00:00:00Z"
_SERVER: Final = "https://kubernetes.default.svc"
_CLUSTER: Final = LiveOrigin("kubernetes.example.com:6443")
_API: Final = "argoproj.io/v1alpha1"
_ENVIRONMENTS: Final = ("prod", "stg", "dev")
_KINDS: Final = (
    ("", "v1", "ConfigMap", "configmaps", True),
    ("", "v1", "Namespace", "namespaces", False),
    ("", "v1", "Secret", "secrets", True),
    ("", "v1", "Service", "services", True),
    ("", "v1", "ServiceAccount", "serviceaccounts", True),
    ("apps", "v1", "Deployment", "deployments", True),
    ("apps", "v1", "StatefulSet", "statefulsets", True),
    ("argoproj.io", "v1alpha1", "Application", "applications", True),
    ("argoproj.io", "v1alpha1", "ApplicationSet", "applicationsets", True),
    ("argoproj.io", "v1alpha1", "AppProject", "appprojects", True),
    ("autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", True),
    ("external-secrets.io", "v1", "ClusterSecretStore", "clustersecretstores", False),
    ("external-secrets.io", "v1", "ExternalSecret", "externalsecrets", True),
    ("networking.k8s.io", "v1", "Ingress", "ingresses", True),
    ("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", True),
    ("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", True),
)


def snapshot(count: int) -> Snapshot:
    """Return the snapshot of `count` Applications and their parents."""
    filled: dict[str, list[Manifest]] = {section.name: [] for section in sections.ALL}
    _installation(filled)
    for team in range(-(-count // FAMILY)):
        members = range(team * FAMILY, min(count, (team + 1) * FAMILY))
        children = [_application(number) for number in members]
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


def trouble(number: int) -> str:
    """Return what ails an Application: a word, or nothing."""
    if number % 10 == 7:
        return "namespace"
    if number % 20 == 3:
        return "webhook"
    if number % 50 == 11:
        return "repository"
    if number % 50 == 31:
        return "store"
    return "drift" if number % 10 == 5 else ""


def _environment(number: int) -> str:
    return _ENVIRONMENTS[number % 3]


def _team(number: int) -> str:
    return f"team-{number // FAMILY:03d}"


def _application(number: int) -> Raw:
    """Return an Application as Git declares it."""
    environment = _environment(number)
    ails = trouble(number)
    name = f"service-{number // 3:05d}-{environment}"
    namespace = ABSENT if ails == "namespace" else f"{_team(number)}-{environment}"
    options = ["CreateNamespace=false", "ApplyOutOfSyncOnly=true"]
    ignored = "/spec/paused" if number % 4 else "/spec/replicas"
    if number % 40 == 1:
        options.append("AutoCreateNamespace=true")
    automated = {"prune": environment != "prod", "selfHeal": number % 4 == 0}
    backoff = {"duration": "5s", "factor": 2, "maxDuration": "3m"}
    retry = {} if number % 20 == 9 else {"retry": {"limit": 5, "backoff": backoff}}
    return {
        "apiVersion": _API,
        "kind": "Application",
        "metadata": {
            "name": name,
            "namespace": "argocd",
            "labels": {"environment": environment, "team": _team(number)},
            "finalizers": ["resources-finalizer.argocd.argoproj.io"],
        },
        "spec": {
            "project": _team(number),
            "source": {
                "repoURL": GONE_URL if ails == "repository" else URL,
                "targetRevision": "HEAD" if number % 25 == 2 else "main",
                "path": "charts/service",
                "helm": {
                    "releaseName": name,
                    "valueFiles": ["values.yaml", f"values-{environment}.yaml"],
                    "parameters": [{"name": "image.tag", "value": f"1.{number % 30}.0"}],
                },
            },
            "destination": {"server": _SERVER, "namespace": namespace},
            "syncPolicy": {"automated": automated, "syncOptions": options, **retry},
            "ignoreDifferences": [
                {
                    "group": "apps",
                    "kind": "StatefulSet",
                    "jqPathExpressions": [".spec.volumeClaimTemplates[]?.status"],
                },
                {"group": "apps", "kind": "Deployment", "jsonPointers": [ignored]},
            ],
            "revisionHistoryLimit": 10,
        },
    }


def _child(filled: Mapping[str, list[Manifest]], number: int, app: Raw) -> None:
    """Add one Application with everything it brings: declaration, rendering, live state."""
    name, ails = app["metadata"]["name"], trouble(number)
    namespace = app["spec"]["destination"]["namespace"]
    path = f"teams/{_team(number)}/{name}.yaml"
    filled[sections.GIT_MANIFESTS.name].append(_declared(app, path))
    targets = rendered(name, namespace, _environment(number), number)
    found = [] if ails == "namespace" else [live(name, target) for target in targets]
    rows = [_row(target, "OutOfSync" if not found else "Synced") for target in targets]
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
    if ails == "repository":
        why = {"code": "repository_not_given", "facts": {"repository": GONE_URL}}
        _rendering(filled, app, "Helm", error=why)
    else:
        entries = [
            {"manifest": target, "template": f"charts/service/templates/{target['kind']}.yaml"}
            for target in targets
        ]
        _rendering(filled, app, "Helm", objects=entries)
    filled[sections.LIVE_OBJECTS.name] += [Manifest(raw, _CLUSTER) for raw in found]
    running = _running(app, rows, ails, number)
    filled[sections.LIVE_APPLICATIONS.name].append(Manifest(running, _CLUSTER))
    if ails:
        _told(filled, running, number)


def _row(target: Mapping[str, Any], status: str) -> Raw:
    group, _, version = target["apiVersion"].rpartition("/")
    meta = target["metadata"]
    row = {
        "kind": target["kind"],
        "name": meta["name"],
        "namespace": meta["namespace"],
        "status": status,
        "version": version,
    }
    return row | ({"group": group} if group else {})


def _running(app: Raw, rows: list[Raw], ails: str, number: int) -> Raw:
    """Return the live Application: spec, tracking of its parent, history and verdicts."""
    raw = copy.deepcopy(app)
    name, spec = app["metadata"]["name"], app["spec"]
    parent = f"{_team(number)}-apps"
    digest = hashlib.sha256(name.encode()).hexdigest()
    raw["metadata"] |= {
        "annotations": {
            "argocd.argoproj.io/tracking-id": f"{parent}:argoproj.io/Application:argocd/{name}"
        },
        "creationTimestamp": BORN,
        "generation": 40 + number % 9,
        "resourceVersion": str(int(digest[:7], 16)),
        "uid": f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}",
    }
    failed = {"namespace": _no_namespace(), "webhook": _no_webhook()}.get(ails, "")
    if ails == "webhook":
        rows[3]["status"] = "OutOfSync"
    is_synced = all(row["status"] == "Synced" for row in rows)
    health = {"namespace": "Missing", "store": "Degraded"}.get(ails, "Healthy")
    status: Raw = {
        "controllerNamespace": "argocd",
        "health": {"status": health, "lastTransitionTime": CHANGED if ails else SYNCED},
        "history": [_deployment(spec, index) for index in range(3)],
        "operationState": _operation(spec, rows, failed),
        "reconciledAt": "2026-03-29T23:58:00Z",
        "resourceHealthSource": "appTree",
        "resources": rows,
        "sourceType": "Helm",
        "summary": {"images": [f"registry.example.com/{name}:1.{number % 30}.0"]},
        "sync": {
            "comparedTo": {
                "source": spec["source"],
                "destination": spec["destination"],
                "ignoreDifferences": spec["ignoreDifferences"],
            },
            "revision": COMMIT,
            "status": "Synced" if is_synced else "OutOfSync",
        },
    }
    if ails == "repository":
        message = (
            "Failed to load target state: failed to generate manifest for source 1 of 1: rpc "
            "error: code = Unknown desc = failed to list refs: authentication required: "
            f'Get "{GONE_URL}/info/refs?service=git-upload-pack"'
        )
        error = {"type": "ComparisonError", "message": message, "lastTransitionTime": CHANGED}
        status |= {"conditions": [error]}
        status["sync"] |= {"status": "Unknown"}
    raw["status"] = status
    return raw


def _no_namespace() -> str:
    return f'namespaces "{ABSENT}" not found'


def _no_webhook() -> str:
    return (
        f'Internal error occurred: failed calling webhook "{WEBHOOK}": failed to call webhook: '
        'Post "https://policy.policy-system.svc:443/validate?timeout=10s": dial tcp '
        "10.96.7.7:443: connect: connection refused"
    )


def _deployment(spec: Mapping[str, Any], index: int) -> Raw:
    return {
        "id": index,
        "deployStartedAt": f"2026-03-0{index + 1}T06:00:00Z",
        "deployedAt": f"2026-03-0{index + 1}T06:00:30Z",
        "initiatedBy": {"automated": True},
        "revision": COMMIT,
        "source": spec["source"],
    }


def _operation(spec: Mapping[str, Any], rows: list[Raw], failed: str) -> Raw:
    def result(row: Mapping[str, Any]) -> Raw:
        is_hit = failed and row["status"] == "OutOfSync"
        return {
            "group": row.get("group", ""),
            "kind": row["kind"],
            "name": row["name"],
            "namespace": row["namespace"],
            "version": row["version"],
            "hookPhase": "Failed" if is_hit else "Running",
            "status": "SyncFailed" if is_hit else "Synced",
            "message": failed if is_hit else f"{row['kind'].lower()} unchanged",
            "syncPhase": "Sync",
        }

    retry = spec["syncPolicy"].get("retry", {"limit": 5})
    message = (
        f"one or more objects failed to apply, reason: {failed} (retried 5 times)."
        if failed
        else "successfully synced (all tasks run)"
    )
    return {
        "startedAt": CHANGED if failed else "2026-03-03T06:00:00Z",
        "finishedAt": "2026-03-29T21:22:00Z" if failed else "2026-03-03T06:00:30Z",
        "phase": "Failed" if failed else "Succeeded",
        "message": message,
        "operation": {
            "initiatedBy": {"automated": True},
            "retry": retry,
            "sync": {"revision": COMMIT, "syncOptions": spec["syncPolicy"]["syncOptions"]},
        },
        **({"retryCount": 5} if failed else {}),
        "syncResult": {
            "resources": [result(row) for row in rows],
            "revision": COMMIT,
            "source": spec["source"],
        },
    }


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
            "apiVersion": _API,
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
    filled[sections.LIVE_EVENTS.name].append(Manifest(event, _CLUSTER))
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
    filled[sections.GIT_HISTORY.name].append(Manifest(history, _git("")))


def _parent(filled: Mapping[str, list[Manifest]], team: int, children: list[Raw]) -> None:
    """Add the project of a team, its namespaces and the Application that declares `children`."""
    name = f"team-{team:03d}"
    project = {
        "apiVersion": _API,
        "kind": "AppProject",
        "metadata": {"name": name, "namespace": "argocd"},
        "spec": {
            "sourceRepos": [URL, GONE_URL],
            "destinations": [
                {"server": _SERVER, "namespace": f"{name}-*"},
                {"server": _SERVER, "namespace": ABSENT},
            ],
        },
    }
    filled[sections.GIT_MANIFESTS.name].append(_declared(project, f"projects/{name}.yaml"))
    filled[sections.LIVE_PROJECTS.name].append(Manifest(project, _CLUSTER))
    for environment in _ENVIRONMENTS:
        _namespace(filled, f"{name}-{environment}")
    root = {
        "apiVersion": _API,
        "kind": "Application",
        "metadata": {"name": f"{name}-apps", "namespace": "argocd"},
        "spec": {
            "project": "default",
            "source": {"repoURL": URL, "targetRevision": "main", "path": f"teams/{name}"},
            "destination": {"server": _SERVER, "namespace": "argocd"},
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
    rows = [_row(child, "Synced") for child in children]
    running = _running(root, rows, "", team * FAMILY)
    running["metadata"].pop("annotations")
    running["status"]["sourceType"] = "Directory"
    filled[sections.LIVE_APPLICATIONS.name].append(Manifest(running, _CLUSTER))


def _namespace(filled: Mapping[str, list[Manifest]], name: str) -> None:
    raw = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name, "labels": {"kubernetes.io/metadata.name": name}},
        "status": {"phase": "Active"},
    }
    filled[sections.LIVE_NAMESPACES.name].append(Manifest(raw, _CLUSTER))


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
    return Manifest(raw, _git(path), lines)


def _pointers(value: Any, at: str = "") -> Iterator[str]:
    pairs = value.items() if isinstance(value, Mapping) else enumerate(value)
    for key, inner in pairs:
        pointer = f"{at}/{str(key).replace('~', '~0').replace('/', '~1')}"
        yield pointer
        if isinstance(inner, dict | list):
            yield from _pointers(inner, pointer)


def _git(path: str) -> Origin:
    return GitOrigin(URL, COMMIT, path, 2)


def _installation(filled: Mapping[str, list[Manifest]]) -> None:
    """Add what there is once: versions, kinds, settings, Argo CD's own namespace and project."""
    versions = {
        "argocd": "v3.1.0",
        "argocd_namespace": "argocd",
        "kubernetes": "v1.33.0",
        "workloads": [],
    }
    filled[sections.LIVE_VERSIONS.name].append(Manifest(versions, _CLUSTER))
    for group, version, kind, plural, namespaced in _KINDS:
        served = {
            "group": group,
            "version": version,
            "versions": [version],
            "kind": kind,
            "plural": plural,
            "namespaced": namespaced,
        }
        filled[sections.LIVE_KINDS.name].append(Manifest(served, _CLUSTER))
    for name, data in (("argocd-cm", {}), ("argocd-cmd-params-cm", {}), ("argocd-rbac-cm", {})):
        meta = {"name": name, "namespace": "argocd"}
        settings = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": data}
        filled[sections.LIVE_SETTINGS.name].append(Manifest(settings, _CLUSTER))
    anything = [{"group": "*", "kind": "*"}]
    default = {
        "apiVersion": _API,
        "kind": "AppProject",
        "metadata": {"name": "default", "namespace": "argocd"},
        "spec": {
            "sourceRepos": ["*"],
            "destinations": [{"namespace": "*", "server": "*"}],
            "clusterResourceWhitelist": anything,
        },
    }
    filled[sections.LIVE_PROJECTS.name].append(Manifest(default, _CLUSTER))
    for name in ("argocd", "default"):
        _namespace(filled, name)
    store = {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ClusterSecretStore",
        "metadata": {"name": STORE},
        "spec": {"provider": {"vault": {"server": "https://openbao.example.com", "path": "fleet"}}},
    }
    filled[sections.LIVE_OBJECTS.name].append(Manifest(store, _CLUSTER))
    repository = {
        "url": URL,
        "aliases": [],
        "ambiguous": [],
        "branches": ["main"],
        "commit": COMMIT,
        "duplicate_keys": [],
        "files": 1000,
        "fragments": 0,
        "left_out": {},
        "manifests": 1000,
        "revision": "HEAD",
        "templated": 12,
        "tokens": [],
    }
    filled[sections.GIT_REPOSITORIES.name].append(Manifest(repository, _git("")))


def write(folder: Path, count: int) -> Path:
    """Write the snapshot of `count` Applications to `folder` and return it."""
    codec.write(snapshot(count), folder)
    return folder


if __name__ == "__main__":
    write(Path(sys.argv[2]), int(sys.argv[1]))
