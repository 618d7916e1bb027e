"""Hooks; mirrors gitops-engine `pkg/sync/hook`, `pkg/sync/ignore`, and `controller/hook.go`."""

from typing import Any

from auditor.argocd.annotations import HOOK, HOOK_DELETE_POLICY, annotations, items
from auditor.kube.go_text import trim_space

HELM_HOOK = "helm.sh/hook"
HELM_DELETE_POLICY = "helm.sh/hook-delete-policy"
FINALIZER = "argocd.argoproj.io/hook-finalizer"

SYNC_PHASES = ("PreSync", "Sync", "PostSync", "SyncFail")
_ENGINE_TYPES = (*SYNC_PHASES, "Skip")
_HELM_TYPES = {
    "pre-install": "PreSync",
    "pre-upgrade": "PreSync",
    "post-upgrade": "PostSync",
    "post-install": "PostSync",
}
_POLICIES = ("HookSucceeded", "HookFailed", "BeforeHookCreation")
_HELM_POLICIES = {
    "before-hook-creation": "BeforeHookCreation",
    "hook-succeeded": "HookSucceeded",
    "hook-failed": "HookFailed",
}
_DELETE_HOOKS = {"PreDelete": "pre-delete", "PostDelete": "post-delete"}


def hook_types(obj: Any) -> tuple[str, ...]:
    """Return the hook types the sync engine knows; Helm's count where no valid Argo CD one is."""
    own = tuple(item for item in items(obj, HOOK) if item in _ENGINE_TYPES)
    if own:
        return own
    return tuple(_HELM_TYPES[item] for item in items(obj, HELM_HOOK) if item in _HELM_TYPES)


def is_skipped(obj: Any) -> bool:
    """Tell whether `Skip` is the only hook type, which leaves the object out of syncs."""
    return hook_types(obj) == ("Skip",)


def is_hook(obj: Any) -> bool:
    """Tell whether the sync engine treats the object as a hook, known type or not."""
    found = annotations(obj)
    if HOOK in found:
        return not is_skipped(obj)
    return HELM_HOOK in found and found[HELM_HOOK] != "crd-install"


def is_ignored(obj: Any) -> bool:
    """Tell whether the object vanishes from the sync: a hook without a type the engine knows."""
    return is_hook(obj) and not hook_types(obj)


def delete_policies(obj: Any) -> tuple[str, ...]:
    """Return when a hook is deleted; `BeforeHookCreation` where nothing valid is written."""
    own = tuple(item for item in items(obj, HOOK_DELETE_POLICY) if item in _POLICIES)
    helm = items(obj, HELM_DELETE_POLICY)
    found = own + tuple(_HELM_POLICIES[item] for item in helm if item in _HELM_POLICIES)
    return found or ("BeforeHookCreation",)


def sync_phases(obj: Any) -> tuple[str, ...]:
    """Return the phases in which the object has a task, in the order of the alphabet."""
    if is_skipped(obj):
        return ()
    if not is_hook(obj):
        return ("Sync",)
    return tuple(sorted({phase for phase in hook_types(obj) if phase in SYNC_PHASES}))


def is_delete_hook(obj: Any, hook_type: str) -> bool:
    """Tell whether the controller runs the object at `PreDelete` or `PostDelete`."""
    found = annotations(obj)
    wanted = {HOOK: hook_type, HELM_HOOK: _DELETE_HOOKS[hook_type]}
    return any(
        text in (trim_space(part) for part in found[key].split(","))
        for key, text in wanted.items()
        if key in found
    )


def is_controller_hook(obj: Any) -> bool:
    """Tell whether controller or engine treat the object as a hook, delete hooks included."""
    return is_hook(obj) or any(is_delete_hook(obj, hook_type) for hook_type in _DELETE_HOOKS)


def has_sync_phase_hook(obj: Any) -> bool:
    """Tell whether the engine would run the object in some phase of a sync as a hook."""
    return any(hook_type in SYNC_PHASES for hook_type in hook_types(obj))
