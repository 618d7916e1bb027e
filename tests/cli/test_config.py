"""`auditor config` and `auditor waive`: what is in force, who said so, and what was accepted."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from auditor.cli.failures import sentences
from tests.cli.command import ROOT, SAMPLE, auditor

EXAMPLE = ROOT / "docs" / "auditor.example.toml"
POLICY = """\
persona = "operator"
[report]
language = "en"
[rules."NS-001"]
severity = "low"

[[waivers]]   # read by people too
rule = "PRUNE-002"
subject = "ingress-prod"
reason = "The parent is guarded by a review of two."
approver = "lee"
ticket = "OPS-77"
granted = 2026-11-02
expires = 2027-01-31
"""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "auditor.toml").write_text(POLICY, "utf-8")
    return tmp_path


def report(here: Path, *more: str, **environment: str) -> tuple[int, dict[str, Any]]:
    fixed = ("--out", "out", "--format", "json")
    done = auditor("report", "--snapshot", SAMPLE, *fixed, *more, cwd=here, **environment)
    assert done.status in (0, 1, 3), done.err
    found: dict[str, Any] = json.loads((here / "out" / "report.json").read_text("utf-8"))
    return done.status, found


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_example_is_valid(language: str) -> None:
    done = auditor("config", "validate", EXAMPLE, LANG=language)
    assert (done.status, done.err) == (0, "")
    assert "2" in done.out


def test_every_mistake_has_its_line_and_a_sentence_in_both_languages(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(
        'fail_at = "hgh"\n[rules."PRUNE-1"]\n[rules."LIVE-001".options]\nafter = "1h"\n', "utf-8"
    )
    done = auditor("config", "validate", "bad.toml", cwd=tmp_path)
    assert done.status == 2
    assert "bad.toml:1: fail_at is hgh" in done.err
    assert "The nearest is: high." in done.err
    bad.write_text('[rules."PRUNE-1"]\n[rules."LIVE-001".options]\nafter = "1h"\n', "utf-8")
    told = auditor("config", "validate", "bad.toml", cwd=tmp_path).err.splitlines()
    assert len(told) == 3
    assert "bad.toml:1: no rule is called PRUNE-1. The nearest is: PRUNE-01" in told[0]
    assert "bad.toml:3: the rule LIVE-001 has no option after." in told[1]
    korean = auditor("config", "validate", "bad.toml", cwd=tmp_path, LANG="ko_KR.UTF-8").err
    assert "bad.toml:1: PRUNE-1 점검 규칙을 찾지 못했습니다." in korean


def test_every_code_of_a_mistake_has_words() -> None:
    sources = (ROOT / "auditor" / "config").glob("*.py"), (ROOT / "auditor" / "cli").glob("*.py")
    told = {
        code
        for folder in sources
        for path in folder
        for code in re.findall(r'"(config_[a-z_]+)"', path.read_text("utf-8"))
    }
    told |= {f"config_{leaf}" for leaf in ("text", "number", "switch", "date")}
    for language in ("en", "ko"):
        assert told <= set(sentences(language))


def test_without_a_file_it_is_said_that_the_defaults_apply(tmp_path: Path) -> None:
    done = auditor("config", "validate", cwd=tmp_path)
    assert done.status == 0
    assert "The defaults apply" in done.sentence


def test_each_value_is_shown_with_its_origin(here: Path) -> None:
    done = auditor(
        "config", "show", "--format", "json", cwd=here, AUDITOR_FAIL_AT="critical", AUDITOR_NONE="1"
    )
    assert (done.status, done.err) == (0, "")
    told = {row["key"]: (row["value"], row["origin"]) for row in json.loads(done.out)}
    assert told["fail_at"] == ("critical", "AUDITOR_FAIL_AT")
    assert told["rules.NS-001.severity"] == (
        "low",
        "auditor.toml:5",
    )
    assert told["allow_gaps"] == (False, "default")
    assert told["waivers[0].expires"] == ("2027-01-31", "auditor.toml:14")


def test_the_table_and_the_file_say_the_same(here: Path) -> None:
    table = auditor("config", "show", cwd=here).out
    assert re.search(r"^rules\.NS-001\.severity +\"low\" +auditor\.toml:5$", table, re.MULTILINE)
    shown = auditor("config", "show", "--format", "toml", cwd=here).out
    assert tomllib.loads(shown)["waivers"][0]["subject"] == "ingress-prod"
    (here / "again.toml").write_text(shown, "utf-8")
    assert auditor("config", "validate", "again.toml", cwd=here).status == 0


def test_the_policy_takes_effect_and_is_told(here: Path) -> None:
    _, found = report(here)
    assert {f["severity"] for f in found["findings"] if f["rule"] == "NS-001"} == {"low"}
    assert [f["rule"] for f in found["waived"]] == ["PRUNE-002"]
    others = {f["subject"]["name"] for f in found["findings"] if f["rule"] == "PRUNE-002"}
    assert "ingress-prod" not in others
    (waiver,) = found["waivers"]
    assert (waiver["state"], waiver["place"]) == ("in_force", "auditor.toml:7")
    assert found["policy"]["differences"] == {"rules.NS-001.severity": '"low"'}
    assert len(found["policy"]["digest"]) == 64
    assert found["report"]["tallies"]["waived"] == 1


def test_the_digest_is_of_what_decides_and_of_nothing_else(here: Path) -> None:
    digests = [report(here)[1]["policy"]["digest"]]
    (here / "auditor.toml").write_text(f"# a comment\n{POLICY}", "utf-8")
    digests.append(report(here, "--lang", "ko")[1]["policy"]["digest"])
    assert digests[0] == digests[1]
    digests.append(report(here, "--fail-at", "low")[1]["policy"]["digest"])
    digests.append(report(here, "--persona", "auditor")[1]["policy"]["digest"])
    assert len(set(digests)) == 3


def test_the_same_policy_gives_the_same_bytes(here: Path) -> None:
    seen = set()
    for zone in ("UTC", "Asia/Seoul"):
        report(here, TZ=zone, PYTHONHASHSEED=str(len(zone)))
        seen.add((here / "out" / "report.json").read_bytes())
    assert len(seen) == 1


def test_what_is_accepted_does_not_fail_a_run(here: Path) -> None:
    only = ("--rule", "NS-001", "--allow-gaps")
    (here / "auditor.toml").write_text("", "utf-8")
    assert report(here, *only)[0] == 1
    accepted = POLICY.replace("PRUNE-002", "NS-001").replace("ingress-prod", "plate-batch-prod")
    (here / "auditor.toml").write_text(accepted.replace('severity = "low"', ""), "utf-8")
    assert report(here, *only)[0] == 0


@pytest.mark.parametrize(
    ("text", "environment", "arguments", "status"),
    [
        ('fail_at = "never"', {}, (), 0),
        ('fail_at = "never"', {"AUDITOR_FAIL_AT": "high"}, (), 1),
        ('fail_at = "low"', {"AUDITOR_FAIL_AT": "high"}, ("--fail-at", "never"), 0),
    ],
)
def test_thresholds_come_from_file_variable_and_option_in_this_order(
    tmp_path: Path, text: str, environment: dict[str, str], arguments: tuple[str, ...], status: int
) -> None:
    (tmp_path / "auditor.toml").write_text(f"allow_gaps = true\n{text}\n", "utf-8")
    more = ("--rule", "NS-001", *arguments)
    assert report(tmp_path, *more, **environment)[0] == status


def test_opinions_are_for_the_auditor(tmp_path: Path) -> None:
    asked = {
        persona: {row["rule"] for row in report(tmp_path, "--persona", persona)[1]["coverage"]}
        for persona in ("operator", "auditor")
    }
    assert "DIFF-010" in asked["auditor"] - asked["operator"]
    moving = report(tmp_path, "--persona", "auditor")[1]["findings"]
    assert {f["severity"] for f in moving if f["rule"] == "REV-001"} <= {"medium"}


def test_a_rule_that_is_named_is_asked_whatever_the_policy_says(tmp_path: Path) -> None:
    (tmp_path / "auditor.toml").write_text('[select]\noff = ["NS"]\n', "utf-8")
    assert "NS-001" not in {row["rule"] for row in report(tmp_path)[1]["coverage"]}
    _, found = report(tmp_path, "--rule", "NS-001")
    assert [row["rule"] for row in found["coverage"]] == ["NS-001"]


def test_a_finding_is_waived_by_a_command_that_keeps_the_file(here: Path) -> None:
    _, before = report(here, "--allow-gaps")
    (target,) = (f for f in before["findings"] if f["rule"] == "NS-001")
    done = auditor(
        *("waive", f"F-{target['fingerprint']}", "--snapshot", SAMPLE, "--bind", "--days", "30"),
        *("--reason", 'The "batch" namespace comes later.', "--approver", "kim"),
        *("--ticket", "OPS-9"),
        cwd=here,
    )
    assert (done.status, done.err) == (0, "")
    text = (here / "auditor.toml").read_text("utf-8")
    assert text == f"{POLICY}\n{done.out}"
    assert tomllib.loads(text)["waivers"][1]["content"] == target["content"]
    _, after = report(here)
    assert target["fingerprint"] in {f["fingerprint"] for f in after["waived"]}
    assert {w["state"] for w in after["waivers"]} == {"in_force"}


def test_a_dry_run_writes_nothing_and_an_unknown_finding_is_refused(here: Path) -> None:
    common = ("--snapshot", SAMPLE, "--reason", "x", "--approver", "x", "--ticket", "x")
    done = auditor("waive", "F-000000000000", *common, cwd=here)
    assert done.status == 2
    assert "no finding 000000000000" in done.sentence
    assert (here / "auditor.toml").read_text("utf-8") == POLICY


def test_files_that_the_policy_leaves_out_are_not_read(tmp_path: Path, clean: Path) -> None:
    (tmp_path / "auditor.toml").write_text('leave_out = ["apps/**"]\n', "utf-8")
    done = auditor("check", clean, "--format", "json", cwd=tmp_path)
    view = json.loads(done.out)
    assert view["report"]["population"]["total"] == 0
    assert "apps/**: 1" in view["report"]["provenance"]["excluded"]


def test_one_application_is_explained_with_what_is_accepted_of_it(here: Path) -> None:
    done = auditor("explain", "ingress-prod", "--snapshot", SAMPLE, cwd=here)
    assert done.status == 0, done.err
    body, register = done.out.split("\nWaivers\n")
    assert "PRUNE-002" not in body
    assert "in force" in register
    assert "its parent argocd/app-of-apps prunes" in register
    other = auditor("explain", "plate-web-prod", "--snapshot", SAMPLE, cwd=here)
    assert "Waivers" not in other.out


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = auditor("config", "show", cwd=tmp_path, AUDITOR_CONFIG="gone.toml")
    assert done.status == 2
    assert "The configuration gone.toml could not be read." in done.sentence
