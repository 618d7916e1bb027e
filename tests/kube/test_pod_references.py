"""What pods refer to."""

from typing import Any

import pytest

from auditor.kube.pod_references import pod_references

SPEC: dict[str, Any] = {
    "serviceAccountName": "runner",
    "imagePullSecrets": [{"name": "registry"}],
    "initContainers": [{"env": [{"valueFrom": {"secretKeyRef": {"name": "first", "key": "k"}}}]}],
    "containers": [
        {
            "envFrom": [
                {"secretRef": {"name": "db"}},
                {"configMapRef": {"name": "maybe", "optional": True}},
            ],
            "env": [
                {"name": "A", "value": "plain"},
                {"name": "B", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "k"}}},
                {"name": "C", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
            ],
        }
    ],
    "volumes": [
        {"name": "a", "secret": {"secretName": "tls"}},
        {"name": "b", "persistentVolumeClaim": {"claimName": "data"}},
        {"name": "c", "secret": {"secretName": "extra", "optional": True}},
        {"name": "d", "projected": {"sources": [{"secret": {"name": "token"}}]}},
        {"name": "e", "emptyDir": {}},
    ],
}
NAMES = {
    ("ServiceAccount", "runner"),
    ("Secret", "first"),
    ("Secret", "db"),
    ("ConfigMap", "settings"),
    ("Secret", "tls"),
    ("PersistentVolumeClaim", "data"),
    ("Secret", "token"),
}


def below(*path: str) -> dict[str, Any]:
    raw: dict[str, Any] = SPEC
    for step in reversed(path):
        raw = {step: raw}
    return raw


@pytest.mark.parametrize(
    ("version", "kind", "path"),
    [
        ("v1", "Pod", ("spec",)),
        ("apps/v1", "Deployment", ("spec", "template", "spec")),
        ("apps/v1", "StatefulSet", ("spec", "template", "spec")),
        ("batch/v1", "CronJob", ("spec", "jobTemplate", "spec", "template", "spec")),
    ],
)
def test_required_references_of_a_pod_spec(version: str, kind: str, path: tuple[str, ...]) -> None:
    assert pod_references({"apiVersion": version, "kind": kind, **below(*path)}) == NAMES


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"apiVersion": "example.com/v1", "kind": "Pod", "spec": SPEC},
        {"apiVersion": "v1", "kind": "ConfigMap", "spec": SPEC},
        {"apiVersion": "v1", "kind": "Pod", "spec": {"volumes": "many", "containers": [None]}},
    ],
)
def test_nothing_else_has_references(raw: dict[str, Any]) -> None:
    assert pod_references(raw) == frozenset()
