"""The value of `argocd.argoproj.io/tracking-id` (util/argo/resource_tracking.go)."""

from dataclasses import dataclass
from typing import Self

from auditor.kube.ref import ResourceRef


@dataclass(frozen=True, slots=True)
class TrackingId:
    """Which Application claims which object; controllers copy the annotation to other objects."""

    instance: str
    """Application name, or `<namespace>_<name>` outside Argo CD's own namespace."""
    object: ResourceRef

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read `instance:group/kind:namespace/name`; None where it is something else."""
        parts = text.split(":")
        if len(parts) < 3:
            return None
        group, slash, kind = parts[1].partition("/")
        # names of RBAC objects may hold colons
        namespace, second_slash, name = ":".join(parts[2:]).partition("/")
        if not slash or not second_slash:
            return None
        return cls(parts[0], ResourceRef(group, kind, namespace, name))

    def matches(self, ref: ResourceRef) -> bool:
        """Say whether the object that carries it is the one it speaks of (state.go, isSelfRef…)."""
        same_kind = (self.object.group, self.object.kind) == (ref.group, ref.kind)
        same_namespace = not ref.namespace or self.object.namespace == ref.namespace
        return same_kind and same_namespace and self.object.name == ref.name
