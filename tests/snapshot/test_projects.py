"""Which project holds for an Application, by what was read and where it was declared."""

from typing import Any

from auditor.argocd.application import Application
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, LiveOrigin
from auditor.snapshot import Collected, Excluded, Missing, Snapshot, sections
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.projects import (
    APPLICATION_NAMESPACES,
    CONTROL_PLANE,
    EFFECTIVE_PROJECTS,
    PROJECTS,
    Effective,
    EffectiveProjects,
)

API = "argoproj.io/v1alpha1"
ANYWHERE = [{"server": "*", "namespace": "*"}]


def declared(kind: str, name: str, spec: dict[str, Any], repository: str = "a") -> Manifest:
    raw = {"apiVersion": API, "kind": kind, "metadata": {"name": name}, "spec": spec}
    url = f"https://git.example.com/{repository}.git"
    return Manifest(raw, GitOrigin(url, "0" * 40, f"{name}.yaml", 1))


def live(kind: str, name: str, spec: dict[str, Any], namespace: str = "argocd") -> Manifest:
    meta = {"name": name, "namespace": namespace}
    return Manifest(
        {"apiVersion": API, "kind": kind, "metadata": meta, "spec": spec}, LiveOrigin("cluster")
    )


def project(*repositories: str) -> dict[str, Any]:
    return {"sourceRepos": list(repositories), "destinations": ANYWHERE}


def app(project_name: str = "shop") -> dict[str, Any]:
    return {"project": project_name, "destination": {"name": "in-cluster", "namespace": "shop"}}


def look(
    git: list[Manifest],
    applications: list[Manifest] | None = None,
    projects: list[Manifest] | None = None,
) -> tuple[tuple[Application, ...], EffectiveProjects]:
    absent = Excluded(Gap("no_cluster"))
    snapshot = Snapshot(
        {
            sections.GIT_MANIFESTS.name: Collected(tuple(git)),
            sections.LIVE_APPLICATIONS.name: absent
            if applications is None
            else Collected(tuple(applications)),
            sections.LIVE_PROJECTS.name: absent if projects is None else Collected(tuple(projects)),
        }
    )
    apps, effective = snapshot.look(APPLICATIONS), snapshot.look(EFFECTIVE_PROJECTS)
    assert isinstance(apps, tuple)
    assert isinstance(effective, EffectiveProjects)
    return apps, effective


def repositories(found: Effective | Gap) -> tuple[str, ...]:
    assert isinstance(found, Effective)
    return found.project.source_repos


def test_the_live_project_holds_for_what_is_live() -> None:
    git = [declared("Application", "orders", app()), declared("AppProject", "shop", project("git"))]
    (orders,), effective = look(
        git, [live("Application", "orders", app())], [live("AppProject", "shop", project("live"))]
    )
    assert repositories(effective.of(orders)) == ("live",)


def test_another_installation_has_its_own_project_of_that_name() -> None:
    git = [declared("Application", "orders", app()), declared("AppProject", "shop", project("git"))]
    (orders,), effective = look(git, [], [live("AppProject", "shop", project("live"))])
    assert repositories(effective.of(orders)) == ("git",)


def test_the_project_beside_the_application_is_meant() -> None:
    git = [
        declared("Application", "orders", app(), "a"),
        declared("Application", "payments", app(), "c"),
        declared("AppProject", "shop", project("of-a"), "a"),
        declared("AppProject", "shop", project("of-b"), "b"),
    ]
    (orders, payments), effective = look(git)
    assert repositories(effective.of(orders)) == ("of-a",)
    assert effective.of(payments) == Gap("project_declared_twice", {"project": "shop"})


def test_equal_declarations_are_no_contradiction() -> None:
    git = [
        declared("Application", "orders", app(), "c"),
        declared("AppProject", "shop", project("same"), "a"),
        declared("AppProject", "shop", project("same"), "b"),
    ]
    (orders,), effective = look(git)
    assert repositories(effective.of(orders)) == ("same",)


def test_projects_live_where_argocd_does() -> None:
    versions = Manifest({"argocd_namespace": "delivery"}, LiveOrigin("cluster"))
    projects = (
        live("AppProject", "shop", project("*"), "delivery"),
        live("AppProject", "stray", project("*"), "elsewhere"),
    )
    snapshot = Snapshot(
        {
            sections.LIVE_VERSIONS.name: Collected((versions,)),
            sections.LIVE_PROJECTS.name: Collected(projects),
        }
    )
    assert snapshot.look(CONTROL_PLANE) == "delivery"
    found = snapshot.look(PROJECTS)
    assert isinstance(found, tuple)
    assert [str(one.ref) for one in found] == ["delivery/shop"]


def test_a_setting_that_was_refused_is_not_an_empty_one() -> None:
    settings = sections.LIVE_SETTINGS.name
    refused = Gap("forbidden", {"name": "argocd-cmd-params-cm"})
    cm = Manifest({"metadata": {"name": "argocd-cm"}, "data": {}}, LiveOrigin("cluster"))
    unseen = Snapshot({settings: Collected((cm,), (refused,))}).look(APPLICATION_NAMESPACES)
    assert unseen == Missing(refused)
    assert Snapshot({settings: Collected((cm,))}).look(APPLICATION_NAMESPACES) == ""
