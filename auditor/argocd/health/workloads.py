"""Health of the workload kinds of `apps` and `batch`.

Mirrors upstream gitops-engine `pkg/health/health_{deployment,statefulset,daemonset,replicaset,
job}.go`. Objects arrive typed: see `typed_object`.
"""

from collections.abc import Mapping
from typing import Any

from auditor.argocd.health.status import DEGRADED, HEALTHY, PROGRESSING, SUSPENDED, Health

Struct = Mapping[str, Any]


def deployment(obj: Struct) -> Health:
    """Judge a Deployment by its conditions and replica counts."""
    spec, status = part(obj, "spec"), part(obj, "status")
    if spec.get("paused"):
        return Health(SUSPENDED, "Deployment is paused")
    if generation(obj) > number(status, "observedGeneration"):
        return Health(
            PROGRESSING,
            "Waiting for rollout to finish: observed deployment generation less than desired "
            "generation",
        )
    progress = condition(status, "Progressing")
    if progress is not None and progress.get("reason") == "ProgressDeadlineExceeded":
        return Health(DEGRADED, f'Deployment "{name(obj)}" exceeded its progress deadline')
    updated, wanted = number(status, "updatedReplicas"), spec.get("replicas")
    if wanted is not None and updated < wanted:
        return _waiting(f"{updated} out of {wanted} new replicas have been updated...")
    if number(status, "replicas") > updated:
        old = number(status, "replicas") - updated
        return _waiting(f"{old} old replicas are pending termination...")
    available = number(status, "availableReplicas")
    if available < updated:
        return _waiting(f"{available} of {updated} updated replicas are available...")
    return Health(HEALTHY)


def stateful_set(obj: Struct) -> Health:
    """Judge a StatefulSet, partitioned updates included."""
    spec, status = part(obj, "spec"), part(obj, "status")
    observed = number(status, "observedGeneration")
    if observed == 0 or generation(obj) > observed:
        return Health(PROGRESSING, "Waiting for statefulset spec update to be observed...")
    wanted, ready = spec.get("replicas"), number(status, "readyReplicas")
    if wanted is not None and ready < wanted:
        return Health(PROGRESSING, f"Waiting for {wanted - ready} pods to be ready...")
    strategy = part(spec, "updateStrategy")
    updated = number(status, "updatedReplicas")
    if strategy.get("type") == "RollingUpdate" and strategy.get("rollingUpdate") is not None:
        return _partitioned(wanted, strategy["rollingUpdate"].get("partition"), updated)
    if strategy.get("type") == "OnDelete":
        return Health(HEALTHY, f"statefulset has {ready} ready pods")
    current, update = status.get("currentRevision", ""), status.get("updateRevision", "")
    if update != current:
        return Health(
            PROGRESSING,
            f"waiting for statefulset rolling update to complete {updated} pods at revision "
            f"{update}...",
        )
    return Health(
        HEALTHY,
        f"statefulset rolling update complete {number(status, 'currentReplicas')} pods at "
        f"revision {current}...",
    )


def _partitioned(wanted: int | None, partition: int | None, updated: int) -> Health:
    if wanted is not None and partition is not None and updated < wanted - partition:
        return Health(
            PROGRESSING,
            f"Waiting for partitioned roll out to finish: {updated} out of {wanted - partition} "
            "new pods have been updated...",
        )
    return Health(
        HEALTHY, f"partitioned roll out complete: {updated} new pods have been updated..."
    )


def daemon_set(obj: Struct) -> Health:
    """Judge a DaemonSet by its pod counts."""
    status = part(obj, "status")
    if generation(obj) > number(status, "observedGeneration"):
        return Health(
            PROGRESSING,
            "Waiting for rollout to finish: observed daemon set generation less than desired "
            "generation",
        )
    updated = number(status, "updatedNumberScheduled")
    desired = number(status, "desiredNumberScheduled")
    available = number(status, "numberAvailable")
    if part(part(obj, "spec"), "updateStrategy").get("type") == "OnDelete":
        return Health(HEALTHY, f"daemon set {updated} out of {desired} new pods have been updated")
    waiting = f'Waiting for daemon set "{name(obj)}" rollout to finish:'
    if updated < desired:
        text = f"{waiting} {updated} out of {desired} new pods have been updated..."
        return Health(PROGRESSING, text)
    if available < desired:
        text = f"{waiting} {available} of {desired} updated pods are available..."
        return Health(PROGRESSING, text)
    return Health(HEALTHY)


def replica_set(obj: Struct) -> Health:
    """Judge a ReplicaSet."""
    status = part(obj, "status")
    if generation(obj) > number(status, "observedGeneration"):
        return Health(
            PROGRESSING,
            "Waiting for rollout to finish: observed replica set generation less than desired "
            "generation",
        )
    failure = condition(status, "ReplicaFailure")
    if failure is not None and failure.get("status") == "True":
        return Health(DEGRADED, failure.get("message", ""))
    wanted = part(obj, "spec").get("replicas")
    available = number(status, "availableReplicas")
    if wanted is not None and available < wanted:
        return _waiting(f"{available} out of {wanted} new replicas are available...")
    return Health(HEALTHY)


def job(obj: Struct) -> Health:
    """Judge a Job by its conditions; their status only matters for suspension."""
    is_complete, is_suspended, message = False, False, ""
    failure: str | None = None
    for entry in part(obj, "status").get("conditions") or ():
        kind, text = entry.get("type"), entry.get("message", "")
        if kind == "Failed":
            failure = text
        elif kind in {"Complete", "Suspended"}:
            is_complete, message = True, text
            is_suspended = is_suspended or (kind == "Suspended" and entry.get("status") == "True")
    if failure is not None:
        return Health(DEGRADED, failure)
    if not is_complete:
        return Health(PROGRESSING, message)
    return Health(SUSPENDED if is_suspended else HEALTHY, message)


def part(obj: Struct, key: str) -> Struct:
    """Return a struct inside, empty where absent."""
    found = obj.get(key)
    return found if isinstance(found, Mapping) else {}


def number(obj: Struct, key: str) -> int:
    """Return an integer field, 0 where absent."""
    found = obj.get(key)
    return found if isinstance(found, int) else 0


def generation(obj: Struct) -> int:
    """Return `metadata.generation`."""
    return number(part(obj, "metadata"), "generation")


def name(obj: Struct) -> str:
    """Return `metadata.name`."""
    return str(part(obj, "metadata").get("name", ""))


def condition(status: Struct, kind: str) -> Struct | None:
    """Return the first condition of a type."""
    found = status.get("conditions") or ()
    return next((entry for entry in found if entry.get("type") == kind), None)


def _waiting(text: str) -> Health:
    return Health(PROGRESSING, f"Waiting for rollout to finish: {text}")
