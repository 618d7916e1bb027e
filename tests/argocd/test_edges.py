"""Edges at which one changed operator had gone unnoticed: `make mutation` finds such places."""

from datetime import timedelta
from typing import Any

import pytest

from auditor.argocd import chart_values, jq_paths, lua
from auditor.argocd.app_project import AppProject
from auditor.argocd.applicationset_clusters import local_params
from auditor.argocd.applicationset_params import Mode
from auditor.argocd.applicationset_text import replaced
from auditor.argocd.contradictions import contradictions
from auditor.argocd.diff import compare
from auditor.argocd.go_template_functions import slugified
from auditor.argocd.health import health
from auditor.argocd.health.shipped import health as shipped
from auditor.argocd.health.status import DEGRADED, HEALTHY, PROGRESSING, UNKNOWN
from auditor.argocd.ignore_differences import IgnoreRule
from auditor.argocd.messages import reasons
from auditor.argocd.path_mistakes import path_mistakes
from auditor.argocd.plain_comparison import is_plainly_applied
from auditor.argocd.releases import Version
from auditor.argocd.retry import Retry
from auditor.argocd.schema import type_name
from auditor.argocd.settings import Settings
from auditor.argocd.source_json import encoded_spec
from auditor.kube.manifest import Manifest
from auditor.kube.origin import LiveOrigin
from auditor.kube.ref import ResourceRef

LIVE = LiveOrigin("cluster.example.com")
PLAIN = Settings.parse(None)


def condition(kind: str, status: str, reason: str = "", **more: str) -> dict[str, str]:
    return {"type": kind, "status": status, "reason": reason, **more}


def judged(version: str, kind: str, *conditions: dict[str, str]) -> tuple[str, str]:
    body: dict[str, Any] = {
        "apiVersion": version,
        "kind": kind,
        "metadata": {"name": "x"},
        "spec": {},
    }
    found = shipped({**body, "status": {"conditions": list(conditions)}})
    assert found is not None
    return found.status, found.message


@pytest.mark.parametrize(
    ("reason", "status", "health"),
    [
        ("FailedCreateOrUpdate", "False", DEGRADED),
        ("SuccessfulCreateOrUpdate", "True", HEALTHY),
        ("Other", "False", UNKNOWN),
        ("FailedCreateOrUpdate", "Unknown", UNKNOWN),
    ],
)
def test_a_queue_is_judged_by_status_and_reason(reason: str, status: str, health: str) -> None:
    said = judged("rabbitmq.com/v1beta1", "Queue", condition("Ready", status, reason))
    assert said[0] == health


def test_a_knative_service_needs_three_conditions() -> None:
    ready = [condition(kind, "True") for kind in ("ConfigurationsReady", "RoutesReady", "Ready")]
    assert judged("serving.knative.dev/v1", "Service", *ready)[0] == HEALTHY
    assert judged("serving.knative.dev/v1", "Service", ready[0])[0] == PROGRESSING


def test_a_node_class_is_ready_when_it_says_so() -> None:
    version, kind = "karpenter.k8s.aws/v1", "EC2NodeClass"
    assert judged(version, kind, condition("Ready", "True"))[0] == HEALTHY
    assert judged(version, kind, condition("Ready", "False", message="no"))[0] == DEGRADED
    assert judged(version, kind, condition("Ready", "Unknown"))[0] == PROGRESSING


def test_an_outdated_artifact_speaks_only_where_artifacts_count() -> None:
    told = (condition("Ready", "True", "Stored"), condition("ArtifactOutdated", "True", "New"))
    counts = judged("source.toolkit.fluxcd.io/v1", "GitRepository", *told)
    other = judged("helm.toolkit.fluxcd.io/v2", "HelmRelease", *told)
    assert (counts[1], other[1]) == ("Stored New", "Stored")


def test_a_gateway_without_conditions_and_listeners_waits() -> None:
    gateway = {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway", "status": {"a": 1}}
    found = shipped(gateway)
    assert found is not None
    assert found.status == PROGRESSING


@pytest.mark.parametrize(
    ("script", "value"),
    [
        ("return table.concat({'a', 'b', 'c'}, '-')", "a-b-c"),
        ("return table.concat({1, 2})", "12"),
        ("local ok, why = pcall(assert, false, 'gone') return why", "gone"),
        ("local ok, why = pcall(assert, nil) return why", "assertion failed!"),
        ("return assert(7)", 7),
        ("return (string.gsub('a b', '%a', {a = 'x'}))", "x b"),
        ("return (string.gsub('a b', '%a', {a = false}))", "a b"),
        ("return (string.gsub('ab', 'a', function(c) return false end))", "ab"),
        ("return string.match('a%b', '[%%]')", "%"),
        ("return string.match('x-9', '[%d-]+')", "-9"),
        ("local n = 0 for i = 1, 9 do n = i if i == 3 then break end end return n", 3),
        (
            "n = 0 for _, v in ipairs({4, 5, 6}) do if v > 5 then break end n = v end return n",
            5,
        ),
        ("local n = 0 repeat n = n + 1 if n == 2 then break end until false return n", 2),
    ],
)
def test_more_of_what_scripts_call(script: str, value: object) -> None:
    assert lua.run(script, {}, has_open_libraries=True) == value


@pytest.mark.parametrize("pattern", ["[%", "[a", "[", "[%a"])
def test_a_set_that_does_not_end_is_malformed(pattern: str) -> None:
    with pytest.raises(lua.LuaError, match="malformed"):
        lua.run(f"return string.match('a', '{pattern}')", {}, has_open_libraries=True)


def nested(depth: int) -> str:
    return f"return {'{x = ' * depth}1{'}' * depth}"


def test_tables_may_lie_a_hundred_deep_and_no_deeper() -> None:
    found = lua.to_json(lua.run(nested(90), {}, has_open_libraries=True))
    for _ in range(90):
        found = found["x"]
    assert found == 1
    assert lua.to_json(lua.run(f"return {'{' * 90}1{'}' * 90}", {}, has_open_libraries=True))
    with pytest.raises(lua.LuaError, match="recursively nested"):
        lua.to_json(lua.run(nested(102), {}, has_open_libraries=True))


def test_an_expression_that_closes_the_bracket_itself_is_run_as_written() -> None:
    found = jq_paths.delete({"a": 1, "b": 2, "c": 3}, ".a) | del(.b")
    assert found == {"c": 3}
    twice = jq_paths.delete({"a": 1, "b": 2}, ".a), del(.b")
    assert isinstance(twice, jq_paths.JqError)


def deployment(**spec: Any) -> dict[str, Any]:
    meta = {"name": "web", "namespace": "shop"}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": spec}


def test_only_a_strategy_has_to_have_the_same_keys() -> None:
    wanted, live = {"type": "Recreate"}, {"type": "Recreate", "rollingUpdate": {}}
    assert is_plainly_applied(deployment(strategy=wanted), deployment(strategy=wanted))
    assert not is_plainly_applied(deployment(strategy=wanted), deployment(strategy=live))
    selector = {"matchLabels": {"app": "web"}}
    filled = {**selector, "matchExpressions": []}
    assert is_plainly_applied(deployment(selector=selector), deployment(selector=filled))


def test_addresses_of_endpoints_have_no_order() -> None:
    body: dict[str, Any] = {"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "db"}}
    first = {"addresses": [{"ip": "10.0.0.1"}], "ports": [{"port": 1, "protocol": "TCP"}]}
    second = {"addresses": [{"ip": "10.0.0.2"}], "ports": [{"port": 2, "protocol": "TCP"}]}
    result = compare(
        {**body, "subsets": [first, second]},
        {**body, "subsets": [second, first]},
        rules=(),
        settings=PLAIN,
    )
    assert not result.is_modified


@pytest.mark.parametrize("side", ["target", "live"])
def test_without_metadata_nothing_is_plain(side: str) -> None:
    body: dict[str, Any] = {"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "b"}}
    both = {
        "target": {**body, "metadata": {"name": "x"}},
        "live": {**body, "metadata": {"name": "x"}},
    }
    both[side] = body
    assert not is_plainly_applied(both["target"], both["live"])


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (2**63 - 1, "integer"),
        (-(2**63), "integer"),
        (2**63, "number"),
        (-(2**63) - 1, "number"),
        (2.0**63, "number"),
        (1.5, "number"),
        (3.0, "integer"),
    ],
)
def test_integers_have_sixty_four_bits(value: float, name: str) -> None:
    assert type_name(value) == name


def test_an_option_counts_from_the_release_that_brought_it() -> None:
    texts = ("Prune=false", "Prune=confirm")
    assert contradictions(texts, Version(3, 4))
    assert not contradictions(texts, Version(3, 3, 9))


def test_pre_releases_are_ordered_by_their_numbers() -> None:
    texts = ["3.0.0-alpha.2", "3.0.0-rc.9", "3.0.0-rc.10", "3.0.0"]
    versions = [Version.parse(text) for text in texts]
    assert sorted(version for version in reversed(versions) if version) == versions
    numbers, words = Version(3, 0, 0, "9"), Version(3, 0, 0, "rc1")
    assert numbers < words


def test_the_longest_wait_is_none_where_the_cap_is_lifted() -> None:
    def retry(**backoff: str) -> Retry:
        return Retry.parse({"limit": 3, "backoff": backoff}, is_automated=True)

    assert retry(maxDuration="0").ceiling is None
    assert retry(maxDuration="1ns").ceiling == timedelta(0)
    assert retry(maxDuration="2m", duration="7s").ceiling == timedelta(minutes=2)
    assert retry(duration="7s").base == timedelta(seconds=7)


def test_a_project_without_sources_or_without_destinations_permits_nothing() -> None:
    def project(**spec: Any) -> AppProject:
        raw = {"metadata": {"name": "shop", "namespace": "argocd"}, "spec": spec}
        ref = ResourceRef("argoproj.io", "AppProject", "argocd", "shop")
        return AppProject.of(ref, None, Manifest(raw, LIVE))

    sources, destinations = ["*"], [{"server": "*", "namespace": "*"}]
    assert project(sourceRepos=sources).permits_nothing
    assert project(destinations=destinations).permits_nothing
    assert not project(sourceRepos=sources, destinations=destinations).permits_nothing


def test_a_flat_list_is_one_set_of_parameters() -> None:
    plain = local_params({}, Mode())
    flat = local_params({"flatList": True}, Mode())
    assert plain[0]["name"] == "in-cluster"
    assert flat == [{"clusters": plain}]


@pytest.mark.parametrize(
    ("helm", "found", "is_text"),
    [
        ({"valuesObject": {"a": 1}, "values": "a: 2"}, {"a": 1}, False),
        ({"values": "a: 2"}, {"a": 2}, True),
        ({"values": "- a"}, {}, True),
        ({}, {}, False),
        (None, {}, False),
    ],
)
def test_inline_values_are_an_object_or_a_text(helm: Any, found: Any, *, is_text: bool) -> None:
    assert chart_values.inline(helm) == (found, is_text)


def test_an_empty_pointer_takes_everything() -> None:
    rule = IgnoreRule("apps", "Deployment", json_pointers=("",))
    assert [(one.right, one.is_broad) for one in path_mistakes(rule)] == [("", True)]
    narrow = IgnoreRule("apps", "Deployment", json_pointers=("spec/replicas",))
    assert [(one.right, one.is_broad) for one in path_mistakes(narrow)] == [
        ("/spec/replicas", False)
    ]


def test_empty_lists_are_left_out_of_a_spec() -> None:
    given = {"project": "shop", "sources": [], "ignoreDifferences": [], "source": {"path": "a"}}
    assert encoded_spec(given) == {"project": "shop", "destination": {}, "source": {"path": "a"}}


def test_a_slug_of_no_length_is_whole() -> None:
    assert slugified(0, "One Two") == "one-two"
    assert slugified(3, "one-two") == "one"
    assert slugified(5, False, "one-two") == "one-t"  # noqa: FBT003 - as templates call it


def test_a_single_word_joins_the_reason_beside_it() -> None:
    assert reasons("a b,c d") == ("a b", "c d")
    assert reasons("a,b c,d e") == ("a,b c", "d e")


def test_a_daemon_set_waits_for_new_pods_and_then_for_available_ones() -> None:
    def said(updated: int, available: int) -> tuple[str, str]:
        status = {
            "observedGeneration": 1,
            "desiredNumberScheduled": 3,
            "updatedNumberScheduled": updated,
            "numberAvailable": available,
        }
        meta = {"name": "agent", "generation": 1}
        raw = {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": meta, "status": status}
        found = health({**raw, "spec": {}}, PLAIN)
        assert found is not None
        return found.status, found.message.partition("finish: ")[2]

    assert said(3, 3) == (HEALTHY, "")
    assert said(3, 2) == (PROGRESSING, "2 of 3 updated pods are available...")
    assert said(2, 3) == (PROGRESSING, "2 out of 3 new pods have been updated...")


def test_a_bar_in_a_text_is_no_pipe() -> None:
    assert replaced('{{ print "|" .a }}', {"a": "x"}, is_go=True) == "|x"
    assert replaced('{{ (print .a "b") | print "-" }}', {"a": "x"}, is_go=True) == "-xb"
