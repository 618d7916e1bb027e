"""Waivers: what they accept is told and not counted; what they are not is said."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from auditor.argocd.application import Application
from auditor.engine.policy import Policy
from auditor.engine.result import Audit
from auditor.engine.run import audit
from auditor.findings import Breach, Fact, NotAssessed, Severity, Unseen, everywhere
from auditor.findings.waiver import ANNOTATION, Limits, Source, State, Waiver, content
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin
from auditor.rulebook import NoOptions, Rule, cases, rule
from auditor.snapshot import Header, Snapshot
from auditor.snapshot.derived import APPLICATIONS

NOW = "2026-11-23T02:00:00Z"
WAIVER = Waiver(
    rule="TEST-001",
    subject="web",
    reason="it is known",
    approver="kim",
    ticket="OPS-1",
    granted=date(2026, 11, 1),
    expires=date(2026, 12, 31),
)


def asking(name: str = "TEST-001") -> Rule[Any, Any]:
    @rule(name, severity=everywhere(Severity.HIGH), over=APPLICATIONS, options=NoOptions)
    def check(app: Application, _: NoOptions) -> Iterator[Breach | Unseen]:
        if app.project == "dark":
            yield Unseen(Gap("not_collected"))
        elif app.project != "good":
            facts: dict[str, Fact] = {
                "project": app.project,
                "age": timedelta(minutes=len(app.project)),
            }
            yield Breach(at="/spec/project", facts=facts)

    return check


def platform(*annotated: dict[str, Any], now: str = NOW, project: str = "bad") -> Snapshot:
    web: dict[str, Any] = {"metadata": {"name": "web"}, "spec": {"project": project}}
    if annotated:
        web["metadata"]["annotations"] = {ANNOTATION: json.dumps(annotated)}
    other = {"metadata": {"name": "other"}, "spec": {"project": "bad"}}
    return cases.snapshot({"applications": [web, other], "now": now})


def judged(
    *waivers: Waiver, snapshot: Snapshot | None = None, limits: Limits | None = None, **more: Any
) -> Audit:
    policy = Policy(waivers=waivers, limits=limits or Limits())
    return audit(snapshot or platform(), [asking()], policy=policy, **more)


def state(*waivers: Waiver, **more: Any) -> State:
    (use,) = judged(*waivers, **more).waivers
    return use.state


def test_what_is_accepted_is_told_and_not_counted() -> None:
    result = judged(WAIVER)
    assert [f.subject.name for f in result.findings] == ["other"]
    assert [f.subject.name for f in result.waived] == ["web"]
    (row,) = result.coverage
    assert (row.subjects, row.found, row.waived, row.findings) == (2, 1, 1, 1)
    (use,) = result.waivers
    assert (use.state, use.findings) == (State.IN_FORCE, (result.waived[0].fingerprint,))


def test_nothing_else_is_changed_by_a_waiver() -> None:
    plain, result = judged(), judged(WAIVER)
    names = [f.fingerprint for f in (*result.waived, *result.findings)]
    assert sorted(names) == sorted(f.fingerprint for f in plain.findings)
    assert not plain.waived


NAMES = {
    "the bare name": ({"subject": "web"}, True),
    "the full name": ({"subject": "argocd/web"}, True),
    "the label": ({"subject": "Application argocd/web"}, True),
    "another namespace": ({"subject": "other/web"}, False),
    "part of the name": ({"subject": "we"}, False),
    "a glob is a name": ({"subject": "w*"}, False),
    "another rule": ({"rule": "TEST-002"}, False),
}


@pytest.mark.parametrize(("change", "is_accepted"), NAMES.values(), ids=NAMES)
def test_a_waiver_names_one_object(change: Any, *, is_accepted: bool) -> None:
    assert bool(judged(replace(WAIVER, **change)).waived) is is_accepted


@pytest.mark.parametrize("mark", ["", "F-"])
def test_a_fingerprint_names_one_finding(mark: str) -> None:
    known = {f.subject.name: f.fingerprint for f in judged().findings}
    result = judged(replace(WAIVER, subject="", fingerprint=f"{mark}{known['other']}"))
    assert [f.subject.name for f in result.waived] == ["other"]


def test_the_last_day_is_in_force_and_counts_to_the_snapshot_not_to_today() -> None:
    last = replace(WAIVER, expires=date(2026, 11, 23))
    assert state(last, snapshot=platform(now="2026-11-23T23:59:59Z")) is State.IN_FORCE
    assert state(last, snapshot=platform(now="2026-11-24T00:00:00Z")) is State.EXPIRED
    assert state(last, snapshot=platform(now="2026-11-24T08:59:59+09:00")) is State.IN_FORCE
    assert judged(last, snapshot=platform(now="2026-11-24T00:00:00Z")).waived == ()


def test_without_a_time_nothing_is_accepted() -> None:
    found = Snapshot(platform().sections, Header())
    assert state(WAIVER, snapshot=found) is State.UNKNOWN
    assert judged(WAIVER, snapshot=found).waived == ()


def test_no_waiver_is_in_force_longer_than_the_policy_allows() -> None:
    limits = Limits(longest=timedelta(days=10))
    late, early = platform(now="2026-11-12T00:00:00Z"), platform(now="2026-11-11T23:00:00Z")
    assert state(WAIVER, snapshot=late, limits=limits) is State.EXPIRED
    assert state(WAIVER, snapshot=early, limits=limits) is State.IN_FORCE


def test_a_digest_binds_it_to_what_was_accepted() -> None:
    (mine,) = (f for f in judged().findings if f.subject.name == "web")
    bound = replace(WAIVER, content=content(mine.breach, mine.manifest))
    assert state(bound) is State.IN_FORCE
    assert state(bound, snapshot=platform(project="worse")) is State.LAPSED
    assert judged(bound, snapshot=platform(project="worse")).waived == ()


def test_the_digest_does_not_know_ages_and_order_of_facts() -> None:
    manifest = Manifest({"spec": {"a": 1}}, GitOrigin("", "", "", 1))
    one = Breach(at="/spec", facts={"x": 1, "y": ("a", "b"), "age": timedelta(1)})
    other = Breach(at="/spec", facts={"age": timedelta(2), "y": ("a", "b"), "x": 1})
    assert content(one, manifest) == content(other, manifest)
    more = Breach(at="/spec", facts={"x": 1, "y": ("a", "b", "c")})
    assert content(more, manifest) != content(one, manifest)


STATES = {
    "mended": ({}, {"snapshot": platform(project="good")}, State.UNUSED),
    "mistyped": ({"subject": "webb"}, {}, State.UNUSED),
    "a fingerprint nobody has": ({"fingerprint": "0" * 12}, {}, State.UNUSED),
    "not judged": ({}, {"snapshot": platform(project="dark")}, State.UNKNOWN),
    "another is not judged": (
        {"subject": "other", "fingerprint": "0" * 12},
        {"snapshot": platform(project="dark")},
        State.UNUSED,
    ),
    "not asked": ({"rule": "TEST-009"}, {}, State.UNKNOWN),
    "another environment": ({"subject": "gone"}, {"environment": "prod"}, State.UNKNOWN),
    "over before it began": ({"expires": date(2026, 10, 1)}, {}, State.ILL_FORMED),
    "granted tomorrow": ({"granted": date(2026, 11, 24)}, {}, State.ILL_FORMED),
    "of nothing": ({"subject": ""}, {}, State.ILL_FORMED),
}


@pytest.mark.parametrize(("change", "more", "expected"), STATES.values(), ids=STATES)
def test_what_becomes_of_a_waiver(change: Any, more: Any, expected: State) -> None:
    assert state(replace(WAIVER, **change), **more) is expected


def test_a_rule_that_does_not_exist_is_a_mistake() -> None:
    policy = Policy(waivers=(WAIVER,), known=frozenset({"TEST-002"}))
    (use,) = audit(platform(), [asking()], policy=policy).waivers
    assert use.state is State.ILL_FORMED


ENTRY = {
    "rule": "TEST-001",
    "reason": "it is known",
    "approver": "me",
    "ticket": "OPS-2",
    "granted": "2026-11-01",
    "expires": "2026-12-31",
}


def test_an_annotation_accepts_findings_of_its_own_application_alone() -> None:
    result = judged(snapshot=platform(ENTRY))
    assert [f.subject.name for f in result.waived] == ["web"]
    (use,) = result.waivers
    assert (use.waiver.source, use.ref.name) == (Source.ANNOTATION, "web")


def test_an_annotation_may_be_refused() -> None:
    limits = Limits(accepts_annotations=False)
    assert state(snapshot=platform(ENTRY), limits=limits) is State.NOT_ACCEPTED
    assert judged(snapshot=platform(ENTRY), limits=limits).waived == ()


def test_an_annotation_cannot_name_another_application() -> None:
    result = judged(snapshot=platform({**ENTRY, "subject": "other"}))
    assert result.waivers[0].state is State.ILL_FORMED
    assert result.waived == ()


@pytest.mark.parametrize("text", ["", "[", "3", "null", '["x"]', "[" * 100_000, 7])
def test_an_annotation_that_is_no_list_is_one_mistake(text: Any) -> None:
    web = {"metadata": {"name": "web", "annotations": {ANNOTATION: text}}, "spec": {"project": "x"}}
    (use,) = judged(snapshot=cases.snapshot({"applications": [web]})).waivers
    assert use.state is State.ILL_FORMED


def test_rules_about_waivers_are_asked_last_and_change_nothing_before() -> None:
    from auditor.pipeline import rulebook

    book = [one for one in rulebook() if one.chapter == "WVR"]
    old = replace(WAIVER, expires=date(2026, 11, 2))
    result = audit(platform(), [*book, asking()], policy=Policy(waivers=(old, WAIVER)))
    told = {f.rule: f.subject.name for f in result.findings}
    assert told == {"WVR-001": "web", "TEST-001": "other"}
    assert [f.subject.name for f in result.waived] == ["web"]
    assert not any(isinstance(v, NotAssessed) for v in result.verdicts)
