"""Twelve objects of one Application, as a chart renders them."""

import copy
from typing import Any

Raw = dict[str, Any]


def rendered(name: str, namespace: str, environment: str, number: int) -> list[Raw]:
    """Return what the chart makes of Application `name`; `number` makes hosts and tags differ."""
    labels = {
        "app.kubernetes.io/name": name,
        "app.kubernetes.io/part-of": "fleet",
        "environment": environment,
    }
    selector = {"matchLabels": {"app.kubernetes.io/name": name}}

    def made(api: str, kind: str, suffix: str = "", **rest: Any) -> Raw:
        meta = {"name": f"{name}{suffix}", "namespace": namespace, "labels": dict(labels)}
        return {"apiVersion": api, "kind": kind, "metadata": meta, **copy.deepcopy(rest)}

    pods = {
        "metadata": {"labels": labels},
        "spec": {
            "serviceAccountName": name,
            "containers": [
                {
                    "name": "app",
                    "image": f"registry.example.com/{name}:1.{number % 30}.0",
                    "env": [
                        {"name": "LOG_LEVEL", "value": "info"},
                        {"name": "REGION", "value": f"region-{number % 4}"},
                    ],
                    "envFrom": [{"configMapRef": {"name": f"{name}-settings"}}],
                    "ports": [{"name": "http", "containerPort": 8080}],
                    "resources": {
                        "requests": {"cpu": "100m", "memory": "128Mi"},
                        "limits": {"memory": "256Mi"},
                    },
                }
            ],
        },
    }
    host = f"{name}.{environment}.example.com"
    path = {
        "path": "/",
        "pathType": "Prefix",
        "backend": {"service": {"name": name, "port": {"name": "http"}}},
    }
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
    cpu = {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}
    reading = {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"]}
    account = {"kind": "ServiceAccount", "name": name, "namespace": namespace}
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name}
    settings = {"LOG_LEVEL": "info", "PUBLIC_HOST": host, "BATCH": str(number)}
    return [
        made("v1", "ServiceAccount"),
        made("v1", "ConfigMap", "-settings", data=settings),
        made(
            "v1",
            "Service",
            spec={
                "selector": selector["matchLabels"],
                "ports": [{"name": "http", "port": 80, "targetPort": "http"}],
            },
        ),
        made("apps/v1", "Deployment", spec={"replicas": 2, "selector": selector, "template": pods}),
        made(
            "apps/v1",
            "StatefulSet",
            "-cache",
            spec={
                "replicas": 1,
                "serviceName": name,
                "selector": selector,
                "template": pods,
            },
        ),
        made(
            "networking.k8s.io/v1",
            "Ingress",
            spec={
                "ingressClassName": "nginx",
                "rules": [{"host": host, "http": {"paths": [path]}}],
                "tls": [{"hosts": [host], "secretName": f"{name}-tls"}],
            },
        ),
        made(
            "autoscaling/v2",
            "HorizontalPodAutoscaler",
            spec={
                "minReplicas": 2,
                "maxReplicas": 6,
                "scaleTargetRef": target,
                "metrics": [{"type": "Resource", "resource": cpu}],
            },
        ),
        made("policy/v1", "PodDisruptionBudget", spec={"minAvailable": 1, "selector": selector}),
        made(
            "networking.k8s.io/v1",
            "NetworkPolicy",
            spec={
                "podSelector": selector,
                "policyTypes": ["Ingress"],
                "ingress": [{"ports": [{"port": 8080, "protocol": "TCP"}]}],
            },
        ),
        made(
            "external-secrets.io/v1",
            "ExternalSecret",
            "-database",
            spec={
                "refreshInterval": "1h0m0s",
                "secretStoreRef": {"kind": "ClusterSecretStore", "name": "openbao"},
                "target": {
                    "name": f"{name}-database",
                    "creationPolicy": "Owner",
                    "deletionPolicy": "Retain",
                },
                "data": [
                    {
                        "secretKey": "PASSWORD",
                        "remoteRef": {
                            "key": f"{environment}/{name}",
                            "property": "password",
                            "conversionStrategy": "Default",
                            "decodingStrategy": "None",
                            "metadataPolicy": "None",
                        },
                    }
                ],
            },
        ),
        made("rbac.authorization.k8s.io/v1", "Role", rules=[reading]),
        made("rbac.authorization.k8s.io/v1", "RoleBinding", roleRef=role, subjects=[account]),
    ]
