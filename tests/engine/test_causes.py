"""One cause and its effects."""

import time
from dataclasses import replace
from typing import Any, Final

import pytest

from auditor.engine.causes import LINKS, group
from auditor.findings import Basis, Breach, Finding, Key, Severity, Tier
from auditor.kube.manifest import Manifest
from auditor.kube.origin import LiveOrigin
from auditor.kube.ref import ResourceRef

PATIENCE: Final = 20.0
"""Seconds for 12,000 findings; with a step for each pair of them it would be minutes."""


def finding(
    rule: str,
    name: str,
    *keys: Key,
    severity: Severity = Severity.HIGH,
    basis: str = "declared",
    at: str = "/metadata",
    kind: str = "Application",
) -> Finding:
    return Finding(
        rule=rule,
        severity=severity,
        subject=ResourceRef("argoproj.io", kind, "argocd", name),
        environment="prod",
        tier=Tier.PRODUCTION,
        breach=Breach(at=at, facts={}, keys=frozenset(keys), basis=Basis(basis)),
        manifest=Manifest({}, LiveOrigin("")),
        fingerprint=f"{rule}{name}",
    )


def test_a_missing_namespace_explains_every_application_that_names_it() -> None:
    namespace = ("namespace", "batch")
    cause = finding("NS-001", "batch", namespace)
    effects = (
        finding("LIVE-004", "batch", namespace),
        finding("LIVE-004", "report", namespace),
    )
    other = finding("LIVE-004", "web", ("namespace", "web"))
    (found,) = group((cause, *effects, other))
    assert found.root is cause
    assert {f.fingerprint for f in found.effects} == {f.fingerprint for f in effects}
    assert [ref.name for ref in found.subjects] == ["batch", "report"]


def test_a_chain_ends_at_its_root() -> None:
    drift = ("object", "Deployment prod/web")
    root = finding("DIFF-005", "web", drift)
    middle = finding("DIFF-001", "web", drift)
    end = finding("LIVE-001", "web", drift)
    (found,) = group((end, middle, root))
    assert found.root is root
    assert {f.rule for f in found.effects} == {"DIFF-001", "LIVE-001"}


def test_what_is_observed_comes_before_what_is_declared() -> None:
    declared = finding("NS-001", "a", ("namespace", "a"), severity=Severity.CRITICAL)
    observed = finding("NS-001", "b", ("namespace", "b"), basis="observed")
    effects = (
        finding("LIVE-004", "a", ("namespace", "a")),
        finding("LIVE-004", "b", ("namespace", "b")),
    )
    assert [cause.root for cause in group((declared, observed, *effects))] == [observed, declared]


def test_a_finding_without_effects_is_no_cause() -> None:
    assert group((finding("NS-001", "a", ("namespace", "a")),)) == ()


def test_an_option_that_is_lost_here_explains_nothing_elsewhere() -> None:
    option = ("option", "CreateNamespace=true")
    lost = finding("SPEC-001", "web", option)
    here, elsewhere = finding("NS-001", "web", option), finding("NS-001", "batch", option)
    (found,) = group((lost, here, elsewhere))
    assert [effect.subject.name for effect in found.effects] == ["web"]


def joined(*findings: Finding) -> dict[str, set[str]]:
    """Return each root with its effects, as `rule name`."""
    return {
        f"{cause.root.rule} {cause.root.subject.name}": {
            f"{effect.rule} {effect.subject.name}" for effect in cause.effects
        }
        for cause in group(findings)
    }


def test_one_failed_sync_shows_in_several_places() -> None:
    operation, namespace = ("operation", "argocd/web"), ("namespace", "web")
    failed = finding("LIVE-004", "web", operation, namespace)
    used_up = finding("RETRY-006", "web", operation, namespace)
    told = finding("LIVE-003", "web", operation)
    other = finding("LIVE-003", "web", ("cluster", "https://10.0.0.1"))
    late = finding("LIVE-001", "web")
    assert joined(failed, used_up, told, other, late) == {
        "LIVE-004 web": {"RETRY-006 web", "LIVE-003 web", "LIVE-001 web"}
    }
    missing = finding("NS-001", "web", namespace)
    roots = joined(missing, failed, used_up, told, late)
    assert roots == {
        "NS-001 web": {"LIVE-004 web", "RETRY-006 web", "LIVE-003 web", "LIVE-001 web"}
    }


def test_a_short_patience_follows_and_never_leads() -> None:
    short = finding("RETRY-001", "web", severity=Severity.CRITICAL)
    used_up = finding("RETRY-006", "web", basis="observed")
    assert joined(short, used_up) == {"RETRY-006 web": {"RETRY-001 web"}}
    assert joined(short, finding("RETRY-006", "api")) == {}


def test_a_project_that_is_missing_stops_all_who_name_it() -> None:
    project = ("project", "gone")
    missing = finding("PROJ-001", "web", project)
    effects = (finding("LIVE-003", "api", project), finding("LIVE-009", "web"))
    unrelated = finding("LIVE-003", "other", ("project", "shop"))
    assert joined(missing, *effects, unrelated) == {
        "PROJ-001 web": {"LIVE-003 api", "LIVE-009 web"}
    }


def test_a_source_explains_what_does_not_render_from_it() -> None:
    absent = finding("SRC-001", "web", at="/spec/sources/1/path")
    broken = finding("SRC-003", "web", at="/spec/sources/1", basis="observed")
    another = finding("SRC-003", "web", at="/spec/sources/10")
    told = finding("LIVE-003", "web")
    assert joined(absent, broken, told) == {"SRC-001 web": {"SRC-003 web", "LIVE-003 web"}}
    assert joined(absent, another) == {}


def test_several_sources_may_each_be_the_one_that_fails() -> None:
    absent = finding("SRC-002", "web", at="/spec/sources/0/helm/valueFiles/0")
    broken = finding("SRC-003", "web", ("source", "argocd/web /spec/sources/0"), at="/spec")
    assert joined(absent, broken) == {"SRC-002 web": {"SRC-003 web"}}


@pytest.mark.parametrize("kind", ["cluster", "repository", "host", "address", "webhook"])
def test_one_place_that_does_not_answer_is_one_cause(kind: str) -> None:
    place = (kind, "there")
    first, second = finding("LIVE-003", "a", place), finding("LIVE-003", "b", place)
    third = finding("LIVE-004", "c", place)
    elsewhere = finding("LIVE-003", "d", (kind, "here"))
    assert joined(first, second, third, elsewhere) == {"LIVE-004 c": {"LIVE-003 a", "LIVE-003 b"}}


def test_a_store_explains_its_secrets_and_who_waits_for_them() -> None:
    store = finding("LIVE-010", "platform", ("store", "ClusterSecretStore openbao"))
    secret = finding(
        "LIVE-010",
        "web",
        ("uses_store", "ClusterSecretStore openbao"),
        ("secret", "shop/database"),
        ("object", "ExternalSecret shop/database"),
    )
    waits = finding("LIVE-005", "web", ("object", "ExternalSecret shop/database"))
    degraded = finding("LIVE-002", "api", ("secret", "shop/database"))
    # whichever the engine meets first
    for order in ((store, secret, waits, degraded), (degraded, waits, secret, store)):
        assert joined(*order) == {
            "LIVE-010 platform": {"LIVE-010 web", "LIVE-005 web", "LIVE-002 api"}
        }


def test_a_child_explains_the_parent_that_waits_for_it() -> None:
    child = finding("LIVE-005", "web", ("object", "Job shop/migrate"))
    parent = finding("LIVE-005", "root", ("child", "argocd/web"))
    assert joined(parent, child) == {"LIVE-005 web": {"LIVE-005 root"}}
    deleted = finding("LIVE-009", "web")
    assert joined(parent, deleted) == {"LIVE-009 web": {"LIVE-005 root"}}


def test_a_hook_that_can_never_end_explains_the_sync_that_waits_for_it() -> None:
    job = ("object", "Job shop/migrate")
    cause, effect = finding("WAVE-007", "web", job), finding("LIVE-005", "web", job)
    assert joined(effect, cause) == {"WAVE-007 web": {"LIVE-005 web"}}


def test_an_applicationset_explains_its_own_conditions() -> None:
    preview = ("object", "ApplicationSet argocd/preview")
    cause = finding("SET-004", "preview", preview, kind="ApplicationSet")
    effect = finding("LIVE-003", "preview", preview, kind="ApplicationSet")
    assert joined(cause, effect) == {"SET-004 preview": {"LIVE-003 preview"}}


def test_a_window_explains_what_waits_outside_it() -> None:
    window = finding("PROJ-009", "shop", ("application", "argocd/web"), kind="AppProject")
    late = finding("LIVE-001", "web")
    assert joined(window, late) == {"PROJ-009 shop": {"LIVE-001 web"}}


def test_no_chain_of_causes_comes_back_to_itself() -> None:
    place, both = ("cluster", "c"), ("operation", "argocd/web")
    found = [finding(rule, "web", place, both) for link in LINKS for rule in link.effects]
    roots = group(tuple(found))
    assert sum(len(cause.effects) + 1 for cause in roots) <= len(found)


def test_a_parent_that_cannot_sync_explains_what_it_does_not_bring() -> None:
    parent = finding("LIVE-003", "root")
    child = replace_facts(
        finding("DIFF-012", "web"),
        parent=ResourceRef("argoproj.io", "Application", "argocd", "root"),
    )
    assert joined(parent, child) == {"LIVE-003 root": {"DIFF-012 web"}}


def test_a_failure_whose_reason_is_gone_is_told_by_the_rule_that_knows_it() -> None:
    operation = ("operation", "argocd/web")
    failed, told = finding("LIVE-004", "web", operation), finding("LIVE-003", "web", operation)
    used_up = finding("RETRY-006", "web", operation)
    gone = replace(used_up, breach=replace(used_up.breach, variant="gone"))
    assert joined(failed, told, used_up) == {"LIVE-004 web": {"RETRY-006 web", "LIVE-003 web"}}
    assert joined(failed, told, gone) == {"RETRY-006 web": {"LIVE-004 web", "LIVE-003 web"}}


def test_a_message_that_is_known_to_mean_else_is_no_effect() -> None:
    refused = finding("PROJ-003", "web")
    dead = replace_facts(finding("LIVE-003", "web"), signature="cluster-unreachable")
    denied = replace_facts(
        finding("LIVE-003", "web"), signature="project-destination-not-permitted"
    )
    assert joined(refused, dead) == {}
    assert joined(refused, denied) == {"PROJ-003 web": {"LIVE-003 web"}}


def test_a_trouble_that_is_seen_is_a_cause_without_any_effect() -> None:
    seen = finding("LIVE-003", "web", basis="observed", severity=Severity.MEDIUM)
    minor = finding("PRUNE-010", "web", basis="observed", severity=Severity.LOW)
    assert [cause.root for cause in group((seen, minor))] == [seen]


def test_many_findings_of_one_cause_take_no_longer_than_they_are_many() -> None:
    found = [
        finding(rule, f"a{number}", ("namespace", "shop"), ("cluster", "c"))
        for number in range(4000)
        for rule in ("NS-001", "LIVE-003", "LIVE-004")
    ]
    began = time.monotonic()
    group(tuple(found))
    assert time.monotonic() - began < PATIENCE


def replace_facts(one: Finding, **facts: Any) -> Finding:
    return replace(one, breach=replace(one.breach, facts=facts))


def test_a_chain_of_parents_leads_down_to_the_one_that_is_ill() -> None:
    leaf = finding("LIVE-002", "leaf", ("object", "Deployment shop/web"))
    middle = finding("LIVE-002", "middle", ("child", "argocd/leaf"))
    root = finding("LIVE-002", "root", ("child", "argocd/middle"))
    waits = finding("LIVE-005", "top", ("child", "argocd/root"))
    for order in ((leaf, middle, root, waits), (waits, root, middle, leaf)):
        assert joined(*order) == {
            "LIVE-002 leaf": {"LIVE-002 middle", "LIVE-002 root", "LIVE-005 top"}
        }
