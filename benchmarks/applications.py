"""A folder of N Applications in plain YAML, as a platform writes them; the same bytes for one N."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_ENVIRONMENTS: Final = ("dev", "stg", "prod")
_TEAMS: Final = tuple(f"team-{letter}" for letter in "abcdefghijkl")
_PARTS: Final = ("api", "web", "worker", "gateway", "cache", "ingest", "export", "admin")
_OPTIONS: Final = (
    "ApplyOutOfSyncOnly=true",
    "PruneLast=true",
    "ServerSideApply=true",
    "RespectIgnoreDifferences=true",
    "FailOnSharedResource=true",
    "PrunePropagationPolicy=foreground",
)
_IGNORED: Final = (
    ("apps", "Deployment", "jsonPointers", "/spec/replicas"),
    ("autoscaling", "HorizontalPodAutoscaler", "jsonPointers", "/spec/metrics"),
    (
        "admissionregistration.k8s.io",
        "MutatingWebhookConfiguration",
        "jqPathExpressions",
        ".webhooks[]?.clientConfig.caBundle",
    ),
)
_MISTAKES: Final = 20
"""Every so many Applications one has something wrong."""


def write(folder: Path, count: int) -> Path:
    """Write `count` files below `folder`, one Application each, and return it."""
    chance = random.Random(count)  # noqa: S311 - no secret
    for number in range(count):
        environment = _ENVIRONMENTS[number % len(_ENVIRONMENTS)]
        file = folder / "apps" / environment / f"app-{number:05d}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(_application(number, environment, chance)) + "\n")
    return folder


def _application(number: int, environment: str, chance: random.Random) -> Iterator[str]:
    team, part = chance.choice(_TEAMS), chance.choice(_PARTS)
    yield "apiVersion: argoproj.io/v1alpha1"
    yield "kind: Application"
    yield "metadata:"
    yield f"  name: {team}-{part}-{number:05d}-{environment}"
    yield "  namespace: argocd"
    yield "  labels:"
    yield f"    app.kubernetes.io/part-of: {team}"
    yield f"    environment: {environment}"
    yield "  annotations:"
    yield f'    argocd.argoproj.io/sync-wave: "{chance.randrange(-2, 6)}"'
    yield "  finalizers:"
    yield "    - resources-finalizer.argocd.argoproj.io"
    yield "spec:"
    yield f"  project: {team}"
    yield from _source(team, part, environment, chance)
    yield "  destination:"
    yield "    server: https://kubernetes.default.svc"
    yield f"    namespace: {team}-{environment}"
    yield from _policy(number, environment, chance)
    yield from _ignored(chance)
    yield f"  revisionHistoryLimit: {chance.choice((3, 5, 10))}"


def _source(team: str, part: str, environment: str, chance: random.Random) -> Iterator[str]:
    yield "  source:"
    yield f"    repoURL: https://git.example.com/{team}/deploy.git"
    yield f"    targetRevision: v{chance.randrange(1, 4)}.{chance.randrange(20)}.0"
    if chance.random() < 0.6:
        yield f"    path: charts/{part}"
        yield "    helm:"
        yield f"      releaseName: {team}-{part}"
        yield "      valueFiles:"
        yield "        - values.yaml"
        yield f"        - values-{environment}.yaml"
        yield "      parameters:"
        yield "        - name: image.tag"
        yield f'          value: "{chance.randrange(9)}.{chance.randrange(30)}"'
    else:
        yield f"    path: overlays/{part}/{environment}"
        yield "    kustomize:"
        yield f"      namePrefix: {team}-"
        yield "      commonLabels:"
        yield f"        team: {team}"


def _policy(number: int, environment: str, chance: random.Random) -> Iterator[str]:
    yield "  syncPolicy:"
    yield "    automated:"
    yield f"      prune: {'false' if environment == 'prod' else 'true'}"
    yield f"      selfHeal: {'true' if chance.random() < 0.7 else 'false'}"
    yield "    syncOptions:"
    yield "      - CreateNamespace=true"
    for option in chance.sample(_OPTIONS, chance.randrange(1, 4)):
        yield f"      - {option}"
    if number % _MISTAKES == 0:
        yield "      - PruneLate=true"
    if environment == "prod":
        yield "    retry:"
        yield f"      limit: {chance.randrange(2, 8)}"
        yield "      backoff:"
        yield "        duration: 5s"
        yield "        factor: 2"
        yield f"        maxDuration: {chance.choice(('3m', '5m', '10m'))}"


def _ignored(chance: random.Random) -> Iterator[str]:
    yield "  ignoreDifferences:"
    for group, kind, how, path in chance.sample(_IGNORED, chance.randrange(1, 3)):
        yield f"    - group: {group}"
        yield f"      kind: {kind}"
        yield f"      {how}:"
        yield f"        - {path}"
