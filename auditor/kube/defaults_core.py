"""Defaults of the core group: pods, services, volumes, claims, namespaces.

Mirrors k8s.io/kubernetes `pkg/apis/core/v1/defaults.go`.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

_MODE = 0o644
_IMAGE = re.compile(
    r"(?:(?:localhost|[\w.-]*[.:][\w.-]*(?::[0-9]+)?|\[[0-9a-fA-F:]+\](?::[0-9]+)?)/)?"
    r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*"
    r"(?::(?P<tag>\w[\w.-]{0,127}))?(?P<digest>@[A-Za-z][\w+.-]*:[0-9a-fA-F]{32,})?",
    re.ASCII,
)

Struct = dict[str, Any]


def put(obj: Struct, **defaults: Any) -> None:
    """Set every key that is absent, null or the zero value of its type."""
    for key, value in defaults.items():
        if not obj.get(key):
            obj[key] = value


def put_absent(obj: Struct, **defaults: Any) -> None:
    """Set every key whose pointer is nil: false and 0 stay."""
    for key, value in defaults.items():
        if obj.get(key) is None:
            obj[key] = value


def inner(obj: Struct, key: str) -> Struct:
    """Return a struct inside, made where absent."""
    if not isinstance(obj.get(key), dict):
        obj[key] = {}
    found: Struct = obj[key]
    return found


def items(obj: Any, key: str) -> list[Struct]:
    """Return the structs of a list."""
    found = obj.get(key) if isinstance(obj, dict) else None
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def pull_policy(image: Any) -> str:
    """Return `Always` for the tag latest, written or implied."""
    match = _IMAGE.fullmatch(image) if isinstance(image, str) else None
    if match is None:
        return "IfNotPresent"
    tag = match["tag"] or ("" if match["digest"] else "latest")
    return "Always" if tag == "latest" else "IfNotPresent"


def _container(obj: Struct) -> None:
    put(
        obj,
        imagePullPolicy=pull_policy(obj.get("image")),
        terminationMessagePath="/dev/termination-log",
        terminationMessagePolicy="File",
    )


def _pod_spec(obj: Struct) -> None:
    put(obj, dnsPolicy="ClusterFirst", restartPolicy="Always", schedulerName="default-scheduler")
    put_absent(obj, securityContext={}, terminationGracePeriodSeconds=30)


def _pod(obj: Struct) -> None:
    spec = inner(obj, "spec")
    for container in (*items(spec, "containers"), *items(spec, "initContainers")):
        resources = container.get("resources")
        limits = resources.get("limits") if isinstance(resources, dict) else None
        if isinstance(resources, dict) and limits is not None:
            resources["requests"] = {**limits, **(resources.get("requests") or {})}
        if spec.get("hostNetwork"):
            for port in items(container, "ports"):
                put(port, hostPort=port.get("containerPort", 0))
    put_absent(spec, enableServiceLinks=True)


def _probe(obj: Struct) -> None:
    put(obj, timeoutSeconds=1, periodSeconds=10, successThreshold=1, failureThreshold=3)


def _volume(obj: Struct) -> None:
    if not any(value is not None for key, value in obj.items() if key != "name"):
        obj["emptyDir"] = {}
    image = obj.get("image")
    if isinstance(image, dict):
        put(image, pullPolicy=pull_policy(image.get("reference")))


def _service(obj: Struct) -> None:
    spec = inner(obj, "spec")
    put(spec, sessionAffinity="None", type="ClusterIP")
    if spec["sessionAffinity"] == "None":
        spec.pop("sessionAffinityConfig", None)
    if spec["sessionAffinity"] == "ClientIP":
        client = (spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}
        if client.get("timeoutSeconds") is None:
            spec["sessionAffinityConfig"] = {"clientIP": {"timeoutSeconds": 10800}}
    for port in items(spec, "ports"):
        put(port, protocol="TCP", targetPort=port.get("port", 0))
    _traffic(obj, spec)


def _traffic(obj: Struct, spec: Struct) -> None:
    kind = spec["type"]
    is_external = kind in {"LoadBalancer", "NodePort"} or (
        kind == "ClusterIP" and spec.get("externalIPs")
    )
    if is_external:
        put(spec, externalTrafficPolicy="Cluster")
    if kind in {"NodePort", "LoadBalancer", "ClusterIP"}:
        put_absent(spec, internalTrafficPolicy="Cluster")
    if kind == "LoadBalancer":
        put_absent(spec, allocateLoadBalancerNodePorts=True)
        balancer = (obj.get("status") or {}).get("loadBalancer") or {}
        for ingress in items(balancer, "ingress"):
            if ingress.get("ip"):
                put_absent(ingress, ipMode="VIP")


def _persistent_volume(obj: Struct) -> None:
    put(inner(obj, "status"), phase="Pending")
    put(inner(obj, "spec"), persistentVolumeReclaimPolicy="Retain")
    put_absent(inner(obj, "spec"), volumeMode="Filesystem")


def _claim(obj: Struct) -> None:
    put(inner(obj, "status"), phase="Pending")


def _namespace(obj: Struct) -> None:
    metadata = inner(obj, "metadata")
    if metadata.get("name"):
        labels = metadata.get("labels") or {}
        metadata["labels"] = {**labels, "kubernetes.io/metadata.name": metadata["name"]}


def _node_status(obj: Struct) -> None:
    if obj.get("capacity") is not None:
        put_absent(obj, allocatable=dict(obj["capacity"]))


def _limit_range_item(obj: Struct) -> None:
    if obj.get("type") == "Container":
        limits = {**(obj.get("max") or {}), **(obj.get("default") or {})}
        requests = {**(obj.get("min") or {}), **limits, **(obj.get("defaultRequest") or {})}
        for key, value in (("default", limits), ("defaultRequest", requests)):
            if value:
                obj[key] = value


def _replication_controller(obj: Struct) -> None:
    spec = inner(obj, "spec")
    template = spec.get("template")
    labels = (template.get("metadata") or {}).get("labels") if isinstance(template, dict) else None
    if labels:
        spec["selector"] = spec.get("selector") or dict(labels)
        metadata = inner(obj, "metadata")
        metadata["labels"] = metadata.get("labels") or dict(labels)
    put_absent(spec, replicas=1)


def _zero(**defaults: Any) -> Callable[[Struct], None]:
    return lambda obj: put(obj, **defaults)


def _absent(**defaults: Any) -> Callable[[Struct], None]:
    return lambda obj: put_absent(obj, **defaults)


SETTERS: Final[Mapping[str, Callable[[Struct], None]]] = {
    "core/v1.Container": _container,
    "core/v1.EphemeralContainer": _container,
    "core/v1.PodSpec": _pod_spec,
    "core/v1.Pod": _pod,
    "core/v1.Probe": _probe,
    "core/v1.Volume": _volume,
    "core/v1.Service": _service,
    "core/v1.PersistentVolume": _persistent_volume,
    "core/v1.PersistentVolumeClaim": _claim,
    "core/v1.PersistentVolumeClaimSpec": _absent(volumeMode="Filesystem"),
    "core/v1.Namespace": _namespace,
    "core/v1.NamespaceStatus": _zero(phase="Active"),
    "core/v1.NodeStatus": _node_status,
    "core/v1.LimitRangeItem": _limit_range_item,
    "core/v1.ReplicationController": _replication_controller,
    "core/v1.Secret": _zero(type="Opaque"),
    "core/v1.EndpointPort": _zero(protocol="TCP"),
    "core/v1.ContainerPort": _zero(protocol="TCP"),
    "core/v1.HTTPGetAction": _zero(path="/", scheme="HTTP"),
    "core/v1.GRPCAction": _absent(service=""),
    "core/v1.ObjectFieldSelector": _zero(apiVersion="v1"),
    "core/v1.FileKeySelector": _absent(optional=False),
    "core/v1.SecretVolumeSource": _absent(defaultMode=_MODE),
    "core/v1.ConfigMapVolumeSource": _absent(defaultMode=_MODE),
    "core/v1.DownwardAPIVolumeSource": _absent(defaultMode=_MODE),
    "core/v1.ProjectedVolumeSource": _absent(defaultMode=_MODE),
    "core/v1.ServiceAccountTokenProjection": _absent(expirationSeconds=3600),
    "core/v1.HostPathVolumeSource": _absent(type=""),
    "core/v1.AzureDiskVolumeSource": _absent(
        cachingMode="ReadWrite", fsType="ext4", readOnly=False, kind="Shared"
    ),
}
