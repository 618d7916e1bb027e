"""Sync options where nothing reads them."""

from auditor.argocd.application import Application
from auditor.argocd.option_levels import (
    annotated_on,
    is_application_only,
    is_made_by_generator,
    resource_only,
    without_application_only,
)
from auditor.argocd.releases import NEWEST
from auditor.kube.manifest import Manifest
from auditor.kube.origin import LiveOrigin, RenderedOrigin


def application(
    origin: LiveOrigin | RenderedOrigin, options: list[str] | None = None
) -> Application:
    raw = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {
            "name": "shop",
            "annotations": {"argocd.argoproj.io/sync-options": "Prune=false, PruneLast=true,"},
        },
        "spec": {"syncPolicy": {"syncOptions": options or []}},
    }
    return Application.of(Manifest(raw, origin), None, NEWEST)


def test_what_each_level_alone_reads() -> None:
    assert is_application_only("CreateNamespace=true")
    assert is_application_only("PrunePropagationPolicy=orphan")
    assert not is_application_only("Prune=false")
    assert not is_application_only("Force=true")
    assert not is_application_only("CreateNamespace=false")


def test_force_is_found_at_its_place() -> None:
    app = application(LiveOrigin(""), ["Replace=true", "Force=true", "Force=false"])
    assert [e.pointer for e in resource_only(app)] == ["/spec/syncPolicy/syncOptions/1"]


def test_the_annotation_of_the_application_itself() -> None:
    options = annotated_on(application(LiveOrigin("")))
    assert options == ("Prune=false", "PruneLast=true")
    assert (
        without_application_only((*options, "CreateNamespace=true")) == "Prune=false,PruneLast=true"
    )
    assert without_application_only(("CreateNamespace=true",)) == ""


def test_a_template_of_a_parent_is_no_generator() -> None:
    made = RenderedOrigin("argocd/sets", "r", "c", "set.yaml", "ApplicationSet")
    rendered = RenderedOrigin("argocd/root", "r", "c", "templates/app.yaml")
    assert is_made_by_generator(application(made))
    assert not is_made_by_generator(application(rendered))
