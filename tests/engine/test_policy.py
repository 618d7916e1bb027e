"""A policy changes what is asked, how severe it is and with which options, and nothing else."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from auditor.argocd.application import Application
from auditor.engine.policy import PERSONA_SETTINGS, PERSONAS, Policy, Setting, names, rated
from auditor.engine.run import audit
from auditor.findings import Breach, Severity, Tier, by_tier, everywhere, production_only
from auditor.rulebook import Rule, cases, rule
from auditor.snapshot import Snapshot
from auditor.snapshot.derived import APPLICATIONS

WHERE = {
    "web-prod": {"project": "shop", "destination": {"namespace": "web-prod"}},
    "web-stg": {"project": "shop", "destination": {"namespace": "web-stg"}},
    "tools": {"project": "platform", "destination": {"namespace": "devops-tools"}},
}
HIGH = by_tier(production=Severity.HIGH, other=Severity.MEDIUM)


@dataclass(frozen=True, slots=True)
class Limits:
    """Of a rule that has one."""

    most: int = 3


@dataclass(frozen=True, slots=True)
class Opinion:
    """Of a rule that says nothing unless asked."""

    is_asked: bool = False


def asking(name: str = "TEST-001", severity: Any = HIGH, options: Any = Limits) -> Rule[Any, Any]:
    @rule(name, severity=severity, over=APPLICATIONS, options=options)
    def check(app: Application, given: Any) -> Iterator[Breach]:
        if getattr(given, "is_asked", True):
            yield Breach(at="/spec", facts={"most": getattr(given, "most", 0), "of": app.project})

    return check


@pytest.fixture(scope="module")
def three() -> Snapshot:
    apps = [{"metadata": {"name": name}, "spec": spec} for name, spec in WHERE.items()]
    return cases.snapshot({"applications": apps})


def found(snapshot: Snapshot, *settings: Setting, asked: Any = None) -> dict[str, str]:
    """Return Application to severity."""
    result = audit(snapshot, [asked or asking()], policy=Policy(settings=settings))
    return {f.subject.name: f.severity.name.lower() for f in result.findings}


def test_without_settings_the_rule_speaks_for_itself(three: Snapshot) -> None:
    expected = {"web-prod": "high", "web-stg": "medium", "tools": "medium"}
    assert found(three) == expected


SELECTORS: Mapping[str, tuple[Setting, set[str]]] = {
    "nothing": (Setting(enabled=False), set(WHERE)),
    "an id": (Setting(rules=("TEST-001",), enabled=False), set(WHERE)),
    "a chapter in small letters": (Setting(rules=("test",), enabled=False), set(WHERE)),
    "a glob": (Setting(rules=("TEST-00?",), enabled=False), set(WHERE)),
    "another rule": (Setting(rules=("TEST-002", "TESTS"), enabled=False), set()),
    "an environment": (Setting(environments=("stg",), enabled=False), {"web-stg"}),
    "a name": (Setting(applications=("web-*",), enabled=False), {"web-prod", "web-stg"}),
    "a full name": (Setting(applications=("argocd/tools",), enabled=False), {"tools"}),
    "another namespace": (Setting(applications=("other/tools",), enabled=False), set()),
    "a project": (Setting(projects=("plat*",), enabled=False), {"tools"}),
    "a path": (Setting(paths=("apps/web-p*",), enabled=False), {"web-prod"}),
    "several, all of which must match": (
        Setting(applications=("web-*",), environments=("prod",), enabled=False),
        {"web-prod"},
    ),
}


@pytest.mark.parametrize(("setting", "left_out"), SELECTORS.values(), ids=SELECTORS)
def test_a_setting_holds_for_what_its_selectors_match(
    three: Snapshot, setting: Setting, left_out: set[str]
) -> None:
    assert set(found(three, setting)) == set(WHERE) - left_out


def test_a_later_setting_is_stronger(three: Snapshot) -> None:
    off, on = Setting(enabled=False), Setting(applications=("tools",), enabled=True)
    assert set(found(three, off, on)) == {"tools"}
    assert found(three, on, off) == {}


def test_a_rule_that_is_off_everywhere_is_not_among_the_rules(three: Snapshot) -> None:
    result = audit(three, [asking()], policy=Policy(settings=(Setting(enabled=False),)))
    assert (result.rules, result.verdicts, result.coverage) == ((), (), ())


def test_what_is_off_has_no_verdict_at_all(three: Snapshot) -> None:
    setting = Setting(applications=("tools",), enabled=False)
    result = audit(three, [asking()], policy=Policy(settings=(setting,)))
    assert {v.subject.name for v in result.verdicts if v.subject} == {"web-prod", "web-stg"}
    assert result.coverage[0].subjects == 2


def test_a_severity_stands_for_the_usual_one(three: Snapshot) -> None:
    setting = Setting(severity=Severity.LOW)
    assert set(found(three, setting).values()) == {"low"}


def test_a_severity_for_all_does_not_widen_a_rule_and_one_for_an_environment_does(
    three: Snapshot,
) -> None:
    narrow = asking(severity=production_only(Severity.HIGH))
    assert found(three, Setting(severity=Severity.LOW), asked=narrow) == {"web-prod": "low"}
    stg = Setting(environments=("stg",), severity=Severity.LOW)
    assert found(three, stg, asked=narrow) == {"web-prod": "high", "web-stg": "low"}


@pytest.mark.parametrize(
    ("own", "wanted", "expected"),
    [
        (Severity.HIGH, Severity.LOW, Severity.LOW),
        (Severity.INFO, Severity.MEDIUM, Severity.INFO),
        (Severity.MEDIUM, Severity.CRITICAL, Severity.HIGH),
        (Severity.CRITICAL, Severity.CRITICAL, Severity.CRITICAL),
        (Severity.CRITICAL, Severity.LOW, Severity.MEDIUM),
    ],
)
def test_what_is_more_or_less_serious_keeps_its_distance(
    own: Severity, wanted: Severity, expected: Severity
) -> None:
    table, usual = everywhere(own), everywhere(Severity.HIGH)
    assert rated(table, usual, Tier.PRODUCTION, wanted) is expected
    assert rated(table, usual, Tier.PRODUCTION, None) is own


def test_options_hold_where_they_were_given(three: Snapshot) -> None:
    settings = (
        Setting(options={"most": 5}),
        Setting(environments=("stg",), options={"most": 9, "unknown": 1}),
    )
    result = audit(three, [asking()], policy=Policy(settings=settings))
    told = {f.subject.name: f.breach.facts["most"] for f in result.findings}
    assert told == {"web-prod": 5, "web-stg": 9, "tools": 5}


@pytest.mark.parametrize(
    ("persona", "settings", "is_told"),
    [
        ("operator", (), False),
        ("developer", (), False),
        ("auditor", (), True),
        ("auditor", (Setting(rules=("TEST",), enabled=False),), False),
        ("operator", (Setting(rules=("TEST-001",), enabled=True),), True),
        ("operator", (Setting(rules=("TEST-001",), options={"is_asked": True}),), True),
        ("auditor", (Setting(rules=("TEST-001",), options={"is_asked": False}),), False),
    ],
)
def test_an_opinion_is_for_the_auditor_or_for_whoever_asks(
    three: Snapshot, persona: str, settings: tuple[Setting, ...], *, is_told: bool
) -> None:
    policy = Policy(persona=persona, settings=settings)
    result = audit(three, [asking(options=Opinion)], policy=policy)
    assert bool(result.findings) is is_told
    # what was not asked is no pass
    assert is_told or persona == "auditor" or not result.passed


def test_the_platform_is_nothing_for_a_developer(three: Snapshot) -> None:
    told = {
        persona: bool(audit(three, [asking("PLAT-001")], policy=Policy(persona=persona)).findings)
        for persona in PERSONAS
    }
    assert told == {"developer": False, "operator": True, "auditor": True}


def test_what_personas_change_names_rules_there_are() -> None:
    from auditor.pipeline import rulebook

    ids = [one.id for one in rulebook()]
    for persona, settings in PERSONA_SETTINGS.items():
        assert persona in PERSONAS
        assert all(any(names(p, i) for i in ids) for s in settings for p in s.rules)


def test_a_fingerprint_does_not_know_the_policy(three: Snapshot) -> None:
    policy = Policy(settings=(Setting(severity=Severity.LOW, options={"most": 8}),))
    plain, changed = audit(three, [asking()]), audit(three, [asking()], policy=policy)
    one, other = ({f.fingerprint for f in result.findings} for result in (plain, changed))
    assert one == other
