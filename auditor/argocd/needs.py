"""What the workloads of one Application need of another."""

from collections.abc import Iterable

from auditor.kube.loose import text
from auditor.kube.manifest import Manifest
from auditor.kube.pod_references import Reference, pod_references


def needed_from(
    users: Iterable[Manifest], makers: Iterable[Manifest], namespace: str
) -> tuple[Reference, ...]:
    """Return what workloads among `users` refer to in `namespace` and only `makers` make."""
    inside = [m for m in users if m.ref.namespace == namespace]
    needed = {reference for m in inside for reference in pod_references(m.raw)}
    there = {made(m) for m in makers if m.ref.namespace == namespace}
    return tuple(sorted(needed & there - {made(m) for m in inside}))


def made(manifest: Manifest) -> Reference:
    """Return what a pod would refer to: operators turn an ExternalSecret into a Secret."""
    if manifest.ref.kind == "ExternalSecret":
        return "Secret", text(manifest.raw, "spec", "target", "name") or manifest.ref.name
    if manifest.ref.kind == "SealedSecret":
        return "Secret", manifest.ref.name
    return manifest.ref.kind, manifest.ref.name


def secrets_needed(manifest: Manifest) -> frozenset[str]:
    """Return the Secrets, as `namespace/name`, that the pods of a workload refer to."""
    namespace = manifest.ref.namespace
    found = pod_references(manifest.raw)
    return frozenset(f"{namespace}/{name}" for kind, name in found if kind == "Secret")
