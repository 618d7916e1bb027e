"""Kinds of the Kubernetes API by name and path, and those that are always asked for."""

from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True, order=True)
class Kind:
    """One kind the API server knows."""

    group: str
    kind: str
    version: str
    """The version the server prefers among those that have the kind."""
    plural: str
    namespaced: bool
    versions: tuple[str, ...] = ()
    """All served versions that have the kind, the preferred one first."""

    @property
    def is_secret(self) -> bool:
        """Say whether objects of this kind hold secret values."""
        return self.kind == "Secret" and not self.group

    def item(self) -> dict[str, Any]:
        """Return the raw item of the section `live.kinds`."""
        return {
            "group": self.group,
            "version": self.version,
            "kind": self.kind,
            "plural": self.plural,
            "namespaced": self.namespaced,
            "versions": list(self.versions or (self.version,)),
        }

    def path(self, namespace: str = "", name: str = "") -> str:
        """Return the URL path of all objects, of those of one namespace, or of one object."""
        start = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        inside = f"/namespaces/{namespace}" if namespace else ""
        return f"{start}{inside}/{self.plural}" + (f"/{name}" if name else "")


def _namespaced(group: str, kind: str, version: str, plural: str) -> Kind:
    return Kind(group, kind, version, plural, namespaced=True)


APPLICATION: Final = _namespaced("argoproj.io", "Application", "v1alpha1", "applications")
APPLICATION_SET: Final = _namespaced("argoproj.io", "ApplicationSet", "v1alpha1", "applicationsets")
APP_PROJECT: Final = _namespaced("argoproj.io", "AppProject", "v1alpha1", "appprojects")
NAMESPACE: Final = Kind("", "Namespace", "v1", "namespaces", namespaced=False)
CONFIG_MAP: Final = _namespaced("", "ConfigMap", "v1", "configmaps")
SECRET: Final = _namespaced("", "Secret", "v1", "secrets")
EVENT: Final = _namespaced("", "Event", "v1", "events")
POD: Final = _namespaced("", "Pod", "v1", "pods")
DEPLOYMENT: Final = _namespaced("apps", "Deployment", "v1", "deployments")
STATEFUL_SET: Final = _namespaced("apps", "StatefulSet", "v1", "statefulsets")
AUTOSCALER: Final = _namespaced(
    "autoscaling", "HorizontalPodAutoscaler", "v2", "horizontalpodautoscalers"
)
_RBAC: Final = "rbac.authorization.k8s.io"
CLUSTER_ROLE: Final = Kind(_RBAC, "ClusterRole", "v1", "clusterroles", namespaced=False)
CLUSTER_ROLE_BINDING: Final = Kind(
    _RBAC, "ClusterRoleBinding", "v1", "clusterrolebindings", namespaced=False
)
