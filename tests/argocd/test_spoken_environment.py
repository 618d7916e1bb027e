"""Names of one Application that speak of different environments, or of none."""

import pytest

from auditor.argocd.application import Application, Destination
from auditor.argocd.releases import NEWEST
from auditor.argocd.spoken_environment import is_production, of_destination
from auditor.kube.manifest import Manifest
from auditor.kube.origin import LiveOrigin


@pytest.mark.parametrize(
    ("namespace", "name", "project", "answer"),
    [
        ("shop-prod", "orders", "shop", True),
        ("shop", "orders-prod", "shop", True),
        ("shop", "orders", "shop-prod", True),
        ("shop-stg", "orders-prod", "shop", False),
        ("shop-pre-prod", "orders", "shop", False),
        ("products", "reproduction", "shop", False),
        ("shop", "orders", "shop", False),
    ],
)
def test_what_it_is_deployed_to_says_more_than_what_it_is_called(
    namespace: str, name: str, project: str, *, answer: bool
) -> None:
    raw = {
        "kind": "Application",
        "metadata": {"name": name},
        "spec": {"project": project, "destination": {"name": "europe", "namespace": namespace}},
    }
    app = Application.of(Manifest(raw, LiveOrigin("cluster")), None, NEWEST)
    assert is_production(app) is answer


def test_a_cluster_speaks_where_the_namespace_does_not() -> None:
    assert of_destination(Destination("", "europe-prod", "shop")) == "production"
    assert of_destination(Destination("", "europe-prod", "shop-stg")) == "staging"
    assert of_destination(Destination("", "europe", "shop")) == ""
