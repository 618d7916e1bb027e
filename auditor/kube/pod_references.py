"""What the pods of a workload cannot start without: names in the fields of core/v1 PodSpec."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor.kube.loose import is_true, mapping, mappings, text

_TEMPLATES: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("", "Pod"): ("spec",),
    ("apps", "Deployment"): ("spec", "template", "spec"),
    ("apps", "StatefulSet"): ("spec", "template", "spec"),
    ("apps", "DaemonSet"): ("spec", "template", "spec"),
    ("apps", "ReplicaSet"): ("spec", "template", "spec"),
    ("batch", "Job"): ("spec", "template", "spec"),
    ("batch", "CronJob"): ("spec", "jobTemplate", "spec", "template", "spec"),
}
_VOLUMES: Final = (
    ("secret", "secretName", "Secret"),
    ("configMap", "name", "ConfigMap"),
    ("persistentVolumeClaim", "claimName", "PersistentVolumeClaim"),
)

Reference = tuple[str, str]
"""Kind and name, in the namespace of the workload."""


def pod_references(raw: Mapping[str, Any]) -> frozenset[Reference]:
    """Return the Secrets, ConfigMaps, claims and ServiceAccount that `raw` refers to.

    References marked optional are left out, and so are image pull secrets: the kubelet goes on
    without them. Empty for anything but built-in workloads.
    """
    version, slash, _ = text(raw, "apiVersion").partition("/")
    path = _TEMPLATES.get((version if slash else "", text(raw, "kind")))
    if path is None:
        return frozenset()
    spec = mapping(raw, *path)
    found = {*_of_volumes(spec), *_of_containers(spec)}
    if account := text(spec, "serviceAccountName"):
        found.add(("ServiceAccount", account))
    return frozenset((kind, name) for kind, name in found if name)


def _of_volumes(spec: Mapping[str, Any]) -> Iterator[Reference]:
    for volume in mappings(spec, "volumes"):
        sources = (volume, *mappings(volume, "projected", "sources"))
        for source in sources:
            for block, field, kind in _VOLUMES:
                found = mapping(source, block)
                if not is_true(found, "optional"):
                    # A projected secret is named by `name`, a volume by `secretName`.
                    yield kind, text(found, field) or text(found, "name")


def _of_containers(spec: Mapping[str, Any]) -> Iterator[Reference]:
    for container in (*mappings(spec, "initContainers"), *mappings(spec, "containers")):
        blocks = [
            *mappings(container, "envFrom"),
            *(mapping(variable, "valueFrom") for variable in mappings(container, "env")),
        ]
        for block in blocks:
            for field in ("secretRef", "secretKeyRef", "configMapRef", "configMapKeyRef"):
                found = mapping(block, field)
                if not is_true(found, "optional"):
                    kind = "Secret" if field.startswith("secret") else "ConfigMap"
                    yield kind, text(found, "name")
