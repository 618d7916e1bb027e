"""A small platform that is audited for real: Applications in Git, in the cluster, in both."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from auditor.engine.result import Audit
from auditor.engine.run import audit
from auditor.findings import Severity
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, LiveOrigin
from auditor.report.build import build
from auditor.report.draft import Edition
from auditor.report.view import ReportView
from auditor.rulebook.discovery import discover
from auditor.snapshot import Collected, Header, Look, Missing, Snapshot, sections
from tests.report import pack

REPOSITORY = "https://git.plate.example/platform/plate-gitops.git"
COMMIT = "2744adfa759881a3bcca203b2bfbdc44d2204328"
HOST = "kubernetes.plate.example:6443"
NAMES = (
    "plate-batch-prod",
    "plate-batch-report-prod",
    "plate-web-prod",
    "plate-api-prod",
    "plate-web-stg",
    "plate-batch-stg",
    "elsewhere-prod",
    "monitoring",
)


def view(
    language: str = "en", extra: int = 0, environment: str = "", threshold: Severity = Severity.LOW
) -> ReportView:
    """Return the report on the platform with `extra` further Applications."""
    edition = Edition(
        language=language,
        zone=ZoneInfo("Asia/Seoul"),
        system="Plate",
        threshold=threshold,
    )
    return build(audited(extra, environment), edition)


def audited(extra: int = 0, environment: str = "") -> Audit:
    """Return the audit behind `view`."""
    return audit(platform(extra), discover(pack), environment=environment)


def platform(extra: int = 0) -> Snapshot:
    """Return the snapshot: one Application is only in the cluster, one only in Git."""
    names = (*NAMES, *(f"shop-{index:05}-{('prod', 'stg')[index % 2]}" for index in range(extra)))
    declared = [_declared(name, index) for index, name in enumerate(names)]
    live = [_live(name) for name in (*names, "debug-stg") if name != "plate-batch-report-prod"]
    looks: dict[str, Look] = {
        sections.GIT_REPOSITORIES.name: Collected((Manifest(_repository(), LiveOrigin("")),)),
        sections.GIT_MANIFESTS.name: Collected(
            tuple(declared),
            (Gap("file_unreadable", {"path": "helm/x.yaml", "reason": "not YAML", "line": 3}),),
        ),
        sections.LIVE_APPLICATIONS.name: Collected(tuple(live)),
        sections.LIVE_SECRETS.name: Missing(
            Gap("forbidden", {"kind": "Secret", "namespace": "argocd", "status": 403})
        ),
    }
    header = Header(
        started="2026-11-22T17:00:04Z",
        finished="2026-11-22T17:02:39Z",
        cluster={"server": HOST, "uid": "6f0d3f0e-5d0c-4b61-9a5e-0f8f6e1f7c12", "context": "plate"},
        repositories=(_repository(),),
        collector={"arguments": ["--git", REPOSITORY], "calls": 41, "refusals": 1},
    )
    return Snapshot(looks, header)


def _repository() -> Mapping[str, Any]:
    return {
        "url": REPOSITORY,
        "revision": "main",
        "commit": COMMIT,
        "files": 212,
        "manifests": 96,
        "left_out": {"charts/*/tests/**": 4},
    }


def _spec(name: str) -> dict[str, Any]:
    limit = 5 if name == "monitoring" else 2
    return {
        "project": "plate",
        "destination": {
            "server": "https://kubernetes.default.svc",
            "namespace": "plate-batch" if "batch" in name else name.rpartition("-")[0] or name,
        },
        "source": {"repoURL": REPOSITORY, "path": f"helm/{name}", "targetRevision": "main"},
        "syncPolicy": {
            "automated": {"prune": False},
            "retry": {"limit": limit},
            "syncOptions": ["Validate=false"],
        },
    }


def _application(name: str) -> dict[str, Any]:
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": name, "namespace": "argocd"},
        "spec": _spec(name),
    }


def _declared(name: str, index: int) -> Manifest:
    path = f"environments/argocd/apps/{name}.yaml"
    lines = {
        "/spec/destination": 8 + index % 3,
        "/spec/syncPolicy": 14,
        "/spec/syncPolicy/retry": 17,
    }
    return Manifest(_application(name), GitOrigin(REPOSITORY, COMMIT, path, 1), lines)


def _live(name: str) -> Manifest:
    raw = _application(name)
    is_failing = name in ("plate-batch-prod", "plate-web-stg", "debug-stg")
    raw["status"] = {
        "sync": {"status": "OutOfSync" if is_failing else "Synced"},
        "health": {"status": "Degraded" if is_failing else "Healthy"},
    }
    raw["metadata"]["managedFields"] = [
        {
            "manager": "argocd-application-controller",
            "operation": "Update",
            "time": "2026-11-22T16:40:00Z",
            "fieldsType": "FieldsV1",
            "fieldsV1": {"f:status": {"f:sync": {"f:status": {}}}},
        }
    ]
    return Manifest(raw, LiveOrigin(HOST))
