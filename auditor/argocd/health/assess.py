"""Which check an object gets, and its outcome.

Mirrors `GetResourceHealth` of upstream gitops-engine `pkg/health/health.go` and
`ResourceHealthOverrides` of `util/lua/lua.go`.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from auditor.argocd.health import core, custom, shipped, workloads
from auditor.argocd.health.status import PROGRESSING, UNKNOWN, CheckError, Health
from auditor.argocd.hooks import is_hook
from auditor.argocd.objects import group_kind, metadata, name_of, namespace_of, text
from auditor.argocd.settings import Settings
from auditor.kube.typed import TypeMismatchError, round_trip

_HOOK_FINALIZER = "argocd.argoproj.io/hook-finalizer"

Check = Callable[[Mapping[str, Any]], Health]

_TYPED: Final[Mapping[tuple[str, str], tuple[str, Check]]] = {
    ("apps/v1", "Deployment"): ("apps/v1.Deployment", workloads.deployment),
    ("apps/v1", "StatefulSet"): ("apps/v1.StatefulSet", workloads.stateful_set),
    ("apps/v1", "DaemonSet"): ("apps/v1.DaemonSet", workloads.daemon_set),
    ("apps/v1", "ReplicaSet"): ("apps/v1.ReplicaSet", workloads.replica_set),
    ("batch/v1", "Job"): ("batch/v1.Job", workloads.job),
    ("v1", "Service"): ("core/v1.Service", core.service),
    ("v1", "PersistentVolumeClaim"): ("core/v1.PersistentVolumeClaim", core.claim),
    ("autoscaling/v2", "HorizontalPodAutoscaler"): (
        "autoscaling/v2.HorizontalPodAutoscaler",
        core.autoscaler,
    ),
    ("autoscaling/v1", "HorizontalPodAutoscaler"): (
        "autoscaling/v1.HorizontalPodAutoscaler",
        core.autoscaler_v1,
    ),
}
_CHECKED: Final = {
    ("apps", "Deployment"): "Deployment",
    ("apps", "StatefulSet"): "StatefulSet",
    ("apps", "ReplicaSet"): "ReplicaSet",
    ("apps", "DaemonSet"): "DaemonSet",
    ("batch", "Job"): "Job",
    ("autoscaling", "HorizontalPodAutoscaler"): "HPA",
    ("", "Service"): "Service",
    ("", "PersistentVolumeClaim"): "PersistentVolumeClaim",
    ("", "Pod"): "Pod",
    ("apiregistration.k8s.io", "APIService"): "APIService",
}
_UNTYPED: Final[Mapping[tuple[str, str], Check]] = {
    ("extensions", "Ingress"): core.ingress,
    ("networking.k8s.io", "Ingress"): core.ingress,
    ("argoproj.io", "Workflow"): core.workflow,
}


def health(obj: Mapping[str, Any], settings: Settings) -> Health | None:
    """Assess a live object; None where its kind has no check."""
    if _is_being_deleted(obj):
        return Health(PROGRESSING, "Pending deletion")
    try:
        found = _custom_or_shipped(obj, settings)
    except CheckError as error:
        where = f"{namespace_of(obj)}/{name_of(obj)}"
        text_ = f"failed to get resource health for {where}: {error}"
        return Health(UNKNOWN, str(error), text_)
    if found is not None:
        return found
    try:
        return _built_in(obj)
    except CheckError as error:
        return Health(UNKNOWN, str(error), str(error))


def _is_being_deleted(obj: Mapping[str, Any]) -> bool:
    finalizers = metadata(obj).get("finalizers")
    is_hook_held = isinstance(finalizers, list) and _HOOK_FINALIZER in finalizers
    stamp = text(metadata(obj).get("deletionTimestamp"))
    try:
        is_stamped = bool(stamp) and round_trip("time", stamp) is not None
    except TypeMismatchError:
        is_stamped = False
    return is_stamped and not is_hook_held


def _custom_or_shipped(obj: Mapping[str, Any], settings: Settings) -> Health | None:
    script = custom.script_of(obj, settings.resource_overrides)
    if script is not None:
        return custom.run(obj, script)
    return shipped.health(obj)


def _built_in(obj: Mapping[str, Any]) -> Health | None:
    """Run the check compiled into Argo CD. Raises CheckError."""
    group, kind = group_kind(obj)
    if (group, kind) in _UNTYPED:
        return _UNTYPED[group, kind](obj)
    if (group, kind) not in _CHECKED:
        return None
    version = text(obj.get("apiVersion"))
    if kind == "APIService" and version in {
        "apiregistration.k8s.io/v1",
        "apiregistration.k8s.io/v1beta1",
    }:
        return core.api_service(obj)
    if (version, kind) == ("v1", "Pod"):
        return core.pod(_typed("core/v1.Pod", "Pod", obj), is_hook=is_hook(obj))
    if (version, kind) not in _TYPED:
        raise CheckError(f"unsupported {_CHECKED[group, kind]} GVK: {_gvk(version, kind)}")
    struct, check = _TYPED[version, kind]
    return check(_typed(struct, _CHECKED[group, kind], obj))


def _typed(struct: str, kind: str, obj: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = round_trip(struct, dict(obj))
    except TypeMismatchError as error:
        raise CheckError(f"failed to convert unstructured {kind} to typed: {error}") from error
    return found


def _gvk(api_version: str, kind: str) -> str:
    return f"{api_version}, Kind={kind}"
