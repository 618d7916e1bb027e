"""What is told of one Application, on the sample and on changes of it."""

from functools import cache

import pytest

from auditor import pipeline
from auditor.engine.result import Audit
from auditor.renderer.explain import explanation
from auditor.report.draft import Edition
from auditor.report.explain import Explanation, explained
from auditor.snapshot import Snapshot
from auditor.snapshot.derived import APPLICATIONS
from tests.report import changed


@cache
def audited() -> Audit:
    return pipeline.judge(changed.sample())


def told(name: str, audit: Audit | None = None, language: str = "en") -> Explanation:
    audit = audit or audited()
    look = audit.snapshot.look(APPLICATIONS)
    assert isinstance(look, tuple)
    (ref,) = (app.ref for app in look if app.name == name)
    return explained(audit, Edition(language=language), ref)


def unruled(snapshot: Snapshot) -> Audit:
    return pipeline.judge(snapshot, selected=())


def test_the_cause_comes_before_its_effects() -> None:
    first = told("plate-batch-prod").chains[0]
    assert [step.role for step in first.steps][:2] == ["cause", "effect"]
    assert first.steps[0].finding.rule == "NS-001"
    assert first.steps[0].fix
    assert "LIVE-002" in {step.finding.rule for step in first.steps[1:]}
    assert not any(step.fix or step.confirm for step in first.steps[1:])


def test_every_finding_on_an_application_is_told_once() -> None:
    for ref in audited().population.audited:
        view = explained(audited(), Edition(), ref)
        here = {
            f"F-{f.fingerprint}" for f in audited().findings if ref == f.subject or ref in f.members
        }
        ids = [s.finding.id for chain in view.chains for s in chain.steps if not s.is_elsewhere]
        assert sorted(ids) == sorted(here), ref


def test_what_a_rule_says_is_said_once() -> None:
    view = told("ingress-prod")
    said = [s.finding.rule for c in view.chains for s in c.steps if s.fix]
    rules = [s.finding.rule for c in view.chains for s in c.steps]
    assert rules.count("DIFF-001") > 1
    assert said.count("DIFF-001") == 1


def test_symptoms_are_argo_cds_own_words() -> None:
    facts: dict[str, str] = {}
    for fact in told("plate-batch-prod").symptoms:
        facts.setdefault(fact.label, fact.says)
    assert facts["sync"] == "OutOfSync"
    assert facts["health"].startswith("Missing since 2026-11-23 08:54:01+00:00 (")
    assert facts["operation"].startswith("Running, started 2026-11-23 08:54:01+00:00 (")
    assert facts["objects"] == "ConfigMap plate-batch/batch-settings: OutOfSync"


def test_where_it_belongs_and_who_delivers_it_is_told() -> None:
    facts = {fact.label: fact.says for fact in told("plate-batch-prod").about}
    assert facts["environment"] == "prod (name matches *-prod)"
    assert facts["parents"] == "app-of-apps"
    assert facts["declared"] == "environments/argocd/apps/plate-batch-prod.yaml:1"


def test_the_best_known_failure_stands_first_with_a_command_to_confirm_it() -> None:
    first = told("plate-batch-prod").messages[0]
    assert first.place == "resource"
    assert first.type == "Role plate-batch/batch-leader"
    assert first.cause
    assert first.remedy
    assert first.command == "kubectl get namespace plate-batch"


def test_a_text_that_nobody_knows_is_shown_as_it_is_without_credentials() -> None:
    condition = {
        "type": "UnknownError",
        "message": "gremlins ate https://robot:hunter2@git.example.com/x.git",
        "lastTransitionTime": "2026-11-23T08:00:00Z",
    }
    view = told("ingress-prod", unruled(changed.saying("ingress-prod", condition)))
    (message,) = view.messages
    assert (message.signature, message.cause, message.type) == ("", "", "UnknownError")
    assert message.text.startswith("gremlins ate https://")
    assert "hunter2" not in explanation(view)
    assert message.since == "2026-11-23 08:00:00+00:00"


def test_a_message_cannot_command_the_terminal() -> None:
    condition = {"type": "UnknownError", "message": "x\x1b]0;owned\x07\x1b[31mboo"}
    view = told("ingress-prod", unruled(changed.saying("ingress-prod", condition)))
    assert "boo" in explanation(view)
    for text in (explanation(view), explanation(view, color=True)):
        assert "\x1b]0" not in text
        assert "\x1b[31mboo" not in text
        assert "\x07" not in text


def test_a_condition_that_is_known_has_cause_and_remedy_in_both_languages() -> None:
    condition = {
        "type": "ComparisonError",
        "message": "Failed to load target state: failed to generate manifest for source 1 of 1: "
        "rpc error: code = Unknown desc = shop/web: app path does not exist",
        "lastTransitionTime": "2026-11-23T08:00:00Z",
    }
    audit = unruled(changed.saying("ingress-prod", condition))
    english, korean = (
        told("ingress-prod", audit, language).messages[0] for language in ("en", "ko")
    )
    assert english.signature
    assert english.signature == korean.signature
    assert english.since
    assert english.cause != korean.cause


def test_what_could_not_be_judged_is_told_with_its_remedy() -> None:
    view = told("plate-batch-prod")
    expected = {
        v.rule for v in audited().not_assessed if v.subject and v.subject.name == "plate-batch-prod"
    }
    assert expected
    assert {rule for one in view.unjudged for rule in one.rules} == expected
    assert all(one.says and one.remedy for one in view.unjudged)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_text_is_plain_in_a_pipe_and_coloured_on_a_terminal(language: str) -> None:
    view = told("plate-batch-prod", language=language)
    plain, coloured = explanation(view), explanation(view, color=True)
    assert "\x1b[" not in plain
    assert "\x1b[1;31m" in coloured
    assert "NS-001" in plain
