"""What is aligned in both objects before they are diffed, whatever the rules say.

Mirrors `Normalize`, `NormalizeSecret`, `normalizeRole`, `normalizeEndpoint` and
`removeNamespaceAnnotation` of upstream gitops-engine `pkg/diff/diff.go`.
"""

import base64
import json
from typing import Any, Final

from auditor.argocd.objects import group_kind
from auditor.kube.typed import TypeMismatchError, round_trip

LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
_RBAC = "rbac.authorization.k8s.io"


def normalise(obj: dict[str, Any], *, ignores_aggregated_roles: bool = False) -> dict[str, Any]:
    """Return the object without creationTimestamp, with Secret, Role and Endpoints aligned."""
    result = dict(obj)
    metadata = result.get("metadata")
    if isinstance(metadata, dict) and "creationTimestamp" in metadata:
        rest = {key: item for key, item in metadata.items() if key != "creationTimestamp"}
        result["metadata"] = rest
    match group_kind(result):
        case ("", "Secret"):
            return secret(result)
        case (group, "ClusterRole" | "Role") if group == _RBAC:
            return _role(result, ignores_aggregated=ignores_aggregated_roles)
        case ("", "Endpoints"):
            return _endpoints(result)
        case _:
            return result


def secret(obj: dict[str, Any]) -> dict[str, Any]:
    """Move `stringData` into `data` and turn null values into empty ones."""
    result = dict(obj)
    texts = result.get("stringData")
    if isinstance(texts, dict):
        data = dict(result["data"]) if isinstance(result.get("data"), dict) else {}
        data.update({key: _encoded(value) for key, value in texts.items()})
        result["data"] = data
        del result["stringData"]
    try:
        typed = round_trip("core/v1.Secret", result)
    except TypeMismatchError:
        return result
    if isinstance(result.get("data"), dict):
        data = typed.get("data")
        result["data"] = None if not data else {key: item or "" for key, item in data.items()}
    return result


def without_namespace(obj: dict[str, Any]) -> dict[str, Any]:
    """Drop `metadata.namespace` and empty annotations, which Git often leaves out."""
    metadata = obj.get("metadata")
    if not isinstance(metadata, dict):
        return obj
    rest = {key: item for key, item in metadata.items() if key != "namespace"}
    if "annotations" in rest and rest["annotations"] in (None, {}):
        del rest["annotations"]
    return {**obj, "metadata": rest}


def last_applied(obj: Any) -> dict[str, Any] | None:
    """Return the object in the last-applied annotation; None where there is none to read."""
    metadata = obj.get("metadata") if isinstance(obj, dict) else None
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    if not isinstance(annotations, dict):
        return None
    text = annotations.get(LAST_APPLIED)
    if not isinstance(text, str) or any(not isinstance(v, str) for v in annotations.values()):
        return None
    try:
        found = json.loads(text)
    except ValueError:
        return None
    has_kind = isinstance(found, dict) and isinstance(found.get("kind"), str) and found["kind"]
    return found if has_kind else None


def _encoded(value: Any) -> Any:
    return base64.b64encode(value.encode()).decode("ascii") if isinstance(value, str) else value


def _role(obj: dict[str, Any], *, ignores_aggregated: bool) -> dict[str, Any]:
    if ignores_aggregated and isinstance(obj.get("aggregationRule"), dict):
        return {**obj, "rules": None}
    return {**obj, "rules": None} if obj.get("rules") == [] else obj


def _endpoints(obj: dict[str, Any]) -> dict[str, Any]:
    try:
        typed: dict[str, Any] = round_trip("core/v1.Endpoints", obj)
    except TypeMismatchError:
        return obj
    subsets = typed.get("subsets") or []
    for subset in subsets:
        for port in subset.get("ports") or ():
            port["protocol"] = port.get("protocol") or "TCP"
        for key in ("addresses", "notReadyAddresses"):
            if subset.get(key):
                subset[key] = sorted(subset[key], key=_address_key)
        if subset.get("ports"):
            subset["ports"] = sorted(subset["ports"], key=_canonical)
    if subsets:
        typed["subsets"] = sorted(subsets, key=_canonical)
    return typed


def _address_key(address: dict[str, Any]) -> tuple[str, str]:
    reference = address.get("targetRef") or {}
    return str(address.get("ip", "")), str(reference.get("uid", ""))


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
