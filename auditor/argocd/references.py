"""Which other objects an Ingress, HTTPRoute, HorizontalPodAutoscaler or ScaledObject names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from auditor.kube.loose import mapping, mappings, text
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef, group_of

_BY_ANNOTATION: Final = "use-annotation"
"""Port name that makes the AWS load balancer controller read an annotation instead."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One name in a field of an object."""

    pointer: str
    target: ResourceRef


def references(manifest: Manifest, namespace: str) -> Iterator[Reference]:
    """Yield what `manifest` names; `namespace` is its own."""
    group, kind = manifest.ref.group, manifest.ref.kind
    spec = manifest.mapping("spec")
    match group, kind:
        case ("networking.k8s.io" | "extensions", "Ingress"):
            yield from _ingress(spec, namespace)
        case ("gateway.networking.k8s.io", "HTTPRoute"):
            yield from _route(spec, namespace)
        case ("autoscaling", "HorizontalPodAutoscaler"):
            yield from _target(spec, namespace, "", "")
        case ("keda.sh", "ScaledObject"):
            yield from _target(spec, namespace, "apps", "Deployment")
        case _:
            return


def _ingress(spec: Mapping[str, Any], namespace: str) -> Iterator[Reference]:
    for field in ("defaultBackend", "backend"):
        yield from _backend(mapping(spec, field), namespace, f"/spec/{field}")
    for i, rule in enumerate(mappings(spec, "rules")):
        for j, path in enumerate(mappings(rule, "http", "paths")):
            where = f"/spec/rules/{i}/http/paths/{j}/backend"
            yield from _backend(mapping(path, "backend"), namespace, where)


def _backend(backend: Mapping[str, Any], namespace: str, where: str) -> Iterator[Reference]:
    ports = (text(backend, "service", "port", "name"), text(backend, "servicePort"))
    if _BY_ANNOTATION in ports:
        return
    if name := text(backend, "service", "name"):
        target = ResourceRef("", "Service", namespace, name)
        yield Reference(f"{where}/service/name", target)
    elif name := text(backend, "serviceName"):
        yield Reference(f"{where}/serviceName", ResourceRef("", "Service", namespace, name))


def _route(spec: Mapping[str, Any], namespace: str) -> Iterator[Reference]:
    for i, rule in enumerate(mappings(spec, "rules")):
        for j, backend in enumerate(mappings(rule, "backendRefs")):
            is_service = (text(backend, "group"), text(backend, "kind") or "Service") == (
                "",
                "Service",
            )
            if is_service and (name := text(backend, "name")):
                there = text(backend, "namespace") or namespace
                target = ResourceRef("", "Service", there, name)
                yield Reference(f"/spec/rules/{i}/backendRefs/{j}/name", target)


def _target(spec: Mapping[str, Any], namespace: str, group: str, kind: str) -> Iterator[Reference]:
    found = mapping(spec, "scaleTargetRef")
    name = text(found, "name")
    kind = text(found, "kind") or kind
    if name and kind:
        version = text(found, "apiVersion")
        target = ResourceRef(group_of(version) if version else group, kind, namespace, name)
        yield Reference("/spec/scaleTargetRef/name", target)
