"""Verdicts: exactly one outcome for every rule and object, and no silence."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from auditor.argocd.application import Application
from auditor.engine.run import audit
from auditor.findings import (
    Breach,
    Finding,
    NotAssessed,
    Passed,
    Severity,
    Unseen,
    by_tier,
    everywhere,
    production_only,
)
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, RenderedOrigin
from auditor.rulebook import NoOptions, Rule, cases, rule
from auditor.snapshot import Collected, Derived, Header, Snapshot, sections
from auditor.snapshot.derived import APPLICATIONS, NAMESPACES


def asking(answer: Any, **more: Any) -> Rule[Any, Any]:
    given = {"severity": everywhere(Severity.HIGH), "over": APPLICATIONS, "options": NoOptions}

    @rule("TEST-001", **{**given, **more})
    def check(app: Application, _: NoOptions, *needs: Any) -> Iterator[Breach | Unseen]:
        del needs
        found = answer(app)
        if found is not None:
            yield found

    return check


def breach(_: Application) -> Breach:
    return Breach(at="/spec", facts={})


@pytest.fixture
def two() -> Any:
    apps = [
        {"metadata": {"name": name}, "spec": {"project": "default"}} for name in ("a-prod", "b-stg")
    ]
    return cases.snapshot({"applications": apps})


def test_severity_follows_the_tier(two: Any) -> None:
    table = by_tier(production=Severity.CRITICAL, other=Severity.LOW)
    found = audit(two, [asking(breach, severity=table)]).findings
    assert [(f.subject.name, f.severity) for f in found] == [
        ("a-prod", Severity.CRITICAL),
        ("b-stg", Severity.LOW),
    ]


def test_a_tier_without_severity_is_not_asked(two: Any) -> None:
    result = audit(two, [asking(breach, severity=production_only(Severity.HIGH))])
    assert [v.subject.name for v in result.verdicts if v.subject] == ["a-prod"]
    assert result.coverage[0].subjects == 1


def test_steps_lower_never_fall_below_info(two: Any) -> None:
    def low(_: Application) -> Breach:
        return Breach(at="/spec", facts={}, lower=9)

    assert {f.severity for f in audit(two, [asking(low)]).findings} == {Severity.INFO}


def test_a_rule_that_raises_is_not_assessed_and_never_passes(two: Any) -> None:
    def broken(_: Application) -> Breach:
        raise ZeroDivisionError

    result = audit(two, [asking(broken)])
    assert {type(v) for v in result.verdicts} == {NotAssessed}
    assert {v.why.code for v in result.not_assessed} == {"rule_failed"}


def test_a_needed_section_that_is_missing_leaves_every_object_unassessed(two: Any) -> None:
    result = audit(two, [asking(lambda _: None, needs=(NAMESPACES,))])
    assert [(v.subject.name, v.why.code) for v in result.not_assessed if v.subject] == [
        ("a-prod", "no_cluster"),
        ("b-stg", "no_cluster"),
    ]


def test_unseen_is_neither_pass_nor_finding(two: Any) -> None:
    def unseen(app: Application) -> Unseen | None:
        return Unseen(Gap("forbidden")) if app.name == "a-prod" else None

    result = audit(two, [asking(unseen)])
    assert {type(v) for v in result.verdicts} == {NotAssessed, Passed}
    (coverage,) = result.coverage
    assert (coverage.subjects, coverage.passed, coverage.found, coverage.not_assessed) == (
        2,
        1,
        0,
        1,
    )


def test_an_environment_is_chosen_and_the_rest_is_counted(two: Any) -> None:
    result = audit(two, [asking(breach)], environment="prod")
    assert [f.subject.name for f in result.findings] == ["a-prod"]
    assert [ref.name for ref in result.population.out_of_scope] == ["b-stg"]
    assert result.population.total == 2


def test_nothing_seen_is_said() -> None:
    result = audit(cases.snapshot({}), [asking(breach)])
    assert not result.has_seen_anything
    refused = audit(
        cases.snapshot({"missing": {s.name: "forbidden" for s in (*sections.LIVE, *sections.GIT)}}),
        [asking(breach)],
    )
    assert not refused.has_seen_anything
    assert not refused.is_complete


def test_fingerprints_survive_reordering() -> None:
    def first_option(app: Application) -> Breach:
        options = app.manifest.get("spec", "syncPolicy", "syncOptions")
        return Breach(at=f"/spec/syncPolicy/syncOptions/{options.index('X')}", facts={})

    prints = {
        finding.fingerprint
        for options in (["X", "Y"], ["Y", "X"])
        for finding in audit(
            cases.snapshot({"applications": [{"spec": {"syncPolicy": {"syncOptions": options}}}]}),
            [asking(first_option)],
        ).findings
    }
    assert len(prints) == 1


def test_equal_snapshots_give_equal_verdicts(two: Any) -> None:
    once, again = (audit(two, [asking(breach)]).verdicts for _ in range(2))
    assert once == again
    assert all(isinstance(v, Finding) for v in once)


def test_a_section_that_cannot_be_worked_out_leaves_the_rule_unassessed(
    two: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: Snapshot) -> int:
        raise ZeroDivisionError

    result = audit(two, [asking(lambda _: None, needs=(Derived("broken", broken),))])
    assert {v.why.code for v in result.not_assessed} == {"rule_failed"}
    assert len(caplog.records) == 1, "said once, not once an object"


def test_sections_of_one_name_do_not_share_an_answer() -> None:
    snapshot = cases.snapshot({})
    one, other = Derived("same", lambda _: 1), Derived("same", lambda _: 2)
    assert [snapshot.look(one), snapshot.look(other)] == [1, 2]


def _generated(name: str, kind: str, path: str) -> Manifest:
    origin = RenderedOrigin("argocd/made", "https://git.example/x", "c" * 40, path, kind)
    spec = {"project": "default", "source": {"repoURL": "x", "path": "y"}, "destination": {}}
    raw = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "spec": spec}
    return Manifest({**raw, "metadata": {"name": name}}, origin)


@pytest.mark.parametrize(
    ("kind", "path", "groups"),
    [
        ("ApplicationSet", "set.yaml", 1),
        ("Chart", "c/templates/a.yaml", 1),
        ("Application", "o", 0),
    ],
)
def test_what_one_template_makes_is_one_line(kind: str, path: str, groups: int) -> None:
    made = tuple(_generated(name, kind, path) for name in ("a", "b"))
    snapshot = Snapshot({sections.GIT_MANIFESTS.name: Collected(made)}, Header())
    found = audit(snapshot, [asking(breach)]).findings
    assert len(found) == 2
    assert len({f.breach.group for f in found} - {""}) == groups
    # a waiver outlives the way in which findings are put together
    alone = replace(made[0], origin=GitOrigin("x", "c" * 40, "a.yaml", 1))
    one = Snapshot({sections.GIT_MANIFESTS.name: Collected((alone,))}, Header())
    assert audit(one, [asking(breach)]).findings[0].fingerprint == found[0].fingerprint


def test_a_rule_that_groups_keeps_its_own_group() -> None:
    def grouped(_: Application) -> Breach:
        return Breach(at="/spec", facts={}, group="mine")

    made = (_generated("a", "ApplicationSet", "set.yaml"),)
    snapshot = Snapshot({sections.GIT_MANIFESTS.name: Collected(made)}, Header())
    assert [f.breach.group for f in audit(snapshot, [asking(grouped)]).findings] == ["mine"]


def test_alternatives_of_one_name_are_judged_each_in_its_own_environment() -> None:
    made = tuple(
        replace(
            _generated("a", "Chart", "t.yaml"),
            origin=RenderedOrigin(f"envs/{env}", "r", "c" * 40, f"envs/{env}/t.yaml", "Chart"),
        )
        for env in ("dev", "prod")
    )
    again = _generated("a", "Application", "x.yaml")
    snapshot = Snapshot({sections.GIT_MANIFESTS.name: Collected((*made, again))}, Header())
    result = audit(snapshot, [asking(breach)])
    assert sorted(f.environment for f in result.findings) == ["dev", "prod"]
    assert result.population.total == 1
    assert [a.column for a in result.assignments.values()] == ["prod"]


def test_an_alternative_that_says_no_environment_counts_in_the_most_important_tier() -> None:
    made = tuple(
        replace(
            _generated("a", "Chart", "t.yaml"),
            origin=RenderedOrigin(f"envs/{env}", "r", "c" * 40, f"envs/{env}/t.yaml", "Chart"),
        )
        for env in ("plain", "prod")
    )
    snapshot = Snapshot({sections.GIT_MANIFESTS.name: Collected(made)}, Header())
    result = audit(snapshot, [asking(breach)])
    assert [f.environment for f in result.findings] == ["prod", "prod"]
