"""ClusterRoleBindings and ClusterRoles of Argo CD's accounts, read from a real API server."""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from auditor.collector.cluster import collect
from auditor.collector.plan import Plan
from auditor.collector.progress import Silent
from auditor.snapshot import Collected, sections
from tests.support.apiserver import ApiServer, started

GROUP: Final = "rbac.authorization.k8s.io"
NAMESPACE: Final = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "argocd"}}
PLAN: Final = Plan(
    argocd_namespace="argocd",
    sections=frozenset({sections.LIVE_ACCESS.name, sections.LIVE_VERSIONS.name}),
)
SERVER: Final = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {
        "name": "argocd-server",
        "namespace": "argocd",
        "labels": {"app.kubernetes.io/part-of": "argocd"},
    },
    "spec": {
        "selector": {"matchLabels": {"a": "b"}},
        "template": {
            "metadata": {"labels": {"a": "b"}},
            "spec": {
                "serviceAccountName": "argocd-server",
                "containers": [
                    {
                        "name": "server",
                        "image": "quay.io/argoproj/argocd:v3.4.1",
                        "args": ["--disable-auth", "--redis-password=correct-horse"],
                    }
                ],
            },
        },
    },
}


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    with started(tmp_path_factory.mktemp("apiserver")) as server:
        yield server


def binding(name: str, role: str, /, **subject: str) -> dict[str, Any]:
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": name},
        "roleRef": {"apiGroup": GROUP, "kind": "ClusterRole", "name": role},
        "subjects": [subject],
    }


def account(namespace: str) -> dict[str, str]:
    return {
        "kind": "ServiceAccount",
        "name": "argocd-application-controller",
        "namespace": namespace,
    }


def test_only_what_concerns_argocds_accounts_is_kept(api: ApiServer) -> None:
    everybody = {"kind": "Group", "apiGroup": GROUP, "name": "system:serviceaccounts:argocd"}
    api.apply(
        NAMESPACE,
        SERVER,
        binding("controller", "cluster-admin", **account("argocd")),
        binding("all-of-argocd", "view", **everybody),
        binding("dangling", "not-there", **account("argocd")),
        binding("elsewhere", "edit", **account("gitops")),
    )
    read = collect(api.connect(), PLAN, Silent()).sections
    look = read[sections.LIVE_ACCESS.name]
    assert isinstance(look, Collected), look
    assert not look.gaps
    kept = [(item.ref.kind, item.ref.name) for item in look.items]
    assert [pair for pair in kept if not pair[1].startswith("system:")] == [
        ("ClusterRole", "cluster-admin"),
        ("ClusterRole", "view"),
        ("ClusterRoleBinding", "all-of-argocd"),
        ("ClusterRoleBinding", "controller"),
        ("ClusterRoleBinding", "dangling"),
    ]
    versions = read[sections.LIVE_VERSIONS.name]
    assert isinstance(versions, Collected)
    (part,) = versions.items[0].raw["workloads"]
    assert part["settings"] == {"server.disable.auth": "true"}
    assert part["service_account"] == "argocd-server"
    assert "correct-horse" not in str(versions)
