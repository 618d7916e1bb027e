"""Tags of ApplicationSet templates, and the parameters generators give."""

from auditor.argocd.applicationset_object import ApplicationSet, made_of
from auditor.argocd.applicationset_policy import Controller, step_of, updates_none
from auditor.argocd.applicationset_tags import is_foreign, is_structural, parameters, tags, words
from auditor.kube.manifest import Manifest
from auditor.kube.origin import LiveOrigin


def applicationset(*generators: dict[str, object]) -> ApplicationSet:
    raw = {
        "kind": "ApplicationSet",
        "metadata": {"name": "a", "namespace": "argocd"},
        "spec": {"generators": list(generators), "template": {}},
    }
    manifest = Manifest(raw, LiveOrigin("cluster"))
    return ApplicationSet(manifest.ref, None, manifest, made_of(raw), ())


def test_parameters_of_nested_generators_come_together() -> None:
    elements = {"list": {"elements": [{"env": "prod", "values": {"size": "s"}}]}}
    given = parameters(applicationset({"matrix": {"generators": [elements, {"clusters": {}}]}}))
    assert all(map(given.has, ("env", "values.size", "name", "metadata.labels.zone")))
    assert not given.has("branch")
    assert not given.is_open


def test_files_and_plugins_give_more_than_is_known() -> None:
    assert parameters(applicationset({"git": {"files": [{"path": "*"}]}})).is_open
    assert parameters(applicationset({"plugin": {}})).is_open
    assert not parameters(applicationset({"git": {"directories": [{"path": "*"}]}})).is_open


def test_the_words_of_a_tag() -> None:
    assert tags("a-{{ x }}-{{.y}}") == ("x", ".y")
    assert words(".path.basename | upper") == ("path.basename", "upper")
    assert words("upper .env") == ("upper", "env")
    assert words("#if name") == ("if", "name")
    assert words("env") == ("env",)
    assert is_foreign(".env")
    assert is_foreign("env | lower")
    assert not is_foreign("path.basename")


def test_what_decides_where_is_structural() -> None:
    assert is_structural("/metadata/name")
    assert is_structural("/spec/sources/1/path")
    assert not is_structural("/spec/source/helm/values")
    assert not is_structural("/metadata/labels/env")


def test_the_controller_overrules_unless_it_lets_itself_be_overruled() -> None:
    key = "applicationsetcontroller.policy"
    assert Controller.parse({}).effective("create-only") == "create-only"
    assert Controller.parse({}).effective("") == "sync"
    assert Controller.parse({key: "create-update"}).effective("sync") == "create-update"
    free = {key: "sync", "applicationsetcontroller.enable.policy.override": "true"}
    assert Controller.parse(free).effective("create-only") == "create-only"


def test_steps_of_a_rolling_sync() -> None:
    steps = [
        {"matchExpressions": [{"key": "env", "operator": "In", "values": ["dev"]}]},
        {"matchExpressions": [{"key": "env", "operator": "NotIn", "values": ["prod"]}]},
    ]
    spec = {"strategy": {"rollingSync": {"steps": steps}}}
    assert step_of(spec, {"env": "dev"}) == 0
    assert step_of(spec, {}) == 1
    assert step_of(spec, {"env": "prod"}) is None
    assert [updates_none({"maxUpdate": n}) for n in (0, "0%", 1, "10%", None)] == [
        True,
        True,
        False,
        False,
        False,
    ]
