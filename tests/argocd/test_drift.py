"""Drift as recorded clusters show it, with Argo CD's own target and verdict as the measure."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from auditor import rules
from auditor.argocd.drift import compared
from auditor.argocd.field_paths import jq, jq_of_pattern, shown
from auditor.argocd.ignore_differences import IgnoreRule, rules_of
from auditor.argocd.ignore_suggestion import keeps
from auditor.argocd.ignored_fields import hidden_fields, whole_blocks
from auditor.argocd.known_drift import habit_of, habits
from auditor.argocd.settings import Settings
from auditor.engine.run import audit
from auditor.findings import Finding, NotAssessed, Verdict
from auditor.kube.manifest import Manifest
from auditor.kube.origin import LiveOrigin
from auditor.rulebook.discovery import discover
from auditor.snapshot import Collected, Header, Snapshot, sections

SCENARIOS: Final = Path(__file__).resolve().parents[2].parent / "shared" / "scenarios"
ORIGIN: Final = LiveOrigin("cluster.example.com")
D2: Final = "d2-ingress-owned-fields-changed-selfheal-off"
RECORDED: Final = (
    "d1-ingress-annotations-added",
    D2,
    "d4-hpa-replicas",
    "d8-ingress-right-rules",
    "e1-externalsecret-defaults",
    "e2-externalsecret-serverside-diff",
)


def bodies(scenario: str) -> Iterator[dict[str, Any]]:
    """Yield every single object of a recording."""
    folder = SCENARIOS / scenario / "api"
    if not folder.is_dir():
        pytest.skip(f"no recording {scenario} beside the project")
    for path in sorted(folder.glob("*.json")):
        body = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(body, dict):
            continue
        if isinstance(body.get("items"), list):
            kind, version = str(body.get("kind", "")).removesuffix("List"), body.get("apiVersion")
            yield from ({"apiVersion": version, "kind": kind, **item} for item in body["items"])
        elif isinstance(body.get("metadata"), dict) and body["metadata"].get("name"):
            yield body


def compared_by_argocd(scenario: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield Application and one entry of its managed resources."""
    folder = SCENARIOS / scenario / "argocd-api"
    if not folder.is_dir():
        pytest.skip(f"no recording {scenario} beside the project")
    for path in sorted(folder.glob("*.json")):
        for item in json.loads(path.read_text(encoding="utf-8")).get("items", ()):
            yield path.name.removesuffix(".managed-resources.json"), item


def recorded(scenario: str) -> Snapshot:
    """Return a recording as a snapshot, with the targets Argo CD itself rendered."""
    found = [raw for raw in bodies(scenario) if not str(raw.get("kind")).startswith("Partial")]
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for raw in found:
        by_kind.setdefault(raw["kind"], []).append(raw)
    rendered: dict[str, list[dict[str, Any]]] = {}
    for application, item in compared_by_argocd(scenario):
        target = json.loads(item.get("targetState") or "null")
        if target:
            entry = {"template": "all.yaml", "manifest": target}
            rendered.setdefault(f"argocd/{application}", []).append(entry)
    renderings = [
        {
            "application": name,
            "source": 0,
            "repository": "https://git.example.com/shop/deploy.git",
            "commit": "",
            "objects": objects,
        }
        for name, objects in rendered.items()
    ]
    looks = {
        sections.GIT_MANIFESTS.name: [],
        sections.LIVE_APPLICATIONS.name: by_kind.get("Application", []),
        sections.LIVE_OBJECTS.name: found,
        sections.LIVE_SETTINGS.name: by_kind.get("ConfigMap", []),
        sections.RENDERINGS.name: renderings,
    }
    collected = {
        name: Collected(tuple(Manifest(raw, ORIGIN) for raw in raws))
        for name, raws in looks.items()
    }
    return Snapshot(collected, Header(finished="2026-11-23T10:00:00Z"))


def said(scenario: str, rule: str) -> tuple[Verdict, ...]:
    asked = [found for found in discover(rules) if found.id == rule]
    return audit(recorded(scenario), asked).verdicts


@pytest.mark.parametrize("scenario", RECORDED)
def test_our_comparison_agrees_with_argocd(scenario: str) -> None:
    applications = {
        raw["metadata"]["name"]: raw for raw in bodies(scenario) if raw["kind"] == "Application"
    }
    items = list(compared_by_argocd(scenario))
    assert items
    for application, item in items:
        target = json.loads(item.get("targetState") or "null")
        live = json.loads(item.get("liveState") or "null")
        if target is None or live is None:
            continue
        entries = rules_of(applications[application]["spec"])
        result = compared(target, live, entries, Settings.parse(None), is_server_side=False)
        assert result.is_modified is bool(item.get("modified")), (application, item["name"])


def test_the_writer_of_a_field_that_git_owns_is_named() -> None:
    findings = {
        v.breach.facts["object"].name: v.breach  # type: ignore[union-attr]
        for v in said(D2, "DIFF-001")
        if isinstance(v, Finding) and v.subject.name == "ingress-prod"
    }
    assert set(findings) == {"plate-web", "plate-api"}
    web, api = findings["plate-web"], findings["plate-api"]
    assert web.facts["manager"] == api.facts["manager"] == "cert-manager"
    assert web.facts["paths"] == (
        'metadata.annotations["cert-manager.io/cluster-issuer"]',
        'metadata.annotations["nginx.ingress.kubernetes.io/proxy-body-size"]',
    )
    assert api.facts["paths"] == ("spec.rules",)
    assert api.facts["declared"] == "[…]"
    assert str(api.facts["live"]).startswith('[…, {"host": "acme.api.plate.example"')
    assert (web.facts["heals"], web.variant) == (False, "")


def test_a_rule_is_offered_only_where_a_sync_would_respect_it() -> None:
    fixes = {
        v.breach.facts["object"].name: v.breach.fix  # type: ignore[union-attr]
        for v in said(D2, "DIFF-001")
        if isinstance(v, Finding)
    }
    api = fixes["plate-api"]
    assert api is not None
    assert not api.is_safe, "an appended rule is removed by the next sync all the same"
    (edit,) = api.edits
    assert edit.value == {
        "group": "networking.k8s.io",
        "kind": "Ingress",
        "jqPathExpressions": ['.spec.rules[]? | select(.host == "acme.api.plate.example")'],
    }
    web = fixes["plate-web"]
    assert web is not None
    assert [edit.value for edit in web.edits] == [
        {
            "group": "networking.k8s.io",
            "kind": "Ingress",
            "name": "plate-web",  # plate-api has the same annotations, and Git's values
            "jsonPointers": [
                "/metadata/annotations/cert-manager.io~1cluster-issuer",
                "/metadata/annotations/nginx.ingress.kubernetes.io~1proxy-body-size",
            ],
        },
        "RespectIgnoreDifferences=true",
    ]


@pytest.mark.parametrize("scenario", [name for name in RECORDED if name != D2])
def test_what_argocd_calls_synced_is_no_drift(scenario: str) -> None:
    verdicts = said(scenario, "DIFF-001")
    assert verdicts
    assert not [v for v in verdicts if isinstance(v, Finding | NotAssessed)]


def test_an_added_annotation_is_no_difference() -> None:
    target: Mapping[str, Any] = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "web", "annotations": {"a": "1"}},
    }
    live = {**target, "metadata": {"name": "web", "annotations": {"a": "1", "added": "x"}}}
    result = compared(target, live, (), Settings.parse(None), is_server_side=False)
    assert not result.is_modified


def test_defaults_inside_a_list_of_a_custom_resource_count_under_server_side_apply_only() -> None:
    item = {"secretKey": "a", "remoteRef": {"key": "k"}}
    target = _external_secret([item])
    live = _external_secret([{**item, "remoteRef": {"key": "k", "conversionStrategy": "Default"}}])
    settings = Settings.parse(None)
    assert not compared(target, live, (), settings, is_server_side=False).is_modified
    result = compared(target, live, (), settings, is_server_side=True)
    places = [difference.pointer for difference in result.differences]
    assert places == ["/spec/data/0/remoteRef/conversionStrategy"]
    assert habit_of("external-secrets.io", "ExternalSecret", places[0]) is not None


def _external_secret(data: list[Any]) -> dict[str, Any]:
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": {"name": "db", "namespace": "shop"},
        "spec": {"data": data},
    }


def test_respect_keeps_a_field_but_not_an_item_that_is_only_live() -> None:
    target = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "web", "annotations": {"a": "1"}},
        "spec": {"rules": [{"host": "a"}]},
    }
    live = {
        **target,
        "metadata": {"name": "web", "annotations": {"a": "2"}},
        "spec": {"rules": [{"host": "a"}, {"host": "acme"}]},
    }
    settings = Settings.parse(None)
    key = "/metadata/annotations/a"
    rule = IgnoreRule("networking.k8s.io", "Ingress", json_pointers=(key,))
    assert keeps(target, {**live, "spec": target["spec"]}, (rule,), settings, (key,))
    picked = IgnoreRule(
        "networking.k8s.io",
        "Ingress",
        jq_path_expressions=('.spec.rules[] | select(.host == "acme")',),
    )
    assert not keeps(target, live, (picked,), settings, ("/spec/rules",))


def test_hidden_fields_keep_their_place_when_items_move_up() -> None:
    obj = {"kind": "X", "spec": {"l": [{"name": "x", "v": 1}, {"name": "y", "v": 2}]}}
    rule = IgnoreRule(jq_path_expressions=('.spec.l[] | select(.name == "x")',))
    assert hidden_fields(rule, obj) == ("/spec/l/0/name", "/spec/l/0/v")
    assert whole_blocks(rule) == ()
    assert whole_blocks(IgnoreRule(jq_path_expressions=(".metadata.labels[]?",))) == (
        "/metadata/labels",
    )


def test_paths_are_shown_and_written_by_name() -> None:
    obj = {"spec": {"containers": [{"name": "a"}, {"name": "b", "image": "x"}]}}
    assert shown("/spec/containers/1/image", obj) == "spec.containers[name=b].image"
    assert jq("/spec/containers/1/image", obj) == (
        '.spec.containers[]? | select(.name == "b") | .image'
    )
    assert jq("/spec/l/0", {"spec": {"l": ["a"]}}) is None
    assert jq_of_pattern("/spec/data/*/remoteRef/x") == ".spec.data[]?.remoteRef.x"


def test_habits_are_pointers() -> None:
    assert habits()
    assert all(
        habit.path.startswith("/") and habit.by in ("controller", "api") for habit in habits()
    )
