"""A repository of N Applications with charts to render, the same bytes for the same N."""

import subprocess
from pathlib import Path
from typing import Final

URL: Final = "https://git.example.com/bench/deploy.git"

_APPLICATION: Final = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: {name}
  namespace: argocd
  labels: {{environment: {environment}}}
  finalizers: [resources-finalizer.argocd.argoproj.io]
spec:
  project: team-{team}
  source:
    repoURL: {url}
    targetRevision: HEAD
    path: charts/service
    helm:
      releaseName: {name}
      parameters:
        - {{name: replicas, value: "{replicas}"}}
  destination:
    server: https://kubernetes.default.svc
    namespace: {namespace}
  syncPolicy:
    automated: {{prune: {prune}, selfHeal: true}}
    syncOptions: [CreateNamespace=true]
    retry:
      limit: 5
      backoff: {{duration: 5s, factor: 2, maxDuration: 3m}}
"""

_TEMPLATE: Final = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}}}
    spec:
      containers: [{name: app, image: registry.example.com/app:1.0.0}]
---
apiVersion: v1
kind: Service
metadata: {name: {{ .Release.Name }}}
spec: {selector: {app: {{ .Release.Name }}}, ports: [{port: 80}]}
"""


def write(folder: Path, count: int) -> Path:
    """Write a Git repository with `count` Applications to `folder` and return it."""
    chart = folder / "charts" / "service"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: service\nversion: 1.0.0\n")
    (chart / "values.yaml").write_text("replicas: 1\n")
    (chart / "templates" / "all.yaml").write_text(_TEMPLATE)
    for number in range(count):
        environment = ("prod", "stg", "dev")[number % 3]
        name = f"service-{number:05d}-{environment}"
        path = folder / "apps" / environment / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            _APPLICATION.format(
                name=name,
                environment=environment,
                team=number % 12,
                url=URL,
                replicas=1 + number % 4,
                namespace=f"team-{number % 40}-{environment}",
                prune="true" if number % 20 == 0 else "false",
            )
        )
    for command in (
        ["init", "--quiet", "--initial-branch", "main"],
        ["add", "."],
        ["-c", "user.name=bench", "-c", "user.email=b@example.com", "commit", "-qm", "corpus"],
    ):
        subprocess.run(["git", "-C", str(folder), *command], check=True)  # noqa: S603, S607
    return folder
