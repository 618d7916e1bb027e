"""How many objects a sync is about."""

from typing import Any

from auditor.argocd.application import Application
from auditor.argocd.releases import NEWEST
from auditor.argocd.rendering import Rendering
from auditor.argocd.size import objects_synced
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.origin import LiveOrigin

GAP = Gap("not_rendered")
ROWS = [
    {"kind": "ConfigMap", "name": "a", "status": "Synced"},
    {"kind": "ConfigMap", "name": "b", "status": "OutOfSync"},
    {"kind": "ConfigMap", "name": "c", "status": "OutOfSync", "requiresPruning": True},
    {"kind": "Job", "name": "d", "hook": True, "requiresPruning": True},
]


def application(status: dict[str, Any] | None) -> Application:
    raw = {"kind": "Application", "metadata": {"name": "a"}, "spec": {"project": "a"}}
    if status is None:
        return Application.of(Manifest(raw, LiveOrigin("")), None, NEWEST)
    return Application.of(None, Manifest(raw | {"status": status}, LiveOrigin("")), NEWEST)


def test_the_rendering_comes_first() -> None:
    skipped = {"annotations": {"argocd.argoproj.io/hook": "Skip"}, "name": "b"}
    made = [{"kind": "ConfigMap", "metadata": m} for m in ({"name": "a"}, skipped)]
    objects = tuple(Manifest(raw, LiveOrigin("")) for raw in made)
    rendering = Rendering("argocd/a", objects, (), ())
    assert objects_synced(application({"resources": ROWS}), rendering) == 1


def test_rows_that_a_sync_applies() -> None:
    assert objects_synced(application({"resources": ROWS}), GAP) == 2


def test_neither_is_known() -> None:
    broken = {"resources": ROWS, "conditions": [{"type": "ComparisonError", "message": "m"}]}
    assert objects_synced(application(None), GAP) is GAP
    assert objects_synced(application(broken), GAP) is GAP
