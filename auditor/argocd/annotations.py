"""Options in annotations; mirrors gitops-engine `pkg/sync/resource/annotations.go`."""

from collections.abc import Mapping
from typing import Any

from auditor.kube.go_text import trim_space
from auditor.kube.manifest import at

SYNC_OPTIONS = "argocd.argoproj.io/sync-options"
SYNC_WAVE = "argocd.argoproj.io/sync-wave"
HOOK = "argocd.argoproj.io/hook"
HOOK_DELETE_POLICY = "argocd.argoproj.io/hook-delete-policy"
DELETION_APPROVED = "argocd.argoproj.io/deletion-approved"
REFRESH = "argocd.argoproj.io/refresh"
RESOURCE_POLICY = "helm.sh/resource-policy"


def annotations(obj: Any) -> dict[str, str]:
    """Return the annotations as `Unstructured.GetAnnotations` does.

    A null counts as an empty text, and one value of another type makes the object count as having
    no annotations at all.
    """
    return string_map(at(obj, "metadata", "annotations"))


def labels(obj: Any) -> dict[str, str]:
    """Return the labels as `Unstructured.GetLabels` does, by the rules of `annotations`."""
    return string_map(at(obj, "metadata", "labels"))


def string_map(raw: Any) -> dict[str, str]:
    """Return a mapping of texts; nulls are empty, anything else empties the mapping."""
    if not isinstance(raw, Mapping):
        return {}
    out = {key: "" if value is None else value for key, value in raw.items()}
    return out if all(isinstance(value, str) for value in out.values()) else {}


def items(obj: Any, key: str) -> tuple[str, ...]:
    """Return the trimmed items of the annotation `key`, each once, in order."""
    raw = at(obj, "metadata", "annotations")
    if not isinstance(raw, Mapping) or key not in raw:
        return ()  # of nearly every object, and at once
    parts = (trim_space(part) for part in string_map(raw).get(key, "").split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def has_option(obj: Any, key: str, option: str) -> bool:
    """Tell whether `option` stands in the annotation `key`, compared byte for byte."""
    return option in items(obj, key)


def option_value(obj: Any, key: str, option_key: str) -> str | None:
    """Return what follows the first `option_key=` in the annotation `key`, or None."""
    prefix = option_key + "="
    return next(
        (item.removeprefix(prefix) for item in items(obj, key) if item.startswith(prefix)), None
    )
