"""Which environment an Application belongs to, and why."""

from typing import Any

import pytest

from auditor.argocd.application import Application
from auditor.argocd.releases import NEWEST
from auditor.engine.environments import Assignment, Environments, assign
from auditor.findings import Tier
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin
from auditor.kube.ref import ResourceRef


def application(
    name: str, *, labels: dict[str, str] | None = None, path: str = "apps/x.yaml", **spec: Any
) -> Application:
    raw = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": name, "namespace": "argocd", "labels": labels or {}},
        "spec": spec,
    }
    origin = GitOrigin("https://git.example.com/x.git", "0" * 40, path, 1)
    return Application.of(Manifest(raw, origin), None, NEWEST)


def only(app: Application) -> Assignment:
    return assign([app], {}, Environments())[app.ref]


@pytest.mark.parametrize(
    ("app", "environment", "because"),
    [
        pytest.param(
            application("shop", destination={"namespace": "shop-prod"}),
            "prod",
            "namespace",
            id="the namespace ends in -prod",
        ),
        pytest.param(
            application("shop-stg", labels={"environment": "production"}),
            "prod",
            "label",
            id="a label says it outright, whatever the name sounds like",
        ),
        pytest.param(
            application("shop-prod", destination={"namespace": "shop-pre-prod"}),
            "stg",
            "namespace",
            id="pre-prod is not prod",
        ),
        pytest.param(
            application("test-runner-prod"), "prod", "name", id="the end of a name says more"
        ),
        pytest.param(
            application("shop", path="environments/production/shop.yaml"),
            "prod",
            "path",
            id="the folder it is declared in",
        ),
        pytest.param(
            application("shop", source={"path": "overlays/stg"}),
            "stg",
            "path",
            id="the folder its source lies in",
        ),
        pytest.param(
            application("vault", destination={"namespace": "devops-tools"}),
            "shared",
            "namespace",
            id="tools are shared",
        ),
        pytest.param(application("product"), "unassigned", "none", id="product is not prod"),
        pytest.param(application("shop"), "unassigned", "none", id="nothing says anything"),
    ],
)
def test_own_environment(app: Application, environment: str, because: str) -> None:
    found = only(app)
    assert found.environments == (environment,)
    assert found.why[0].code == because


def test_a_parent_belongs_to_every_environment_of_its_children() -> None:
    parent = application("app-of-apps", destination={"namespace": "argocd"})
    prod = application("web-prod")
    stg = application("web-stg")
    found = assign([parent, prod, stg], {parent.ref: (stg.ref, prod.ref)}, Environments())
    assert found[parent.ref].environments == ("prod", "stg")
    assert found[parent.ref].tier is Tier.PRODUCTION
    assert found[parent.ref].column == "platform"
    assert found[parent.ref].why[0].facts["value"] == "argocd/web-prod"


def test_parents_of_parents_end_even_in_a_circle() -> None:
    top, middle, leaf = application("top"), application("middle"), application("leaf-prod")
    children: dict[ResourceRef, tuple[ResourceRef, ...]] = {
        top.ref: (middle.ref,),
        middle.ref: (leaf.ref, top.ref),
    }
    found = assign([top, middle, leaf], children, Environments())
    assert found[top.ref].environments == ("prod",)


def test_a_word_a_user_types_finds_its_environment() -> None:
    known = Environments()
    assert [getattr(known.named(w), "name", None) for w in ("production", "stg", "moon")] == [
        "prod",
        "stg",
        None,
    ]
