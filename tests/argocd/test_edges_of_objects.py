"""Edges of whole objects, beside those of `test_edges`."""

import json
from typing import Any

import pytest

from auditor.argocd import field_paths, lua
from auditor.argocd.agreement import verdict
from auditor.argocd.application import Application
from auditor.argocd.applicationset_object import ApplicationSet, made_of
from auditor.argocd.applicationset_tags import parameters
from auditor.argocd.broad_entries import Pair
from auditor.argocd.comparison_targets import Surroundings, placed_targets, read_application
from auditor.argocd.declaration import repository_of
from auditor.argocd.diff import compare
from auditor.argocd.drift import FieldDrift
from auditor.argocd.field_owners import Writers
from auditor.argocd.field_values import one_line
from auditor.argocd.health import health
from auditor.argocd.held_changes import held_changes
from auditor.argocd.ignore_candidates import candidates
from auditor.argocd.ignore_differences import IgnoreRule
from auditor.argocd.ignore_effect import Use, effects
from auditor.argocd.normalise import normalise
from auditor.argocd.object_state import ObjectState, State, hidden_fields, state_of
from auditor.argocd.project import Project
from auditor.argocd.releases import NEWEST
from auditor.argocd.schema_clean import Field, is_clean
from auditor.argocd.settings import CompareOptions, Settings
from auditor.argocd.sync_options import edits
from auditor.argocd.sync_tasks import Tasks
from auditor.argocd.system_rules import SystemRules
from auditor.argocd.workloads import workloads
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.origin import LiveOrigin

LIVE = LiveOrigin("cluster.example.com")
PLAIN = Settings.parse(None)


def application(*options: str, skipped: bool = False) -> Application:
    note = {"argocd.argoproj.io/skip-reconcile": "true"} if skipped else {}
    raw = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": "shop", "namespace": "argocd", "annotations": note},
        "spec": {
            "destination": {"name": "in-cluster", "namespace": "shop"},
            "syncPolicy": {"syncOptions": list(options)},
        },
    }
    return Application.of(None, Manifest(raw, LIVE), NEWEST)


def config_map(**data: str) -> Manifest:
    meta = {"name": "a", "namespace": "shop"}
    return Manifest({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": data}, LIVE)


def test_verdicts_differ_for_a_reason_that_can_be_shown() -> None:
    one = ObjectState(ref=config_map().ref, state=State.DIFFERS, argocd="Synced", live=config_map())
    codes = [
        found.reason.code
        for skipped in (True, False)
        if (found := verdict(application(skipped=skipped), one, (), PLAIN)) and found.reason
    ]
    assert codes == ["argocd_was_told_to_skip", "verdicts_differ"]


def test_a_difference_that_is_not_found_leaves_the_state_open() -> None:
    app, target = application("ServerSideApply=true"), config_map(a="b")
    mark = {"argocd.argoproj.io/tracking-id": "shop:/ConfigMap:shop/a"}
    live = config_map(a="b")
    live = Manifest({**live.raw, "metadata": {**live.raw["metadata"], "annotations": mark}}, LIVE)
    states = [
        state_of(app, target.ref, target, live, PLAIN, word).state
        for word in ("OutOfSync", "Synced")
    ]
    assert states == [State.UNKNOWN, State.SAME]


def test_a_rule_about_no_object_is_told_from_one_that_hides_nothing() -> None:
    one = ObjectState(ref=config_map().ref, state=State.SAME)
    rules = [IgnoreRule("", kind, json_pointers=("/data",)) for kind in ("ConfigMap", "Service")]
    uses = [effect.use for effect in effects(rules, [one], Writers())]
    assert uses == [Use.HIDES_NOTHING, Use.ABOUT_NOTHING]


def test_values_in_one_line_have_their_keys_in_order() -> None:
    assert one_line({"b": 1, "a": [2]}) == '{"a": [2], "b": 1}'


def test_what_is_only_live_is_declared_nowhere() -> None:
    assert repository_of(application()) == ""


def test_the_keys_of_a_map_in_an_element_are_parameters() -> None:
    raw = {
        "kind": "ApplicationSet",
        "metadata": {"name": "a", "namespace": "argocd"},
        "spec": {"generators": [{"list": {"elements": [{"size": {"cpu": 1}, "env": "prod"}]}}]},
    }
    manifest = Manifest(raw, LIVE)
    given = parameters(ApplicationSet(manifest.ref, None, manifest, made_of(raw), ()))
    assert [given.has(name) for name in ("size.cpu", "env", "size.memory")] == [True, True, False]


def test_a_set_that_makes_far_too_much_says_so() -> None:
    blocks = [
        {"list": {"elements": [{key: str(number)} for number in range(200)]}} for key in ("a", "b")
    ]
    spec = {"generators": [{"matrix": {"generators": blocks}}], "template": {}}
    found = made_of({"metadata": {"name": "a", "namespace": "argocd"}, "spec": spec}, "a.yaml")
    assert isinstance(found, Gap)
    assert (found.code, found.facts["path"]) == ("applicationset_unbounded", "a.yaml")


def test_an_excluded_target_is_warned_of_and_left_out() -> None:
    lease = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "a"}}
    around = Surroundings(Project.of_spec({}, name="shop"), PLAIN)
    app = read_application(application().manifest.raw, around)
    kept, conditions = placed_targets([lease, config_map().raw], app, around)
    assert [one["kind"] for one in kept] == ["ConfigMap"]
    assert conditions == [
        (
            "ExcludedResourceWarning",
            "Resource coordination.k8s.io/Lease a is excluded in the settings",
        )
    ]


@pytest.mark.parametrize(
    ("metadata", "clean"),
    [
        ({"name": "a", "finalizers": ["x"]}, True),
        ({"name": "a", "finalizers": [1]}, False),
        ({"name": "a", "finalizers": "x"}, False),
        ({"name": "a", "labels": {"x": "y"}}, True),
        ({"name": "a", "labels": {"x": 1}}, False),
        ({"name": 1}, False),
        ({"name": "a", "other": ["x"]}, False),
    ],
)
def test_metadata_is_plain_or_looked_at_closely(metadata: Any, *, clean: bool) -> None:
    root = Field(frozenset({dict}), None, ("metadata",), keeps_unknown=True)
    assert is_clean({"metadata": metadata, "spec": {}}, root, lambda _text, _node: True) is clean


def test_booleans_are_not_joined() -> None:
    with pytest.raises(lua.LuaError, match="concat"):
        lua.run("return 'x' .. true", {}, has_open_libraries=True)


def test_an_item_is_named_by_all_its_keys_where_no_single_one_does() -> None:
    def items(last: int) -> dict[str, Any]:
        keys = [{"a": 1, "b": 1}, {"a": 1, "b": 2}, {"a": 2, "b": 1}]
        return {"spec": {"items": [{**key, "v": [last]} for key in keys]}}

    field = FieldDrift("/spec/items/0/v", [1], 2, True, (), None, False)  # noqa: FBT003 - its fields
    texts = [text for _, found in candidates(field, items(1), items(2)) for text in found]
    assert ".spec.items[]? | select(.a == 1 and .b == 1) | .v" in texts


def test_a_workload_without_a_number_has_one_replica() -> None:
    raw = {"workloads": [{"name": "a"}, {"name": "b", "replicas": 0}]}
    assert [one.wanted for one in workloads([Manifest(raw, LIVE)])] == [1, 0]


def test_nothing_is_held_back_in_what_is_not_live() -> None:
    rule = IgnoreRule("", "ConfigMap", json_pointers=("/data",))
    pair = Pair(config_map(a="b"), None, "shop")
    assert held_changes(application(), rule, pair, PLAIN, Writers()) == ()


@pytest.mark.parametrize("options", [(), ("ServerSideApply=true",)])
def test_a_server_side_apply_leaves_what_only_lives(options: tuple[str, ...]) -> None:
    """Argo CD applied the key once by itself, so that a client-side apply would take it away."""
    ignoring = [{"kind": "ConfigMap", "jsonPointers": ["/data/b"]}]
    raw = application(*options).manifest.raw
    app = Application.of(
        None,
        Manifest({**raw, "spec": {**raw["spec"], "ignoreDifferences": ignoring}}, LIVE),
        NEWEST,
    )
    target, live = config_map(a="1"), config_map(a="1", b="2")
    notes = {
        "argocd.argoproj.io/tracking-id": "shop:/ConfigMap:shop/a",
        "kubectl.kubernetes.io/last-applied-configuration": json.dumps(live.raw),
    }
    there = {**live.raw, "metadata": {**live.raw["metadata"], "annotations": notes}}
    hidden = hidden_fields(app, target.ref, target.raw, there, PLAIN, is_out=False)
    assert [field.pointer for field in hidden] == ([] if options else ["/data/b"])


def test_rules_of_the_older_map_are_written_there() -> None:
    text = (
        "apps/Deployment:\n"
        "  ignoreDifferences: |\n"
        "    jsonPointers: [/spec/replicas]\n"
        "v1/Secret:\n"
        "  health.lua: return {}\n"
    )

    def found(**data: str) -> list[tuple[str, str]]:
        keys = {key.replace("_", ".", 1): value for key, value in data.items()}
        meta = {"name": "argocd-cm", "namespace": "argocd"}
        here = SystemRules.of(Manifest({"metadata": meta, "data": keys}, LIVE))
        return [(rule.kind, here.at(rule)) for rule in here.ignore_rules]

    assert found(resource_customizations=text) == [("Deployment", "/data/resource.customizations")]
    assert found() == []


@pytest.mark.parametrize(
    ("left", "right", "most", "count"),
    [
        ("a", "abcd", 1, 2),
        ("prune", "prune", 2, 0),
        ("prnue", "prune", 2, 1),
        ("ab", "ba", 2, 1),
        ("xab", "xba", 2, 1),
        ("kitten", "sitting", 5, 3),
        ("kitten", "sitting", 2, 3),
        ("kitten", "gardens", 2, 3),
        ("", "ab", 2, 2),
        ("false", "fasle", 3, 1),
    ],
)
def test_how_many_edits_part_two_texts(left: str, right: str, most: int, count: int) -> None:
    assert edits(left, right, most) == edits(right, left, most) == count


def test_an_unknown_version_of_a_built_in_kind_has_no_health() -> None:
    raw = {"apiVersion": "apiregistration.k8s.io/v2", "kind": "APIService", "metadata": {}}
    found = health(raw, PLAIN)
    assert found is not None
    assert found.status == "Unknown"
    assert "unsupported APIService GVK" in str(found.error)


def test_what_is_left_of_an_object_is_told_with_its_keys_in_order() -> None:
    rule = IgnoreRule("", "ConfigMap", jq_path_expressions=(".kind", ".metadata"))
    target = {"metadata": {"name": "a"}, "kind": "ConfigMap", "data": {}, "apiVersion": "v1"}
    assert normalise(target, None, (rule,), PLAIN).error == (
        """Object 'Kind' is missing in '{"apiVersion":"v1","data":{}}'"""
    )


def test_a_sync_of_nothing_has_one_step() -> None:
    assert not Tasks(()).is_multi_step


def test_an_object_on_one_side_has_no_differences() -> None:
    alone = config_map(a="b").raw
    for sides in ((alone, None), (None, alone)):
        assert compare(*sides, rules=(), settings=PLAIN).differences == ()


def test_compare_options_that_are_left_out_have_their_defaults() -> None:
    found = Settings.parse({"resource.compareoptions": "ignoreResourceStatusField: none"})
    assert found.compare_options == CompareOptions(ignore_resource_status_field="none")
    assert not found.compare_options.ignore_aggregated_roles


@pytest.mark.parametrize(("step", "text"), [("0", "[name=web]"), ("1", "[1]"), ("x", "[x]")])
def test_a_place_that_no_list_has_is_still_shown(step: str, text: str) -> None:
    live = {"spec": {"ports": [{"name": "web"}]}}
    assert field_paths.shown(f"/spec/ports/{step}/port", live) == f"spec.ports{text}.port"
