"""How a namespace is missing, and when it only seems to be."""

from typing import Any, Final

import pytest

from auditor.argocd.application import Application
from auditor.argocd.missing_namespaces import Lack, lack_of, what_must_exist
from auditor.argocd.providers import Provider, Providers, Way
from auditor.argocd.releases import NEWEST
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.origin import LiveOrigin
from auditor.kube.ref import ResourceRef

OTHER: Final = ResourceRef("argoproj.io", "Application", "argocd", "other")
UNREAD: Final = Gap("no_cluster")


def application(phase: str = "") -> Application:
    raw: dict[str, Any] = {"kind": "Application", "metadata": {"name": "shop"}, "spec": {"a": 1}}
    if phase:
        state = {"phase": phase, "message": 'namespaces "shop" not found'}
        raw["status"] = {"operationState": state}
    return Application.of(None, Manifest(raw, LiveOrigin("")), NEWEST)


def made(*ways: Way, by: ResourceRef | None = OTHER, namespace: str = "shop") -> Providers:
    found = tuple(Provider(namespace, way, "", by) for way in ways)
    return Providers(found, {}, {})


@pytest.mark.parametrize(
    ("providers", "phase", "expected"),
    [
        (made(), "", Lack.NOBODY),
        (made(), "Failed", Lack.FAILING),
        (made(Way.FILE, by=None), "", Lack.NOBODY),
        (made(Way.MANIFEST), "", None),
        (made(Way.MANIFEST), "Failed", Lack.FAILING),
        (made(Way.OPTION, by=application().ref), "Failed", None),
    ],
)
def test_where_the_cluster_was_read(
    providers: Providers, phase: str, expected: Lack | None
) -> None:
    assert lack_of(application(phase), "shop", None, providers) is expected


def test_a_parent_that_comes_later_is_too_late() -> None:
    parent = ResourceRef("argoproj.io", "Application", "argocd", "parent")
    app, waves = application(), {application().ref: 0, OTHER: 1}
    providers = made(Way.MANIFEST)
    family = Providers(providers.all, {app.ref: (parent,), OTHER: (parent,)}, waves)
    assert lack_of(app, "shop", None, family) is Lack.LATE


def test_where_the_cluster_was_not_read() -> None:
    elsewhere = made(Way.MANIFEST, namespace="other")
    assert lack_of(application(), "shop", UNREAD, made()) is UNREAD
    assert lack_of(application(), "shop", UNREAD, elsewhere) is Lack.DECLARED
    assert lack_of(application(), "shop", UNREAD, made(Way.FILE, by=None)) is None
    assert lack_of(application("Running"), "shop", UNREAD, made()) is Lack.FAILING
    assert lack_of(application("Failed"), "shop", UNREAD, made()) is UNREAD


def test_one_reason_names_every_namespace() -> None:
    outside = Gap("cluster_outside_snapshot", {"cluster": "c"})
    assert what_must_exist({"a": UNREAD, "b": UNREAD}) == Gap(
        "namespace_must_exist", {"namespaces": "a, b"}
    )
    assert what_must_exist({"a": outside}).facts == {"cluster": "c", "namespaces": "a"}
    assert what_must_exist({"a": Gap("forbidden")}) == Gap("forbidden")
