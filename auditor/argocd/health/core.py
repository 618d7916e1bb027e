"""Health of Pods, Services, claims, autoscalers, API services, Ingresses and Workflows.

Mirrors upstream gitops-engine `pkg/health/health_{pod,service,pvc,hpa,apiservice,ingress,
argo}.go`.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from auditor.argocd.health.status import (
    DEGRADED,
    HEALTHY,
    PROGRESSING,
    UNKNOWN,
    CheckError,
    Health,
)
from auditor.argocd.health.workloads import Struct, condition, part
from auditor.argocd.objects import annotations, at, text

_IGNORE_RESTART_POLICY = "argocd.argoproj.io/ignore-restart-policy"
_HPA_CONDITIONS = "autoscaling.alpha.kubernetes.io/conditions"
_HPA_DEGRADED = {
    ("AbleToScale", "FailedGetScale"),
    ("AbleToScale", "FailedUpdateScale"),
    ("ScalingActive", "FailedGetResourceMetric"),
    ("ScalingActive", "FailedGetObjectMetric"),
    ("ScalingActive", "FailedGetPodsMetric"),
    ("ScalingActive", "FailedGetExternalMetric"),
    ("ScalingActive", "FailedComputeMetricsReplicas"),
    ("ScalingActive", "InvalidSelector"),
}


def pod(obj: Struct, *, is_hook: bool) -> Health:
    """Judge a Pod; one that is a hook may run to its end."""
    status = part(obj, "status")
    policy = part(obj, "spec").get("restartPolicy")
    is_ignored = annotations(obj).get(_IGNORE_RESTART_POLICY) == "true" and not is_hook
    is_lasting = policy == "Always" or is_ignored
    if is_lasting:
        failures = [
            message for entry in _statuses(status) if (message := _stuck(entry)) is not None
        ]
        if failures:
            return Health(DEGRADED, ", ".join(failures))
    message = text(status.get("message"))
    match status.get("phase"):
        case "Pending":
            return Health(PROGRESSING, message)
        case "Succeeded":
            return Health(HEALTHY, message)
        case "Failed":
            return Health(DEGRADED, message or _failure(status))
        case "Running" if is_lasting:
            return Health(_running(status), message)
        case "Running" if policy in {"OnFailure", "Never"}:
            return Health(PROGRESSING, message)
        case _:
            return Health(UNKNOWN, message)


def _statuses(status: Struct) -> Iterable[Struct]:
    return status.get("containerStatuses") or ()


def _stuck(entry: Struct) -> str | None:
    """Return the message of a container that waits because of an error."""
    waiting = part(entry, "state").get("waiting")
    reason = waiting.get("reason", "") if isinstance(waiting, Mapping) else ""
    if reason.startswith("Err") or reason.endswith(("Error", "BackOff")):
        return text(part(part(entry, "state"), "waiting").get("message"))
    return None


def _failure(status: Struct) -> str:
    every = (*(status.get("initContainerStatuses") or ()), *_statuses(status))
    for entry in every:
        ended = part(part(entry, "state"), "terminated")
        if ended.get("message"):
            return text(ended["message"])
        if ended.get("reason") == "OOMKilled":
            return "OOMKilled"
        if ended.get("exitCode"):
            return f'container "{entry.get("name", "")}" failed with exit code {ended["exitCode"]}'
    return ""


def _running(status: Struct) -> str:
    ready = condition(status, "Ready")
    if ready is not None and ready.get("status") == "True":
        return HEALTHY
    has_ended = any(
        part(entry, "lastState").get("terminated") is not None for entry in _statuses(status)
    )
    return DEGRADED if has_ended else PROGRESSING


def service(obj: Struct) -> Health:
    """Judge a Service: only a load balancer waits for an address."""
    ingress = part(part(obj, "status"), "loadBalancer").get("ingress")
    is_waiting = part(obj, "spec").get("type") == "LoadBalancer" and not ingress
    return Health(PROGRESSING if is_waiting else HEALTHY)


def claim(obj: Struct) -> Health:
    """Judge a PersistentVolumeClaim by its phase."""
    codes = {"Lost": DEGRADED, "Pending": PROGRESSING, "Bound": HEALTHY}
    return Health(codes.get(text(part(obj, "status").get("phase")), UNKNOWN))


def ingress(obj: Struct) -> Health:
    """Judge an Ingress: it waits for an address."""
    found = at(obj, "status", "loadBalancer", "ingress")
    return Health(HEALTHY if isinstance(found, list) and found else PROGRESSING)


def workflow(obj: Struct) -> Health:
    """Judge an Argo Workflow by its phase."""
    phase, message = text(at(obj, "status", "phase")), text(at(obj, "status", "message"))
    codes = {
        "": PROGRESSING,
        "Pending": PROGRESSING,
        "Running": PROGRESSING,
        "Succeeded": HEALTHY,
        "Failed": DEGRADED,
        "Error": DEGRADED,
    }
    return Health(codes.get(phase, UNKNOWN), message)


def autoscaler(obj: Struct) -> Health:
    """Judge a HorizontalPodAutoscaler of autoscaling/v2."""
    return _scaling(part(obj, "status").get("conditions") or ())


def autoscaler_v1(obj: Struct) -> Health:
    """Judge a HorizontalPodAutoscaler of autoscaling/v1: its conditions are an annotation."""
    raw = annotations(obj).get(_HPA_CONDITIONS)
    if raw is None:
        return _scaling(())
    try:
        found = json.loads(raw)
    except ValueError as error:
        raise CheckError(f"failed to convert conditions annotation to typed: {error}") from error
    if found is None:
        found = []
    if not isinstance(found, list) or not all(isinstance(item, Mapping) for item in found):
        raise CheckError("failed to convert conditions annotation to typed")
    lowered = [{str(key).lower(): value for key, value in item.items()} for item in found]
    return _scaling(lowered)


def _scaling(conditions: Iterable[Mapping[str, Any]]) -> Health:
    entries = list(conditions)
    for entry in entries:
        if (entry.get("type"), entry.get("reason")) in _HPA_DEGRADED:
            return Health(DEGRADED, text(entry.get("message")))
    for entry in entries:
        is_known = entry.get("type") in {"AbleToScale", "ScalingLimited"}
        if is_known and entry.get("status") == "True":
            return Health(HEALTHY, text(entry.get("message")))
    return Health(PROGRESSING, "Waiting to Autoscale")


def api_service(obj: Struct) -> Health:
    """Judge an APIService by its condition Available."""
    found = at(obj, "status", "conditions")
    for entry in found if isinstance(found, list) else ():
        if isinstance(entry, Mapping) and entry.get("type") == "Available":
            message = f"{text(entry.get('reason'))}: {text(entry.get('message'))}"
            return Health(HEALTHY if entry.get("status") == "True" else PROGRESSING, message)
    return Health(PROGRESSING, "Waiting to be processed")
