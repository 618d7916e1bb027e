"""Suggested rules on recorded drift and on generated variations, through Argo CD's normaliser."""

import copy
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import pytest

from auditor.argocd.application import Application
from auditor.argocd.drift import ObjectDrift, drift_of
from auditor.argocd.field_owners import Writers
from auditor.argocd.ignore_differences import IgnoreRule
from auditor.argocd.ignore_suggestion import Suggestion, suggest
from auditor.argocd.normalise import normalise
from auditor.argocd.releases import NEWEST
from auditor.argocd.settings import Settings
from auditor.kube import pointer
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.merge import is_same
from auditor.kube.origin import LiveOrigin
from tests.argocd.test_drift import RECORDED, compared_by_argocd

ORIGIN: Final = LiveOrigin("cluster.example.com")
PLAIN: Final = Settings.parse(None)
MANAGER: Final = "some-operator"
TRACKING: Final = "argocd.argoproj.io/tracking-id"


def application(*options: str) -> Application:
    raw = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": "shop", "namespace": "argocd"},
        "spec": {
            "destination": {"server": "https://kubernetes.default.svc", "namespace": "shop"},
            "syncPolicy": {"syncOptions": list(options)},
        },
    }
    return Application.of(Manifest(raw, ORIGIN), None, NEWEST)


def owned(places: Iterable[tuple[str, ...]], manager: str = MANAGER) -> dict[str, Any]:
    """Return an entry of managedFields that owns keys of maps, and lists as a whole."""
    fields: dict[str, Any] = {}
    for place in places:
        here = fields
        for part in place:
            here = here.setdefault(f"f:{part}", {})
    return {
        "manager": manager,
        "operation": "Update",
        "time": "2026-11-23T01:00:00Z",
        "fieldsType": "FieldsV1",
        "fieldsV1": fields,
    }


def placed(raw: Mapping[str, Any], *entries: Mapping[str, Any]) -> dict[str, Any]:
    """Return the live object: in its namespace, tracked, and with its owners."""
    out = copy.deepcopy(dict(raw))
    group = out["apiVersion"].rpartition("/")[0]
    name = out["metadata"]["name"]
    notes = {**out["metadata"].get("annotations", {})}
    notes[TRACKING] = f"shop:{group}/{out['kind']}:shop/{name}"
    out["metadata"] = {
        **out["metadata"],
        "namespace": "shop",
        "annotations": notes,
        "managedFields": list(entries),
    }
    return out


def drifted(
    target: Mapping[str, Any], live: Mapping[str, Any], app: Application | None = None
) -> ObjectDrift:
    there = Manifest(live, ORIGIN)
    found = drift_of(app or application(), there.ref, Manifest(target, ORIGIN), there, PLAIN)
    assert not isinstance(found, Gap), found
    assert found.fields
    return found


def proven(drift: ObjectDrift) -> Suggestion:
    """Return the suggestion after the whole chain has shown that it hides the drift, and it alone.

    Put back what differs, and both sides must be alike with the rule and without it.
    """
    found = suggest(drift, drift.fields, (), PLAIN)
    assert found is not None
    sides = normalise(drift.target.raw, drift.live.raw, (found.rule,), PLAIN)
    assert sides.error is None
    hidden = after(drift, found.rule)
    assert not [f.pointer for f in hidden.fields if f.pointer in found.pointers], hidden.fields
    return found


def after(drift: ObjectDrift, rule: IgnoreRule) -> ObjectDrift:
    app = application()
    entry = {
        "group": rule.group,
        "kind": rule.kind,
        "jsonPointers": list(rule.json_pointers),
        "jqPathExpressions": list(rule.jq_path_expressions),
        "managedFieldsManagers": list(rule.managed_fields_managers),
    }
    raw = {**app.manifest.raw, "spec": {**app.spec, "ignoreDifferences": [entry]}}
    ignoring = Application.of(Manifest(raw, ORIGIN), None, NEWEST)
    bare = copy.deepcopy(dict(drift.target.raw))
    left = drift_of(ignoring, drift.ref, Manifest(bare, ORIGIN), drift.live, PLAIN)
    assert isinstance(left, ObjectDrift), left
    return left


def leaves_seen(drift: ObjectDrift, rule: IgnoreRule) -> Iterator[tuple[str, bool]]:
    """Change every leaf that does not differ, one at a time; say whether it is still seen."""
    target = drift.target.raw
    for place, value in pointer.leaves(target):
        if place.startswith("/metadata/") and "annotations" not in place:
            continue
        is_kept = is_same(pointer.get(drift.live.raw, place), value)
        if place in ("/apiVersion", "/kind") or TRACKING.replace("/", "~1") in place:
            continue
        if is_kept and not any(f.pointer.startswith(place) for f in drift.fields):
            changed = pointer.set_(target, place, changed_value(value))
            seen = ObjectDrift(drift.ref, Manifest(changed, ORIGIN), drift.live, (), False)  # noqa: FBT003 - a record
            left = after(seen, rule)
            yield place, any(place.startswith(f.pointer) for f in left.fields)


def changed_value(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case _:
            return f"{value}changed"


def path_to_web(place: str) -> dict[str, Any]:
    service = {"name": "web", "port": {"number": 80}}
    return {"path": place, "pathType": "Prefix", "backend": {"service": service}}


CONFIG: Final = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "settings"},
    "data": {"a.b/c": "1", 'quo"ted': "1", "back\\slash": "1", "til~de": "1", "plain": "1"},
}
INGRESS: Final = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "Ingress",
    "metadata": {"name": "web", "annotations": {"a/one": "1", "b/two": "2", "c.d/three": "3"}},
    "spec": {
        "ingressClassName": "nginx",
        "rules": [
            {"host": host, "http": {"paths": [path_to_web(place) for place in ("/", "/api")]}}
            for host in ("one.example", "two.example")
        ],
    },
}
DEPLOYMENT: Final = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web"},
    "spec": {
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {
                "containers": [
                    {"name": "app", "image": "app:1", "env": [{"name": "LEVEL", "value": "x"}]},
                    {"name": "side", "image": "side:1", "args": ["--one", "--two"]},
                ],
                "tolerations": [{"key": "a", "operator": "Exists"}],
            },
        },
    },
}
CUSTOM: Final = {
    "apiVersion": "example.com/v1",
    "kind": "Widget",
    "metadata": {"name": "w"},
    "spec": {
        "items": [
            {"id": "x", "size": 1, "parts": [{"label": "p", "n": 1}, {"label": "q", "n": 2}]},
            {"id": "y", "size": 1, "parts": []},
        ],
        "words": ["one", "two"],
    },
}


def setting(*places: str, value: Any = "theirs") -> Any:
    def change(raw: dict[str, Any]) -> dict[str, Any]:
        for place in places:
            raw = pointer.set_(raw, place, value)
        return raw

    return change


def appending(place: str, *items: Any) -> Any:
    def change(raw: dict[str, Any]) -> dict[str, Any]:
        return dict(pointer.set_(raw, place, [*pointer.get(raw, place), *items]))

    return change


def both(*changes: Any) -> Any:
    def change(raw: dict[str, Any]) -> dict[str, Any]:
        for one in changes:
            raw = one(raw)
        return raw

    return change


CASES: Final[dict[str, tuple[Any, Any, dict[str, list[str]]]]] = {
    "a key with a dot and a slash": (
        CONFIG,
        setting("/data/a.b~1c"),
        {"jsonPointers": ["/data/a.b~1c"]},
    ),
    "a key with a quote": (CONFIG, setting('/data/quo"ted'), {"jsonPointers": ['/data/quo"ted']}),
    "a key with a backslash": (
        CONFIG,
        setting("/data/back\\slash"),
        {"jsonPointers": ["/data/back\\slash"]},
    ),
    "a key with a tilde": (CONFIG, setting("/data/til~0de"), {"jsonPointers": ["/data/til~0de"]}),
    "two annotations": (
        INGRESS,
        setting("/metadata/annotations/a~1one", "/metadata/annotations/b~1two"),
        {"jsonPointers": ["/metadata/annotations/a~1one", "/metadata/annotations/b~1two"]},
    ),
    "an appended rule": (
        INGRESS,
        appending("/spec/rules", {"host": "acme.example"}),
        {"jqPathExpressions": ['.spec.rules[]? | select(.host == "acme.example")']},
    ),
    "two appended rules, one with a quote": (
        INGRESS,
        appending("/spec/rules", {"host": "acme.example"}, {"host": 'o"dd'}),
        {
            "jqPathExpressions": [
                '.spec.rules[]? | select(.host == "acme.example")',
                '.spec.rules[]? | select(.host == "o\\"dd")',
            ]
        },
    ),
    "a field of a nested item": (
        INGRESS,
        setting("/spec/rules/1/http/paths/0/backend/service/name"),
        {
            "jqPathExpressions": [
                (
                    '.spec.rules[]? | select(.host == "two.example") | .http.paths[]?'
                    ' | select(.path == "/") | .backend.service.name'
                )
            ]
        },
    ),
    "an item appended within an item": (
        INGRESS,
        appending("/spec/rules/0/http/paths", {"path": "/.well-known", "pathType": "Exact"}),
        {
            "jqPathExpressions": [
                (
                    '.spec.rules[]? | select(.host == "one.example") | .http.paths[]?'
                    ' | select(.path == "/.well-known")'
                )
            ]
        },
    ),
    "an appended rule beside a changed one": (
        INGRESS,
        both(
            appending("/spec/rules", {"host": "acme.example"}),
            setting("/spec/rules/0/http/paths/1/backend/service/port/number", value=8080),
        ),
        {
            "jqPathExpressions": [
                (
                    '.spec.rules[]? | select(.host == "one.example") | .http.paths[]?'
                    ' | select(.path == "/api") | .backend.service.port.number'
                ),
                '.spec.rules[]? | select(.host == "acme.example")',
            ]
        },
    ),
    "an image of one container": (
        DEPLOYMENT,
        setting("/spec/template/spec/containers/1/image"),
        {
            "jqPathExpressions": [
                '.spec.template.spec.containers[]? | select(.name == "side") | .image'
            ]
        },
    ),
    "a variable of one container": (
        DEPLOYMENT,
        setting("/spec/template/spec/containers/0/env/0/value"),
        {
            "jqPathExpressions": [
                (
                    '.spec.template.spec.containers[]? | select(.name == "app") | .env[]?'
                    ' | select(.name == "LEVEL") | .value'
                )
            ]
        },
    ),
    "an argument": (
        DEPLOYMENT,
        appending("/spec/template/spec/containers/1/args", "--three"),
        {
            "jqPathExpressions": [
                (
                    '.spec.template.spec.containers[]? | select(.name == "side") | .args[]?'
                    ' | select(. == "--three")'
                )
            ]
        },
    ),
    "a toleration in an atomic list": (
        DEPLOYMENT,
        appending("/spec/template/spec/tolerations", {"key": "b", "operator": "Exists"}),
        {
            "jqPathExpressions": [
                '.spec.template.spec.tolerations[]? | select(.key == "b")',
            ]
        },
    ),
    "an item of a custom resource by a key of its own": (
        CUSTOM,
        setting("/spec/items/0/parts/1/n", value=5),
        {
            "jqPathExpressions": [
                '.spec.items[]? | select(.id == "x") | .parts[]? | select(.label == "q") | .n'
            ]
        },
    ),
    "a word of a custom resource": (
        CUSTOM,
        appending("/spec/words", "three"),
        {"jqPathExpressions": ['.spec.words[]? | select(. == "three")']},
    ),
    "an item with another name": (
        CUSTOM,
        appending("/spec/items", {"id": 7, "size": 1, "parts": []}),
        {"jqPathExpressions": [".spec.items[]? | select(.id == 7)"]},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_suggested_rule_hides_that_drift_and_nothing_else(name: str) -> None:
    target, change, wanted = CASES[name]
    live = placed(change(copy.deepcopy(target)), owned([("metadata", "labels", "nothing")]))
    drift = drifted(target, live)
    found = proven(drift)
    expected = {"group": target["apiVersion"].rpartition("/")[0], "kind": target["kind"], **wanted}
    assert found.entry == {key: value for key, value in expected.items() if value}
    assert not after(drift, found.rule).fields
    blind = [place for place, is_seen in leaves_seen(drift, found.rule) if not is_seen]
    assert not blind, blind


def test_one_manager_that_owns_many_fields_is_named_instead_of_them() -> None:
    places = [("metadata", "annotations", key) for key in ("a/one", "b/two", "c.d/three")]
    change = setting(*(pointer.join(place) for place in places))
    drift = drifted(INGRESS, placed(change(copy.deepcopy(INGRESS)), owned(places)))
    found = proven(drift)
    assert found.entry == {
        "group": "networking.k8s.io",
        "kind": "Ingress",
        "managedFieldsManagers": [MANAGER],
    }
    assert found.needs_respect
    assert not after(drift, found.rule).fields


def test_a_manager_that_owns_more_than_the_drift_is_not_trusted() -> None:
    places = [("metadata", "annotations", key) for key in ("a/one", "b/two", "c.d/three")]
    change = setting(*(pointer.join(place) for place in places))
    more = [*places, ("spec", "ingressClassName")]
    drift = drifted(INGRESS, placed(change(copy.deepcopy(INGRESS)), owned(more)))
    found = proven(drift)
    assert not found.rule.managed_fields_managers
    assert len(found.rule.json_pointers) == 3


def test_two_managers_need_the_fields_by_name() -> None:
    places = [("metadata", "annotations", key) for key in ("a/one", "b/two", "c.d/three")]
    change = setting(*(pointer.join(place) for place in places))
    owners = owned(places[:2]), owned(places[2:], "other-operator")
    drift = drifted(INGRESS, placed(change(copy.deepcopy(INGRESS)), *owners))
    assert not proven(drift).rule.managed_fields_managers


def test_replicas_are_left_to_git() -> None:
    target = {**DEPLOYMENT, "spec": {**DEPLOYMENT["spec"], "replicas": 2}}  # type: ignore[dict-item]
    live = placed(setting("/spec/replicas", value=5)(target), owned([("spec", "replicas")]))
    drift = drifted(target, live)
    assert suggest(drift, drift.fields, (), PLAIN) is None


def test_a_list_in_another_order_is_a_matter_for_git() -> None:
    live = copy.deepcopy(INGRESS)
    live["spec"]["rules"].reverse()  # type: ignore[index]
    drift = drifted(INGRESS, placed(live))
    assert suggest(drift, drift.fields, (), PLAIN) is None


def test_a_field_in_a_list_without_merge_key_would_freeze_the_list() -> None:
    drift = drifted(CUSTOM, placed(setting("/spec/items/0/size", value=9)(CUSTOM)))
    found = proven(drift)
    assert found.frozen == ("/spec/items",)
    assert not found.needs_respect


def test_the_name_is_given_only_where_another_object_would_lose_something() -> None:
    change = setting("/metadata/annotations/a~1one")
    drift = drifted(INGRESS, placed(change(INGRESS)))
    other = {**INGRESS, "metadata": {"name": "other", "annotations": {"a/one": "1"}}}
    bare = {**INGRESS, "metadata": {"name": "bare"}}
    for sibling, places, name in (
        (bare, frozenset[str](), ""),
        (other, frozenset[str](), "web"),
        (other, frozenset({"/metadata/annotations/a~1one"}), ""),
    ):
        beside = ObjectDrift(
            drift.ref,
            drift.target,
            drift.live,
            drift.fields,
            drift.is_server_side,
            ((sibling, None, places),),
        )
        found = suggest(beside, beside.fields, (), PLAIN)
        assert found is not None
        assert found.rule.name == name


def test_every_recorded_drift_has_a_rule_that_hides_it_alone() -> None:
    seen = 0
    for scenario in RECORDED:
        for _, item in compared_by_argocd(scenario):
            target, live = (
                json.loads(item.get(side) or "null") for side in ("targetState", "liveState")
            )
            if not target or not live:
                continue
            there = Manifest(live, ORIGIN)
            found = drift_of(application(), there.ref, Manifest(target, ORIGIN), there, PLAIN)
            if isinstance(found, Gap) or not found.fields or found.is_secret:
                continue
            fields = [f for f in found.fields if Writers().others(f.owners)]
            if not fields or fields[0].pointer == "/spec/replicas":
                continue
            offered = suggest(found, fields, (), PLAIN)
            assert offered is not None, (scenario, there.ref, fields)
            left = after(found, offered.rule)
            assert not [f for f in left.fields if f.pointer in offered.pointers]
            assert set(offered.pointers) == {f.pointer for f in fields}
            seen += 1
    assert seen >= 3
