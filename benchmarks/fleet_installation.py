"""What a generated fleet has once: versions, kinds, settings, the project and namespaces of all."""

from collections.abc import Mapping
from typing import Final

from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, LiveOrigin, Origin
from auditor.snapshot import sections
from benchmarks.fleet_application import API, COMMIT, URL

CLUSTER: Final = LiveOrigin("kubernetes.example.com:6443")
STORE: Final = "openbao"
_KINDS: Final = (
    ("", "v1", "ConfigMap", "configmaps", True),
    ("", "v1", "Namespace", "namespaces", False),
    ("", "v1", "Secret", "secrets", True),
    ("", "v1", "Service", "services", True),
    ("", "v1", "ServiceAccount", "serviceaccounts", True),
    ("apps", "v1", "Deployment", "deployments", True),
    ("apps", "v1", "StatefulSet", "statefulsets", True),
    ("argoproj.io", "v1alpha1", "Application", "applications", True),
    ("argoproj.io", "v1alpha1", "ApplicationSet", "applicationsets", True),
    ("argoproj.io", "v1alpha1", "AppProject", "appprojects", True),
    ("autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", True),
    ("external-secrets.io", "v1", "ClusterSecretStore", "clustersecretstores", False),
    ("external-secrets.io", "v1", "ExternalSecret", "externalsecrets", True),
    ("networking.k8s.io", "v1", "Ingress", "ingresses", True),
    ("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", True),
    ("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", True),
    ("rbac.authorization.k8s.io", "v1", "Role", "roles", True),
    ("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings", True),
)


def installation(filled: Mapping[str, list[Manifest]]) -> None:
    """Add what there is once: versions, kinds, settings, Argo CD's own namespace and project."""
    versions = {
        "argocd": "v3.1.0",
        "argocd_namespace": "argocd",
        "kubernetes": "v1.33.0",
        "workloads": [],
    }
    filled[sections.LIVE_VERSIONS.name].append(Manifest(versions, CLUSTER))
    for group, version, kind, plural, namespaced in _KINDS:
        served = {
            "group": group,
            "version": version,
            "versions": [version],
            "kind": kind,
            "plural": plural,
            "namespaced": namespaced,
        }
        filled[sections.LIVE_KINDS.name].append(Manifest(served, CLUSTER))
    for name in ("argocd-cm", "argocd-cmd-params-cm", "argocd-rbac-cm"):
        meta = {"name": name, "namespace": "argocd"}
        settings = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": {}}
        filled[sections.LIVE_SETTINGS.name].append(Manifest(settings, CLUSTER))
    anything = [{"group": "*", "kind": "*"}]
    default = {
        "apiVersion": API,
        "kind": "AppProject",
        "metadata": {"name": "default", "namespace": "argocd"},
        "spec": {
            "sourceRepos": ["*"],
            "destinations": [{"namespace": "*", "server": "*"}],
            "clusterResourceWhitelist": anything,
        },
    }
    filled[sections.LIVE_PROJECTS.name].append(Manifest(default, CLUSTER))
    for name in ("argocd", "default"):
        namespace(filled, name)
    store = {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ClusterSecretStore",
        "metadata": {"name": STORE},
        "spec": {"provider": {"vault": {"server": "https://openbao.example.com", "path": "fleet"}}},
    }
    filled[sections.LIVE_OBJECTS.name].append(Manifest(store, CLUSTER))
    repository = {
        "url": URL,
        "aliases": [],
        "ambiguous": [],
        "branches": ["main"],
        "commit": COMMIT,
        "duplicate_keys": [],
        "files": 1000,
        "fragments": 0,
        "left_out": {},
        "manifests": 1000,
        "revision": "HEAD",
        "templated": 12,
        "tokens": [],
    }
    filled[sections.GIT_REPOSITORIES.name].append(Manifest(repository, in_git("")))


def namespace(filled: Mapping[str, list[Manifest]], name: str) -> None:
    """Add a live namespace."""
    raw = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name, "labels": {"kubernetes.io/metadata.name": name}},
        "status": {"phase": "Active"},
    }
    filled[sections.LIVE_NAMESPACES.name].append(Manifest(raw, CLUSTER))


def in_git(path: str) -> Origin:
    """Return the origin of a file of the repository."""
    return GitOrigin(URL, COMMIT, path, 2)
