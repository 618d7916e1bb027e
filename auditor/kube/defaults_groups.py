"""Defaults of the groups beside core: workloads, batch, networking, RBAC, autoscaling, webhooks.

Mirrors `pkg/apis/{apps,batch,networking,rbac,autoscaling,admissionregistration,storage,
scheduling,discovery}` of k8s.io/kubernetes.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from auditor.kube.defaults_core import Struct, inner, put, put_absent

_RBAC = "rbac.authorization.k8s.io"
_ANY_INT32 = 2**31 - 1


def _deployment(obj: Struct) -> None:
    spec = inner(obj, "spec")
    strategy = inner(spec, "strategy")
    put(strategy, type="RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        put_absent(inner(strategy, "rollingUpdate"), maxUnavailable="25%", maxSurge="25%")
    put_absent(spec, replicas=1, revisionHistoryLimit=10, progressDeadlineSeconds=600)


def _daemon_set(obj: Struct) -> None:
    spec = inner(obj, "spec")
    strategy = inner(spec, "updateStrategy")
    put(strategy, type="RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        put_absent(inner(strategy, "rollingUpdate"), maxUnavailable=1, maxSurge=0)
    put_absent(spec, revisionHistoryLimit=10)


def _stateful_set(obj: Struct) -> None:
    spec = inner(obj, "spec")
    put(spec, podManagementPolicy="OrderedReady")
    strategy = inner(spec, "updateStrategy")
    if not strategy.get("type"):
        strategy["type"] = "RollingUpdate"
        inner(strategy, "rollingUpdate")
    if strategy["type"] == "RollingUpdate" and isinstance(strategy.get("rollingUpdate"), dict):
        put_absent(strategy["rollingUpdate"], partition=0)
    put(
        inner(spec, "persistentVolumeClaimRetentionPolicy"),
        whenDeleted="Retain",
        whenScaled="Retain",
    )
    put_absent(spec, replicas=1, revisionHistoryLimit=10)


def _replica_set(obj: Struct) -> None:
    put_absent(inner(obj, "spec"), replicas=1)


def _job(obj: Struct) -> None:
    spec = inner(obj, "spec")
    if spec.get("completions") is None and spec.get("parallelism") is None:
        spec["completions"] = 1
    is_indexed = spec.get("backoffLimitPerIndex") is not None
    has_policy = spec.get("podFailurePolicy") is not None
    put_absent(
        spec,
        parallelism=1,
        backoffLimit=_ANY_INT32 if is_indexed else 6,
        completionMode="NonIndexed",
        suspend=False,
        podReplacementPolicy="Failed" if has_policy else "TerminatingOrFailed",
        manualSelector=False,
    )
    template = spec.get("template") or {}
    labels = (template.get("metadata") or {}).get("labels")
    metadata = inner(obj, "metadata")
    if labels and not metadata.get("labels"):
        metadata["labels"] = dict(labels)


def _cron_job(obj: Struct) -> None:
    spec = inner(obj, "spec")
    put(spec, concurrencyPolicy="Allow")
    put_absent(spec, suspend=False, successfulJobsHistoryLimit=3, failedJobsHistoryLimit=1)


def _network_policy(obj: Struct) -> None:
    spec = inner(obj, "spec")
    if not spec.get("policyTypes"):
        spec["policyTypes"] = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]


def _ingress_class(obj: Struct) -> None:
    parameters = inner(obj, "spec").get("parameters")
    if isinstance(parameters, dict):
        put_absent(parameters, scope="Cluster")


def _binding(obj: Struct) -> None:
    put(inner(obj, "roleRef"), apiGroup=_RBAC)


def _subject(obj: Struct) -> None:
    if obj.get("kind") in {"User", "Group"}:
        put(obj, apiGroup=_RBAC)


def _autoscaler(obj: Struct) -> None:
    put_absent(inner(obj, "spec"), minReplicas=1)


def _autoscaler_v2(obj: Struct) -> None:
    _autoscaler(obj)
    spec = inner(obj, "spec")
    if not spec.get("metrics"):
        target = {"type": "Utilization", "averageUtilization": 80}
        spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    behavior = spec.get("behavior")
    if isinstance(behavior, dict):
        percent = {"type": "Percent", "value": 100, "periodSeconds": 15}
        pods = {"type": "Pods", "value": 4, "periodSeconds": 15}
        _scaling(
            behavior,
            "scaleUp",
            {
                "stabilizationWindowSeconds": 0,
                "selectPolicy": "Max",
                "policies": [pods, percent],
            },
        )
        _scaling(behavior, "scaleDown", {"selectPolicy": "Max", "policies": [percent]})


def _scaling(behavior: Struct, key: str, defaults: Struct) -> None:
    given = behavior.get(key) or {}
    behavior[key] = {**defaults, **{k: v for k, v in given.items() if v is not None}}


def _webhook(obj: Struct) -> None:
    put_absent(
        obj,
        failurePolicy="Fail",
        matchPolicy="Equivalent",
        namespaceSelector={},
        objectSelector={},
        timeoutSeconds=10,
    )


def _mutating_webhook(obj: Struct) -> None:
    _webhook(obj)
    put_absent(obj, reinvocationPolicy="Never")


def _match_resources(obj: Struct) -> None:
    put_absent(obj, matchPolicy="Equivalent", namespaceSelector={}, objectSelector={})


def _storage_class(obj: Struct) -> None:
    put_absent(obj, reclaimPolicy="Delete", volumeBindingMode="Immediate")


def _csi_driver(obj: Struct) -> None:
    spec = inner(obj, "spec")
    put_absent(
        spec,
        attachRequired=True,
        podInfoOnMount=False,
        storageCapacity=False,
        fsGroupPolicy="ReadWriteOnceWithFSType",
        requiresRepublish=False,
        seLinuxMount=False,
    )
    if not spec.get("volumeLifecycleModes"):
        spec["volumeLifecycleModes"] = ["Persistent"]


def _absent(**defaults: Any) -> Callable[[Struct], None]:
    return lambda obj: put_absent(obj, **defaults)


def _condition_pattern(obj: Struct) -> None:
    put(obj, status="True")


_ADMISSION = "admissionregistration/v1."

SETTERS: Final[Mapping[str, Callable[[Struct], None]]] = {
    "apps/v1.Deployment": _deployment,
    "apps/v1.DaemonSet": _daemon_set,
    "apps/v1.StatefulSet": _stateful_set,
    "apps/v1.ReplicaSet": _replica_set,
    "batch/v1.Job": _job,
    "batch/v1.CronJob": _cron_job,
    "batch/v1beta1.CronJob": _cron_job,
    "batch/v1.PodFailurePolicyOnPodConditionsPattern": _condition_pattern,
    "networking/v1.NetworkPolicy": _network_policy,
    "networking/v1.NetworkPolicyPort": _absent(protocol="TCP"),
    "networking/v1.IngressClass": _ingress_class,
    "autoscaling/v1.HorizontalPodAutoscaler": _autoscaler,
    "autoscaling/v2.HorizontalPodAutoscaler": _autoscaler_v2,
    f"{_ADMISSION}ValidatingWebhook": _webhook,
    f"{_ADMISSION}MutatingWebhook": _mutating_webhook,
    f"{_ADMISSION}RuleWithOperations": _absent(scope="*"),
    f"{_ADMISSION}NamedRuleWithOperations": _absent(scope="*"),
    f"{_ADMISSION}ServiceReference": _absent(port=443),
    f"{_ADMISSION}ValidatingAdmissionPolicySpec": _absent(failurePolicy="Fail"),
    f"{_ADMISSION}MutatingAdmissionPolicySpec": _absent(failurePolicy="Fail"),
    f"{_ADMISSION}MatchResources": _match_resources,
    "storage/v1.StorageClass": _storage_class,
    "storage/v1beta1.StorageClass": _storage_class,
    "storage/v1.CSIDriver": _csi_driver,
    "scheduling/v1.PriorityClass": _absent(preemptionPolicy="PreemptLowerPriority"),
    "discovery/v1.EndpointPort": _absent(name="", protocol="TCP"),
    **{
        f"rbac/{version}.{kind}": setter
        for version in ("v1", "v1alpha1", "v1beta1")
        for kind, setter in (
            ("ClusterRoleBinding", _binding),
            ("RoleBinding", _binding),
            ("Subject", _subject),
        )
    },
}
