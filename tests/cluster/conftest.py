"""One API server for all tests here, with an Argo CD installation that no controller runs."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.apiserver import ApiServer, secret, started

PLANTED = "planted-value-of-a-secret"


@pytest.fixture(scope="session")
def planted() -> str:
    return PLANTED


@pytest.fixture(scope="session")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    with started(tmp_path_factory.mktemp("apiserver")) as server:
        names = ("argocd", "team-a", "team-b", "shop", "audit")
        server.apply(*(namespace(name) for name in names))
        server.apply(*installation(), *applications(), *objects())
        yield server


def namespace(name: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def installation() -> Iterator[dict[str, Any]]:
    part_of = {"app.kubernetes.io/part-of": "argocd"}
    for name, data in (
        ("argocd-cm", {"application.resourceTrackingMethod": "annotation"}),
        ("argocd-cmd-params-cm", {"application.namespaces": "team-*"}),
        ("argocd-rbac-cm", {}),
    ):
        yield {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": name, "namespace": "argocd", "labels": part_of},
            "data": data,
        }
    for kind, name in (("StatefulSet", "application-controller"), ("Deployment", "server")):
        yield workload(kind, "argocd", f"argocd-{name}", "quay.io/argoproj/argocd:v3.1.4")
    kinds = {"argocd.argoproj.io/secret-type": "repository"}
    yield secret("argocd", "repo-gitops", PLANTED, **kinds)
    yield {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "AppProject",
        "metadata": {"name": "default", "namespace": "argocd"},
        "spec": {},
    }


def workload(kind: str, namespace: str, name: str, image: str) -> dict[str, Any]:
    labels = {"app": name}
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            **({"serviceName": name} if kind == "StatefulSet" else {}),
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{"name": "main", "image": image}]},
            },
        },
    }


def objects() -> Iterator[dict[str, Any]]:
    for name in ("settings", "more-settings", "nobodys"):
        yield {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": name, "namespace": "shop"},
            "data": {"of": name},
        }
    yield {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": "left-behind",
            "namespace": "shop",
            "annotations": {"argocd.argoproj.io/tracking-id": "gone:/ConfigMap:shop/left-behind"},
        },
    }
    yield secret("shop", "database", PLANTED)
    yield workload("Deployment", "shop", "web", "nginx:1.29")
    yield {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "by-hand", "namespace": "shop"},
        "spec": {
            "maxReplicas": 3,
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
        },
    }
    yield {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": "shop-reader"},
        "rules": [],
    }
    for kind, name in (("Application", "shop"), ("Application", "well"), ("Pod", "x")):
        yield {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": f"{kind.lower()}-{name}", "namespace": "argocd"},
            "involvedObject": {"kind": kind, "name": name, "namespace": "argocd"},
            "type": "Warning",
        }


def applications() -> Iterator[dict[str, Any]]:
    def entry(group: str, kind: str, name: str, namespace: str = "shop") -> dict[str, str]:
        return {"group": group, "version": "v1", "kind": kind, "namespace": namespace, "name": name}

    shop = [
        entry("", "ConfigMap", "settings"),
        entry("", "ConfigMap", "more-settings"),
        entry("", "ConfigMap", "absent"),
        entry("", "Secret", "database"),
        entry("apps", "Deployment", "web"),
        entry("gone.example", "Gone", "x"),
        entry("rbac.authorization.k8s.io", "ClusterRole", "shop-reader", ""),
    ]
    here, there = {"server": "https://kubernetes.default.svc"}, {"name": "elsewhere"}
    yield application("argocd", "shop", here, "OutOfSync", shop)
    yield application("argocd", "well", here, "Synced", shop[:1])
    yield application("argocd", "remote", there, "Synced", shop[:2])
    yield application("team-a", "theirs", here, "Synced", [])
    yield application("audit", "unwatched", here, "Synced", [])


def application(
    namespace: str,
    name: str,
    destination: dict[str, str],
    sync: str,
    resources: list[dict[str, str]],
) -> dict[str, Any]:
    destination = {**destination, "namespace": "shop"}
    source = {"repoURL": "https://git.example/x.git", "path": name}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"project": "default", "destination": destination, "source": source},
        "status": {
            "sync": {
                "status": sync,
                "comparedTo": {"destination": destination, "source": source},
            },
            "health": {"status": "Healthy"},
            "resources": resources,
        },
    }
