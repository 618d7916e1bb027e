"""Nothing of what a cluster or a repository may hold makes a model raise."""

from datetime import UTC, datetime
from typing import Any

import pytest

from auditor.argocd import autosync, hooks, schema, sync_context, sync_tasks, waves, windows
from auditor.argocd.project import Project
from auditor.argocd.project_validation import first_problem
from auditor.argocd.sync_options import SyncOptions
from auditor.argocd.sync_policy import SyncPolicy
from auditor.argocd.validation import Clusters, invalid_spec_errors, normalised_spec

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SCALARS: list[Any] = [None, True, 0, 1.5, "x", [], {}, [None], [[]], [{}], {"x": None}]
FIELDS = (
    "source",
    "sources",
    "sourceHydrator",
    "syncPolicy",
    "destination",
    "sourceRepos",
    "destinations",
    "syncWindows",
    "roles",
    "metadata",
    "spec",
    "status",
    "operation",
)
SPECS = [*SCALARS, *({field: value} for field in FIELDS for value in SCALARS)]
DEEP = [{"spec": spec, "metadata": meta} for spec in SPECS for meta in (None, {"annotations": 5})]


@pytest.mark.parametrize("spec", SPECS, ids=repr)
def test_specs(spec: Any) -> None:
    SyncPolicy.parse(spec)
    project = Project.of_spec(spec)
    project.permits_kind("", "Pod", is_namespaced=True)
    windows.windows_of(spec)
    invalid_spec_errors(spec, project, Clusters())
    if isinstance(spec, dict):
        normalised_spec(spec)


@pytest.mark.parametrize("obj", [*SPECS, *DEEP], ids=repr)
def test_objects(obj: Any) -> None:
    for kind in ("Application", "ApplicationSet", "AppProject"):
        schema.check(kind, obj)
    waves.wave(obj)
    hooks.hook_types(obj)
    hooks.delete_policies(obj)
    first_problem(obj)
    autosync.decide(obj, autosync.Comparison.of(obj, SCALARS), now=NOW)
    if isinstance(obj, dict):
        sync_tasks.sync_tasks([obj], [obj], sync_tasks.TaskSettings(namespace="n"), {})
        sync_context.applied(obj, obj, sync_context.ApplySettings())
        sync_context.is_deleted_with(obj, obj, SyncOptions())
