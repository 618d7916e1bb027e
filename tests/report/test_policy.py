"""The policy and the waivers in every form of the report."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from auditor.engine.policy import Difference, Policy
from auditor.engine.run import audit
from auditor.findings.waiver import Waiver
from auditor.renderer.html import html
from auditor.renderer.json import json as as_json
from auditor.renderer.text import text
from auditor.report.build import build
from auditor.report.check import Unbalanced, check
from auditor.report.draft import Edition
from auditor.report.view import ReportView
from auditor.rulebook.discovery import discover
from tests.report import pack, sample

WAIVERS = (
    Waiver(
        rule="NS-001",
        subject="plate-batch-prod",
        reason="The <namespace> comes later.",
        approver="Lee & Kim",
        ticket="OPS-7",
        granted=date(2026, 11, 1),
        expires=date(2026, 11, 30),
        place="auditor.toml:12",
    ),
    Waiver(
        rule="NS-001",
        subject="nobody",
        reason="Nobody is missing.",
        approver="Lee",
        ticket="OPS-8",
        granted=date(2026, 1, 1),
        expires=date(2027, 12, 31),
        place="auditor.toml:20",
    ),
)


def view(language: str = "en", **change: Any) -> ReportView:
    policy = Policy(
        persona="operator",
        waivers=WAIVERS,
        known=frozenset({"NS-001", "LIVE-001", "RETRY-001", "PLAT-001"}),
        file="auditor.toml",
        digest="a" * 64,
        differences=(Difference(key="fail_at", value='"low"', origin="auditor.toml:2"),),
    )
    found = audit(sample.platform(), discover(pack), policy=replace(policy, **change))
    return build(found, Edition(language=language))


def test_what_is_accepted_is_in_no_number_but_its_own() -> None:
    plain, waived = view(waivers=()), view()
    assert waived.tallies.waived == 1
    assert waived.tallies.critical == plain.tallies.critical - 1
    assert waived.verdict.findings == plain.verdict.findings - 1
    assert waived.verdict.checks == plain.verdict.checks
    assert waived.verdict.waived == 1
    (accepted,) = waived.waivers[0].findings
    told = {f.id for rule in waived.rules for entry in rule.entries for f in entry.findings}
    assert accepted.id not in told
    assert accepted.id not in {cause.root.id for cause in waived.causes}


def test_the_register_has_all_of_them_and_the_next_to_end_first() -> None:
    first, second = view().waivers
    assert (first.state, first.days_left, first.is_self_approved) == ("in_force", 8, False)
    assert (first.place.file, first.place.line) == ("auditor.toml", 12)
    assert (second.state, second.until, second.expires) == ("expired", "2026-06-30", "2027-12-31")
    assert view().tallies.expiring == 1


def test_the_policy_in_force_is_told() -> None:
    told = view().policy
    assert (told.file, told.persona, told.max_days) == ("auditor.toml", "operator", 180)
    assert told.off == ("PLAT-001",)
    assert [(one.key, one.value, one.origin) for one in told.differences] == [
        ("fail_at", '"low"', "auditor.toml:2")
    ]


def test_a_report_that_hides_a_waiver_is_not_written() -> None:
    found = view()
    with pytest.raises(Unbalanced):
        check(replace(found, waivers=found.waivers[1:]))
    with pytest.raises(Unbalanced):
        check(replace(found, tallies=replace(found.tallies, waived=0)))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_form_prints_every_waiver(language: str) -> None:
    found = view(language)
    page = html(found).decode()
    assert "The &lt;namespace&gt; comes later." in page
    assert "Lee &amp; Kim" in page
    assert "Nobody is missing." in page
    assert 'id="waivers"' in page
    assert "a" * 64 in page
    lines = text(found)
    assert "The <namespace> comes later." in lines
    assert "OPS-8" in lines
    told = json.loads(as_json(found))
    assert [one["ticket"] for one in told["waivers"]] == ["OPS-7", "OPS-8"]
    assert [one["rule"] for one in told["waived"]] == ["NS-001"]
    assert told["policy"]["digest"] == "a" * 64


def test_self_approval_is_named() -> None:
    found = view()
    own = replace(found.waivers[0], is_self_approved=True)
    shown = replace(found, waivers=(own, *found.waivers[1:]))
    assert "self-approved" not in text(found)
    assert "self-approved" in text(shown)
    assert "self-approved" in html(shown).decode()


def test_a_reason_cannot_command_a_terminal() -> None:
    evil = replace(WAIVERS[0], reason="before \x1b]0;title\x07 after")
    assert "\x1b" not in text(view(waivers=(evil,)))


def test_without_a_waiver_the_report_says_so() -> None:
    page = html(view(waivers=())).decode()
    assert "There is no waiver: every finding counts." in page
