"""Models of the area about waves, hooks and the order of a sync."""

from auditor.argocd import (
    hooks,
    sync_tasks,
    waves,
)
from tests.golden.case import Answer, Case, Model

_RESOURCES = {
    "v1": {"ConfigMap", "Secret", "Service", "Pod", "Namespace", "ServiceAccount"},
    "apps/v1": {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"},
    "batch/v1": {"Job", "CronJob"},
    "rbac.authorization.k8s.io/v1": {"ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"},
    "networking.k8s.io/v1": {"Ingress", "IngressClass", "NetworkPolicy"},
    "policy/v1": {"PodDisruptionBudget"},
    "apiextensions.k8s.io/v1": {"CustomResourceDefinition"},
}
"""What the fake cluster serves that the vectors were made with."""
_REVISION = "0123456789abcdef0123456789abcdef01234567"
_STARTED_AT = 1704067200


def _hook(case: Case) -> Answer:
    obj = {"metadata": {"annotations": case["annotations"]}}
    return {
        "is_hook": hooks.is_hook(obj),
        "skip": hooks.is_skipped(obj),
        "types": list(hooks.hook_types(obj)),
        "ignored": hooks.is_ignored(obj),
        "delete_policies": list(hooks.delete_policies(obj)),
        "phases": list(hooks.sync_phases(obj)),
    }


def _controller_hook(case: Case) -> Answer:
    obj = {"metadata": {"annotations": case["annotations"]}}
    return {
        "engine_ignored": hooks.is_ignored(obj),
        "engine_is_hook": hooks.is_hook(obj),
        "is_hook": hooks.is_controller_hook(obj),
        "post_delete": hooks.is_delete_hook(obj, "PostDelete"),
        "pre_delete": hooks.is_delete_hook(obj, "PreDelete"),
        "sync_phase_hook": hooks.has_sync_phase_hook(obj),
    }


def _order(case: Case) -> Answer:
    options = case["options"]
    settings = sync_tasks.TaskSettings(
        namespace="app-ns",
        skips_hooks=options["skip_hooks"],
        prunes_last=options["prune_last"],
        creates_namespace=options["create_namespace"] and not options["namespace_exists"],
        revision=_REVISION,
        started_at=_STARTED_AT,
    )
    found = sync_tasks.sync_tasks(case["targets"], case["live"], settings, _RESOURCES)
    return {
        "tasks": [_task(task) for task in found.tasks],
        "failures": [f"{t.ref.kind}/{t.ref.name}: {message}" for t, message in found.failures],
        "multi_step": found.is_multi_step,
        "valid": not found.failures,
    }


def _task(task: sync_tasks.Task) -> Answer:
    ref = task.ref
    return {
        "group": ref.group,
        "kind": ref.kind,
        "namespace": ref.namespace,
        "name": ref.name,
        "hook": task.is_hook,
        "phase": task.phase,
        "prune": task.is_prune,
        "wave": task.wave,
    }


def _wave(case: Case) -> Answer:
    return {"wave": waves.wave({"metadata": {"annotations": case["annotations"]}})}


MODELS: dict[str, dict[str, Model]] = {
    "sync_wave": {
        "wave": _wave,
        "hook": _hook,
        "controller_hook": _controller_hook,
        "order": _order,
    },
}
