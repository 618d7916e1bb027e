"""One Application of a generated fleet: as Git declares it, and as Argo CD left it."""

import copy
import hashlib
from collections.abc import Mapping
from typing import Any, Final

from benchmarks.fleet_live import BORN, CHANGED, SYNCED
from benchmarks.fleet_objects import Raw

URL: Final = "https://git.example.com/fleet/deploy.git"
GONE_URL: Final = "https://git.example.com/fleet/moved.git"
COMMIT: Final = hashlib.sha1(URL.encode(), usedforsecurity=False).hexdigest()
ABSENT: Final = "shared-batch"
"""The namespace that nobody made."""
WEBHOOK: Final = "validate.policy.example.com"
FAMILY: Final = 50
"""Applications of one parent."""
SERVER: Final = "https://kubernetes.default.svc"
API: Final = "argoproj.io/v1alpha1"
ENVIRONMENTS: Final = ("prod", "stg", "dev")


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


def environment_of(number: int) -> str:
    """Return the environment of an Application: they take turns."""
    return ENVIRONMENTS[number % 3]


def team_of(number: int) -> str:
    """Return the team of an Application, which is its project too."""
    return f"team-{number // FAMILY:03d}"


def declaration(number: int) -> Raw:
    """Return an Application as Git declares it."""
    environment = environment_of(number)
    ails = trouble(number)
    name = f"service-{number // 3:05d}-{environment}"
    namespace = ABSENT if ails == "namespace" else f"{team_of(number)}-{environment}"
    options = ["CreateNamespace=false", "ApplyOutOfSyncOnly=true"]
    ignored = "/spec/paused" if number % 4 else "/spec/replicas"
    if number % 40 == 1:
        options.append("AutoCreateNamespace=true")
    automated = {"prune": environment != "prod", "selfHeal": number % 4 == 0}
    backoff = {"duration": "5s", "factor": 2, "maxDuration": "3m"}
    retry = {} if number % 20 == 9 else {"retry": {"limit": 5, "backoff": backoff}}
    return {
        "apiVersion": API,
        "kind": "Application",
        "metadata": {
            "name": name,
            "namespace": "argocd",
            "labels": {"environment": environment, "team": team_of(number)},
            "finalizers": ["resources-finalizer.argocd.argoproj.io"],
        },
        "spec": {
            "project": team_of(number),
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
            "destination": {"server": SERVER, "namespace": namespace},
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


def row_of(target: Mapping[str, Any], status: str) -> Raw:
    """Return the row of `status.resources` for one object."""
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


def reconciled(app: Raw, rows: list[Raw], ails: str, number: int) -> Raw:
    """Return the live Application: spec, tracking of its parent, history and verdicts."""
    raw = copy.deepcopy(app)
    name, spec = app["metadata"]["name"], app["spec"]
    parent = f"{team_of(number)}-apps"
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
