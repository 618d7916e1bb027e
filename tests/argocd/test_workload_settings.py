"""What flags and variables of Argo CD's own workloads say; nothing that could be a secret."""

from typing import Any

import pytest

from auditor.argocd.workload_settings import component, settings


def workload(name: str, *args: str, label: str = "", **container: Any) -> dict[str, Any]:
    return {
        "kind": "Deployment",
        "metadata": {"name": name, "labels": {"app.kubernetes.io/name": label}},
        "spec": {"template": {"spec": {"containers": [{"args": list(args), **container}]}}},
    }


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--insecure",), {"server.insecure": "true"}),
        (
            ("--insecure=false", "--disable-auth"),
            {"server.insecure": "false", "server.disable.auth": "true"},
        ),
        (("--insecure", "--staticassets", "/shared/app"), {"server.insecure": "true"}),
        (("--insecure", "shared"), {"server.insecure": "true"}),
        (("argocd-server", "--loglevel", "debug"), {}),
    ],
)
def test_flags_of_the_server(arguments: tuple[str, ...], expected: dict[str, str]) -> None:
    assert settings(workload("argocd-server", *arguments)) == expected


def test_a_flag_with_a_value_of_its_own() -> None:
    controller = workload("argocd-application-controller", "--sharding-method", "round-robin")
    assert settings(controller) == {"controller.sharding.algorithm": "round-robin"}


def test_a_flag_wins_over_its_variable_and_secrets_stay_unread() -> None:
    variables = {
        "ARGOCD_REPO_SERVER_DISABLE_TLS": "true",
        "ARGOCD_REPO_SERVER_ALLOW_OUT_OF_BOUNDS_SYMLINKS": "true",
        "REDIS_PASSWORD": "correct-horse",
        "ARGOCD_SERVER_INSECURE": "true",
    }
    env: list[dict[str, Any]] = [{"name": k, "value": v} for k, v in variables.items()]
    env.append({"name": "X", "valueFrom": {"secretKeyRef": {"name": "a", "key": "b"}}})
    found = settings(workload("cd-argocd-repo-server", "--disable-tls=false", env=env))
    assert found == {"reposerver.disable.tls": "false", "reposerver.allow.oob.symlinks": "true"}


def test_components_are_known_by_label_or_end_of_name() -> None:
    assert component(workload("my-release-argocd-server")) == "argocd-server"
    assert component(workload("anything", label="argocd-repo-server")) == "argocd-repo-server"
    assert component(workload("shop-server")) == ""
    assert settings(workload("shop-server", "--insecure")) == {}
