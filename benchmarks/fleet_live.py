"""Objects as a cluster holds them: tracked, defaulted, with status and owners."""

import copy
import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from benchmarks.fleet_objects import Raw

BORN: Final = "2026-03-02T06:00:00Z"
SYNCED: Final = "2026-03-02T06:00:30Z"
CHANGED: Final = "2026-03-29T21:15:00Z"
TRACKING: Final = "argocd.argoproj.io/tracking-id"
_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
_MERGE_KEYS: Final = {"containers": "name", "ports": "name", "conditions": "type", "env": "name"}
_ENCODER: Final = msgspec.json.Encoder(order="sorted")

_CONTAINER: Final = {
    "imagePullPolicy": "IfNotPresent",
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
}
_POD: Final = {
    "dnsPolicy": "ClusterFirst",
    "restartPolicy": "Always",
    "schedulerName": "default-scheduler",
    "securityContext": {},
    "terminationGracePeriodSeconds": 30,
}


def live(application: str, target: Mapping[str, Any]) -> Raw:
    """Return `target` as applied by Argo CD: tracked, defaulted, with status and owners."""
    raw: Raw = copy.deepcopy(dict(target))
    meta = raw["metadata"]
    group = raw["apiVersion"].rpartition("/")[0]
    place = f"{meta['namespace']}/{meta['name']}"
    meta["annotations"] = {TRACKING: f"{application}:{group}/{raw['kind']}:{place}"}
    applied = _ENCODER.encode(raw).decode() + "\n"
    meta["annotations"][_APPLIED] = applied
    _default(raw)
    own = owned(raw)
    uid = hashlib.sha256(f"{raw['kind']} {place}".encode()).hexdigest()
    meta |= {
        "creationTimestamp": BORN,
        "generation": 1,
        "resourceVersion": str(int(uid[:8], 16)),
        "uid": f"{uid[:8]}-{uid[8:12]}-4{uid[13:16]}-8{uid[17:20]}-{uid[20:32]}",
        "managedFields": [entry(raw, "argocd-controller", own, SYNCED)],
    }
    if status := _status(raw):
        raw["status"] = status
        by = {"ExternalSecret": "external-secrets"}.get(raw["kind"], "kube-controller-manager")
        said = {**entry(raw, by, owned({"status": status}), SYNCED), "subresource": "status"}
        meta["managedFields"].append(said)
    return raw


def entry(raw: Mapping[str, Any], manager: str, fields: Raw, time: str) -> Raw:
    """Return one entry of `metadata.managedFields`."""
    return {
        "manager": manager,
        "operation": "Update",
        "apiVersion": raw["apiVersion"],
        "fieldsType": "FieldsV1",
        "fieldsV1": fields,
        "time": time,
    }


def owned(value: Mapping[str, Any]) -> Raw:
    """Return the FieldsV1 of everything in `value` that an API server records."""
    return {
        f"f:{key}": _owned(key, inner)
        for key, inner in sorted(value.items())
        if key not in ("apiVersion", "kind", "name", "namespace") or "metadata" not in value
        if not (key == "metadata" and not inner)
    }


def _owned(key: str, value: Any) -> Raw:
    if isinstance(value, Mapping):
        inner = {f"f:{name}": _owned(name, one) for name, one in sorted(value.items())}
        if key == "metadata":
            inner = {name: one for name, one in inner.items() if name not in _IDENTITY}
        return inner
    merge_key = _MERGE_KEYS.get(key)
    if isinstance(value, list) and merge_key:
        return {".": {}} | {
            f'k:{{"{merge_key}":"{one[merge_key]}"}}': {".": {}, **owned(one)} for one in value
        }
    return {}


_IDENTITY: Final = ("f:name", "f:namespace")


def change(raw: Raw, kind: int) -> None:
    """Let somebody else change a live object in place: a person, an autoscaler, a controller."""
    meta = raw["metadata"]
    match raw["kind"]:
        case "Deployment" if kind == 0:
            raw["spec"]["replicas"] = 4
            fields: Raw = {"f:spec": {"f:replicas": {}}}
            scaled = entry(raw, "kube-controller-manager", fields, CHANGED)
            meta["managedFields"].append({**scaled, "subresource": "scale"})
        case "Deployment":
            container = raw["spec"]["template"]["spec"]["containers"][0]
            container["image"] = container["image"].rpartition(":")[0] + ":hotfix"
            image: Raw = {'k:{"name":"app"}': {"f:image": {}}}
            pods = {"f:template": {"f:spec": {"f:containers": image}}}
            meta["managedFields"].append(entry(raw, "kubectl-edit", {"f:spec": pods}, CHANGED))
        case "Ingress":
            raw["spec"]["rules"][0]["host"] = "acme." + raw["spec"]["rules"][0]["host"]
            fields = {"f:spec": {"f:rules": {}}}
            meta["managedFields"].append(entry(raw, "cert-manager-acme", fields, CHANGED))
        case _:
            raw["data"]["LOG_LEVEL"] = "debug"
            fields = {"f:data": {"f:LOG_LEVEL": {}}}
            meta["managedFields"].append(entry(raw, "kubectl-patch", fields, CHANGED))


def _default(raw: Raw) -> None:
    """Fill in place what an API server fills."""
    spec = raw.get("spec", {})
    for pods in _pod_templates(spec):
        pods["spec"] |= _POD | {"serviceAccount": pods["spec"]["serviceAccountName"]}
        for container in pods["spec"]["containers"]:
            container.update(_CONTAINER)
            for port in container["ports"]:
                port["protocol"] = "TCP"
    match raw["kind"]:
        case "Deployment":
            rolling = {"maxSurge": "25%", "maxUnavailable": "25%"}
            spec |= {
                "progressDeadlineSeconds": 600,
                "revisionHistoryLimit": 10,
                "strategy": {"type": "RollingUpdate", "rollingUpdate": rolling},
            }
        case "StatefulSet":
            spec |= {
                "persistentVolumeClaimRetentionPolicy": {
                    "whenDeleted": "Retain",
                    "whenScaled": "Retain",
                },
                "podManagementPolicy": "OrderedReady",
                "revisionHistoryLimit": 10,
                "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
            }
        case "Service":
            spec |= {
                "clusterIP": "10.96.0.9",
                "clusterIPs": ["10.96.0.9"],
                "internalTrafficPolicy": "Cluster",
                "ipFamilies": ["IPv4"],
                "ipFamilyPolicy": "SingleStack",
                "sessionAffinity": "None",
                "type": "ClusterIP",
            }
            spec["ports"][0]["protocol"] = "TCP"
        case _:
            pass


def _pod_templates(spec: Raw) -> Iterator[Raw]:
    if "template" in spec:
        yield spec["template"]


def _status(raw: Mapping[str, Any]) -> Raw:
    match raw["kind"]:
        case "Deployment":
            number = raw["spec"]["replicas"]
            return {
                "observedGeneration": 1,
                "replicas": number,
                "readyReplicas": number,
                "availableReplicas": number,
                "updatedReplicas": number,
                "conditions": [
                    condition("Available", "MinimumReplicasAvailable"),
                    condition("Progressing", "NewReplicaSetAvailable"),
                ],
            }
        case "StatefulSet":
            return {
                "observedGeneration": 1,
                "replicas": 1,
                "readyReplicas": 1,
                "availableReplicas": 1,
                "currentReplicas": 1,
                "updatedReplicas": 1,
                "currentRevision": "cache-6455b5688d",
                "updateRevision": "cache-6455b5688d",
            }
        case "ExternalSecret":
            return {"conditions": [condition("Ready", "SecretSynced")], "refreshTime": CHANGED}
        case "Ingress" | "Service":
            return {"loadBalancer": {}}
        case _:
            return {}


def condition(kind: str, reason: str, status: str = "True", message: str = "") -> Raw:
    """Return one entry of `status.conditions`."""
    return {
        "type": kind,
        "status": status,
        "reason": reason,
        "message": message or reason,
        "lastTransitionTime": SYNCED,
    }
