"""Rules in YAML: their own cases, and every way in which a file is no rule."""

from pathlib import Path
from typing import Any, Final

import pytest

from auditor import pipeline
from auditor.cli.own_rules import own
from auditor.engine.trial import Trial, trials
from auditor.report.provenance import pack_digest
from auditor.rulebook import Rule
from auditor.rulebook.bad_rule import BadRule
from auditor.rulebook.declarative import declared
from auditor.rulebook.page import LANGUAGES, PARTS, read

FOLDER: Final = Path(__file__).parent / "own"
RULES: Final = own([FOLDER], pipeline.rulebook())
TEXT: Final = (FOLDER / "team_label.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("rule", "trial"),
    [
        pytest.param(rule, trial, id=f"{rule.id}: {trial.name}")
        for rule in RULES
        for trial in trials(rule)
    ],
)
def test_case(rule: Rule[Any, Any], trial: Trial) -> None:
    del rule
    assert trial.said == trial.expected
    assert trial.is_true


def test_a_wrong_expectation_is_seen() -> None:
    wrong = declared(TEXT.replace("high, name: shop-prod}}", "high, name: other}}"), "wrong.yaml")
    assert [trial.is_true for trial in trials(wrong)] == [False, True, True]


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_whole_where_one_language_is_left_out(language: str) -> None:
    for rule in RULES:
        page = read(rule, language)
        assert tuple(page.parts) == PARTS
        assert page.title
        assert "```cel" in page.parts["evidence"]


def test_the_words_of_each_language_are_its_own() -> None:
    (rule, other) = RULES
    assert read(rule, "ko").title == "담당 팀이 없습니다"
    assert read(other, "ko").title == read(other, "en").title == "Containers without requests"


def test_an_edit_of_the_file_changes_the_digest_of_the_rules() -> None:
    before, after = declared(TEXT, "a"), declared(TEXT.replace("high", "medium"), "a")
    assert pack_digest([before]) != pack_digest([after])


@pytest.mark.parametrize(
    ("change", "code", "reason"),
    [
        (("id: TEAM-001", "id: team1"), "own_rule_id", ""),
        (("over: applications", "over: pods"), "own_rule_unreadable", "$.over"),
        (("severity: {", "severeness: {"), "own_rule_unreadable", "severeness"),
        (("high", "fatal"), "own_rule_unreadable", "$.severity"),
        (('"team" in', '"team" in in'), "own_rule_expression", "<input>"),
        (("sentence:", "sentense:"), "own_rule_unreadable", "sentense"),
        (("cases:\n", "cases: [\n"), "own_rule_unreadable", ""),
    ],
)
def test_what_is_no_rule_is_refused(change: tuple[str, str], code: str, reason: str) -> None:
    with pytest.raises(BadRule) as refused:
        declared(TEXT.replace(*change, 1), "bad.yaml")
    assert refused.value.code == code
    assert refused.value.facts["file"] == "bad.yaml"
    assert reason in refused.value.facts.get("reason", "")


def test_an_id_that_is_taken_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(TEXT, "utf-8")
    (tmp_path / "b.yaml").write_text(TEXT, "utf-8")
    with pytest.raises(BadRule, match="own_rule_id"):
        own([tmp_path])
    (tmp_path / "b.yaml").write_text(TEXT.replace("TEAM-001", "PRUNE-950"), "utf-8")
    (tmp_path / "a.yaml").unlink()
    with pytest.raises(BadRule, match="own_rule_id"):
        own([tmp_path], pipeline.rulebook())


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        own([tmp_path / "nowhere"])
