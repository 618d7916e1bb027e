"""What a sync with RespectIgnoreDifferences=true applies in place of the target.

Mirrors `normalizeTargetResources` and `restoreNonIgnoredFields` of upstream
`controller/sync.go`. Custom resources are patched as JSON, as without their OpenAPI schema.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from auditor.argocd.ignore_differences import IgnoreRule
from auditor.argocd.normalise import Object, normalise
from auditor.argocd.settings import Settings
from auditor.kube import merge, strategic_apply
from auditor.kube.merge import canonical, is_same
from auditor.kube.strategic_lists import PatchError
from auditor.kube.types import struct_of


def applied(
    target: Mapping[str, Any],
    live: Mapping[str, Any] | None,
    rules: Iterable[IgnoreRule],
    settings: Settings,
) -> tuple[Object | None, str | None]:
    """Return the object that is applied, or the error that stops the sync."""
    normal = normalise(target, live, rules, settings)
    if normal.error is not None or normal.target is None:
        return None, normal.error
    original = canonical(target)
    if not isinstance(live, Mapping):
        return original, None
    before = {key: value for key, value in (normal.live or {}).items() if key != "status"}
    after = {key: value for key, value in canonical(live).items() if key != "status"}
    schema = struct_of(normal.target.get("apiVersion"), normal.target.get("kind"))
    try:
        if schema is None:
            patched = merge.apply(normal.target, merge.create(before, after))
        else:
            patch = strategic_apply.three_way(after, after, before, schema)
            patched = strategic_apply.apply(normal.target, patch, schema)
    except PatchError as error:
        return None, str(error)
    return _restored(patched, original, normal.target, normal.live or {}), None


def _restored(
    patched: Mapping[str, Any],
    original: Mapping[str, Any],
    normal_target: Mapping[str, Any],
    normal_live: Mapping[str, Any],
) -> Object:
    """Undo what patching a parent as a whole did to fields that are not ignored."""
    result = dict(patched)
    for key, wanted in original.items():
        is_untouched = key in normal_target and is_same(normal_target[key], wanted)
        inner, normal = result.get(key), normal_target.get(key)
        if (
            isinstance(inner, Mapping)
            and isinstance(wanted, Mapping)
            and isinstance(normal, Mapping)
        ):
            live = normal_live.get(key)
            result[key] = _restored(
                inner, wanted, normal, live if isinstance(live, Mapping) else {}
            )
        elif is_untouched:
            result[key] = wanted
    return {
        key: value for key, value in result.items() if key in original or key not in normal_live
    }
