"""A chart of which only its own values are known leaves open what its installer fills in."""

from typing import Any

from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, Origin, RenderedOrigin
from auditor.snapshot import Collected, Header, Snapshot
from auditor.snapshot.chart_defaults import CHART_DEFAULTS, ChartDefaults
from auditor.snapshot.derived import APPLICATIONS

REPOSITORY = "https://git.example.com/r"


def app(name: str, origin: Origin) -> Manifest:
    spec: dict[str, Any] = {"project": "default", "source": {"repoURL": "x", "path": "y"}}
    raw = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": name, "namespace": "argocd"},
        "spec": {**spec, "destination": {}},
    }
    return Manifest(raw, origin)


def made_by(maker: str, kind: str = "Application") -> RenderedOrigin:
    return RenderedOrigin(maker, REPOSITORY, "c" * 40, f"charts/{maker}/templates/a.yaml", kind)


def gaps(*manifests: Manifest, text: str = "") -> dict[str, Gap | None]:
    snapshot = Snapshot({"git.manifests": Collected(manifests)}, Header())
    defaults, applications = snapshot.look(CHART_DEFAULTS), snapshot.look(APPLICATIONS)
    assert isinstance(defaults, ChartDefaults)
    assert isinstance(applications, tuple)
    return {one.name: defaults.left_open(one, text) for one in applications}


def test_what_a_chart_makes_and_what_that_makes_is_open() -> None:
    found = gaps(app("root", made_by("charts/root", "Chart")), app("web", made_by("argocd/root")))
    assert {name: gap and gap.facts["chart"] for name, gap in found.items()} == {
        "root": "charts/root",
        "web": "charts/root",
    }
    assert {gap and gap.code for gap in found.values()} == {"chart_values_not_given"}


def test_what_somebody_installs_is_known() -> None:
    file = GitOrigin(REPOSITORY, "c" * 40, "root.yaml", 1)
    found = gaps(app("root", file), app("web", made_by("argocd/root")))
    assert found == {"root": None, "web": None}


def test_a_whole_path_is_judged_whatever_the_values_are() -> None:
    chart = app("root", made_by("charts/root", "Chart"))
    assert gaps(chart, text="apps/web") == {"root": None}
    assert gaps(chart, text="values-.yaml")["root"] is not None


def test_two_that_make_each_other_have_no_chart() -> None:
    found = gaps(app("a", made_by("argocd/b")), app("b", made_by("argocd/a")))
    assert found == {"a": None, "b": None}
