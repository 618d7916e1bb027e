"""`auditor guide`, and the page of a rule by `auditor explain`."""

import re
from typing import Final

import pytest

from auditor import pipeline
from auditor.rulebook.guide import traced, words
from auditor.rulebook.page import LANGUAGES, read
from tests.cli.command import SAMPLE, auditor

STATEMENTS: Final = tuple(f"G{number:02}" for number in range(1, 17))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_statement_has_a_title_and_is_known(language: str) -> None:
    assert tuple(words(language)["statements"]) == STATEMENTS
    for rule in pipeline.rulebook():
        assert set(read(rule, language).guide) <= set(STATEMENTS)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_every_statement_has_a_rule(statement: str) -> None:
    found = {each.id: each.rules for each in traced(pipeline.rulebook(), "en")}
    assert found[statement]


def test_the_trace_names_rules_and_their_results() -> None:
    done = auditor("guide", "--trace", "--lang", "en")
    assert (done.status, done.err) == (0, "")
    assert re.findall(r"^G\d\d", done.out, re.MULTILINE) == list(STATEMENTS)
    assert "NS-001" in done.out
    judged = auditor("guide", "--trace", "--snapshot", SAMPLE, "--lang", "en")
    assert judged.status == 0
    assert re.search(r"NS-001 +passed \d+, findings [1-9]\d*, not assessed \d+", judged.out)
    assert "passed" not in auditor("guide", "--lang", "en").out


def test_a_snapshot_without_trace_is_refused() -> None:
    done = auditor("guide", "--snapshot", SAMPLE, "--lang", "en")
    assert done.status == 2
    assert "--trace" in done.sentence


@pytest.mark.parametrize("name", ["NS-001", "ns-001"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_explain_prints_the_page_of_a_rule(name: str, language: str) -> None:
    done = auditor("explain", name, "--lang", language)
    assert (done.status, done.err) == (0, "")
    assert done.out == auditor("rules", "show", "NS-001", "--lang", language).out
