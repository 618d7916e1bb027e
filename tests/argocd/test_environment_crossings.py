"""Where an Application of one environment reaches into another."""

from typing import Any

from auditor.argocd.application import Application
from auditor.argocd.environment_crossings import (
    Spoken,
    crossing,
    foreign_values,
    names,
    staging_images,
    targets,
)
from auditor.argocd.environment_words import Words
from auditor.argocd.releases import NEWEST
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, LiveOrigin

WORDS = Words()


def application(name: str, path: str = "apps/a.yaml", **spec: Any) -> Application:
    raw = {"kind": "Application", "metadata": {"name": name}, "spec": {"project": "shop", **spec}}
    return Application.of(Manifest(raw, GitOrigin("r", "c", path, 1)), None, NEWEST)


def pod(*references: str) -> Manifest:
    containers = [{"name": f"c{i}", "image": text} for i, text in enumerate(references)]
    raw = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}}
    return Manifest({**raw, "spec": {"containers": containers}}, LiveOrigin(""))


def test_the_destination_speaks_by_namespace_then_cluster() -> None:
    to = {"namespace": "shop-prod", "server": "https://api.stg.example.com:6443"}
    assert targets(application("a", destination=to), WORDS) == (
        Spoken("/spec/destination/namespace", "shop-prod", "production"),
        Spoken("/spec/destination/server", "https://api.stg.example.com:6443", "staging"),
    )
    assert targets(application("a", destination={"namespace": "shared"}), WORDS) == ()


def test_names_from_the_outspoken_to_the_project() -> None:
    app = application("shop-stg", "envs/prod/a.yaml", project="shop-prod")
    assert [(one.at, one.environment) for one in names(app, WORDS)] == [
        ("metadata.name", "staging"),
        ("file", "production"),
        ("spec.project", "production"),
    ]


def test_a_crossing_is_of_production_and_something_else() -> None:
    prod, stg, dev = (Spoken("a", "a", e) for e in ("production", "staging", "development"))
    assert crossing((prod,), (stg,)) == (prod, stg)
    assert crossing((stg, prod), (dev,)) == (prod, dev)
    assert crossing((prod,), (prod,)) is None
    assert crossing((stg,), (dev,)) is None
    assert crossing((), (prod,)) is None


def test_value_files_of_the_other_environment() -> None:
    source = {"repoURL": "r", "path": "a", "helm": {"valueFiles": ["a.yaml", "values-stg.yaml"]}}
    app = application("a", source=source)
    (found,) = foreign_values(app, "production", WORDS)
    assert (found.at, found.value) == ("/spec/source/helm/valueFiles/1", "values-stg.yaml")
    assert not list(foreign_values(app, "staging", WORDS))
    assert not list(foreign_values(app, "", WORDS))


def test_images_that_the_twin_runs_too_once_each() -> None:
    staging, plain = "r.example.com/stg/web:1", "r.example.com/shop/web:1"
    mine = (pod(staging, plain), pod(staging))
    assert [i.reference for _, i in staging_images(mine, (pod(staging),), WORDS)] == [staging]
    assert not list(staging_images(mine, (pod(plain),), WORDS))
    host_only = pod("stg.example.com/web:1")
    assert not list(staging_images((host_only,), (host_only,), WORDS))
