"""The terms stateful, secret store, foundation and guarded."""

import pytest

from auditor.argocd.application import Application
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.guards import holds_data, is_guarded_as_a_whole, unguarded
from auditor.argocd.health_message import blamed
from auditor.argocd.releases import Version
from auditor.argocd.settings import Settings
from auditor.argocd.stateful import is_foundation, is_secret_store, is_stateful
from auditor.kube.manifest import Manifest
from auditor.kube.origin import LiveOrigin
from auditor.kube.ref import ResourceRef

HERE = LiveOrigin("cluster.example.com")
GUARD = {"argocd.argoproj.io/sync-options": "Prune=false"}


def ref(kind: str) -> ResourceRef:
    group, _, name = kind.rpartition("/")
    return ResourceRef(group, name, "shop", "x")


def claim(namespace: str = "", annotations: dict[str, str] | None = None) -> Manifest:
    meta = {"name": "data", "annotations": annotations or {}}
    raw = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": meta}
    return Manifest(
        raw | {"metadata": meta | ({"namespace": namespace} if namespace else {})}, HERE
    )


def application(server: str = "https://kubernetes.default.svc") -> Application:
    spec = {"destination": {"server": server, "namespace": "shop"}}
    raw = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "spec": spec}
    manifest = Manifest(raw | {"metadata": {"name": "shop"}}, HERE)
    return Application.of(manifest, None, Version(3, 6))


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("PersistentVolumeClaim", True),
        ("apps/StatefulSet", True),
        ("postgresql.cnpg.io/Cluster", True),
        ("cluster.x-k8s.io/Cluster", False),
        ("apps/Deployment", False),
        ("apiextensions.k8s.io/CustomResourceDefinition", False),
    ],
)
def test_stateful_is_what_holds_data(kind: str, expected: bool) -> None:  # noqa: FBT001 - a table
    assert is_stateful(ref(kind)) is expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("external-secrets.io/ClusterSecretStore", True),
        ("external-secrets.io/ExternalSecret", False),
        ("generators.external-secrets.io/VaultDynamicSecret", True),
        ("secrets.hashicorp.com/VaultAuth", True),
        ("Secret", False),
        ("ConfigMap", False),
    ],
)
def test_secret_stores_say_where_secrets_come_from(
    kind: str,
    expected: bool,  # noqa: FBT001 - a table
) -> None:
    assert is_secret_store(ref(kind)) is expected


def test_foundations_are_what_others_lean_on() -> None:
    assert is_foundation(ref("Namespace"))
    assert is_foundation(ref("external-secrets.io/SecretStore"))
    assert not is_foundation(ref("apps/Deployment"))


def test_a_definition_holds_data_only_with_a_tracking_mark() -> None:
    marks = {"labels": {"app.kubernetes.io/instance": "a"}, "name": "x"}
    raw = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition"}
    definition = Manifest(raw | {"metadata": marks}, HERE)
    by_label = Settings.parse({"application.resourceTrackingMethod": "label"})
    assert not holds_data(definition)
    assert not holds_data(definition, Settings.parse({}))
    assert holds_data(definition, by_label)


def test_the_live_object_decides_about_its_guard() -> None:
    app, version = application(), Version(3, 6)
    rendered = (claim(annotations=GUARD),)
    assert unguarded(rendered, app, None, version) == ()
    bare = LiveObjects.of([claim("shop")], ())
    assert unguarded(rendered, app, bare, version) == rendered
    elsewhere = application("https://other.example.com")
    assert unguarded(rendered, elsewhere, bare, version) == ()


def test_an_application_without_options_guards_nothing() -> None:
    assert not is_guarded_as_a_whole(application(), Version(3, 6))


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (
            "Caused by apps/Deployment:shop/web",
            ResourceRef("apps", "Deployment", "shop", "web"),
        ),
        ("Caused by /Service:shop/web", ResourceRef("", "Service", "shop", "web")),
        ("Caused by example.com/Thing:/one", ResourceRef("example.com", "Thing", "", "one")),
        ("exceeded its progress deadline", None),
    ],
)
def test_the_message_names_the_object(message: str, expected: ResourceRef | None) -> None:
    assert blamed(message) == expected
