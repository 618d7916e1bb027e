"""How a live child differs from what its parent renders, and by whom."""

from typing import Any, Final

import pytest

from auditor.argocd.application import Application
from auditor.argocd.field_owners import Writers
from auditor.argocd.releases import NEWEST
from auditor.argocd.settings import Settings
from auditor.kube.gap import Gap
from auditor.rulebook import cases
from auditor.snapshot.child_differences import ChildDifference, child_differences
from auditor.snapshot.derived import APPLICATIONS, RENDERED

GIT: Final[dict[str, Any]] = {
    "destination": {"server": "https://kubernetes.default.svc", "namespace": "shop"},
    "source": {"repoURL": "https://git.example.com/a.git", "path": "a", "targetRevision": "main"},
    "project": "shop",
}
ROW: Final = {"group": "argoproj.io", "kind": "Application", "namespace": "argocd", "name": "web"}


def differences(
    live: dict[str, Any], owner: str = "kubectl-edit", **parent: Any
) -> list[ChildDifference | Gap]:
    fields: dict[str, Any] = {"f:spec": {"f:project": {}, "f:source": {"f:targetRevision": {}}}}
    managed = {"manager": owner, "operation": "Update", "time": "t", "fieldsV1": fields}
    status = {"sync": {"status": "OutOfSync"}, "resources": [{**ROW, "status": "OutOfSync"}]}
    child = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application"}
    snapshot = cases.snapshot(
        {
            "applications": [
                {"metadata": {"name": "root"}, "spec": GIT},
                {"metadata": {"name": "web"}, "spec": GIT},
            ],
            "live": [
                {"metadata": {"name": "root"}, "spec": GIT, "status": {**status, **parent}},
                {"metadata": {"name": "web", "managedFields": [managed]}, "spec": live},
            ],
            "rendered": {"argocd/root": [{**child, "metadata": {"name": "web"}, "spec": GIT}]},
        }
    )
    apps, rendered = snapshot.look(APPLICATIONS), snapshot.look(RENDERED)
    assert isinstance(apps, tuple)
    by_name: dict[str, Application] = {app.name: app for app in apps}
    above = (by_name["root"],)
    rules = Settings.parse(None)
    return list(child_differences(by_name["web"], above, rendered, rules, NEWEST, Writers()))


@pytest.mark.parametrize(
    ("live", "place"),
    [
        ({**GIT, "project": "other"}, "/spec/project"),
        (
            {**GIT, "source": {**GIT["source"], "targetRevision": "dev"}},
            "/spec/source/targetRevision",
        ),
    ],
)
def test_a_field_that_somebody_changed(live: dict[str, Any], place: str) -> None:
    (found,) = differences(live)
    assert isinstance(found, ChildDifference)
    assert [field.pointer for field in found.fields] == [place]
    assert (found.is_seen, found.parent.name) == (True, "root")
    assert found.is_weighty == place.startswith("/spec/source")
    assert [owner.manager for owner in found.owners(Writers())] == ["kubectl-edit"]


def test_the_weighty_field_comes_first() -> None:
    live = {**GIT, "project": "other", "source": {**GIT["source"], "targetRevision": "dev"}}
    (found,) = differences(live)
    assert isinstance(found, ChildDifference)
    assert [f.pointer for f in found.fields] == ["/spec/source/targetRevision", "/spec/project"]


def test_what_argo_cd_wrote_has_no_other_owner() -> None:
    (found,) = differences({**GIT, "project": "other"}, "argocd-controller")
    assert isinstance(found, ChildDifference)
    assert found.owners(Writers()) == ()


def test_a_parent_that_could_not_compare_says_nothing() -> None:
    failed: dict[str, Any] = {"conditions": [{"type": "ComparisonError", "message": "m"}]}
    assert differences({**GIT, "project": "other"}, **failed) == []
