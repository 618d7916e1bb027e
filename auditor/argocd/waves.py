"""Sync waves; mirrors gitops-engine `pkg/sync/syncwaves/waves.go` and `hook/helm/weight.go`."""

from typing import Any

from auditor.argocd.annotations import SYNC_WAVE, annotations
from auditor.kube.go_text import atoi

HELM_WEIGHT = "helm.sh/hook-weight"


def wave(obj: Any) -> int:
    """Return the wave of a raw object: its sync-wave, else its Helm hook weight, else 0."""
    found = annotations(obj)
    for key in (SYNC_WAVE, HELM_WEIGHT):
        number = atoi(found.get(key, ""))
        if number is not None:
            return number
    return 0
