"""Korean texts keep to the house style (K01 to K19) and to the glossary."""

import re
from typing import Final

import pytest

from auditor import pipeline
from auditor.rulebook.page import read
from tests.support.korean import (
    CHECKS,
    avoided,
    disagreeing,
    pages,
    texts,
    without_placeholders,
)

TEXTS: Final = texts()
_ONLY_PAGES: Final = ("K05",)
_NO_PLACEHOLDERS: Final = ("K06",)
_LONGEST_TITLE: Final = 30


@pytest.mark.parametrize("check", CHECKS)
def test_the_texts_pass(check: str) -> None:
    pattern, bad = CHECKS[check]
    assert re.search(pattern, bad), "a check that objects to nothing checks nothing"
    read_by = pages() if check in _ONLY_PAGES else TEXTS
    seen = {
        name: without_placeholders(text) if check in _NO_PLACEHOLDERS else text
        for name, text in read_by.items()
    }
    wrong = [(name, found[0]) for name, text in seen.items() if (found := re.search(pattern, text))]
    assert wrong == []


def test_no_word_that_the_glossary_avoids() -> None:
    wrong = [
        (name, word, instead)
        for word, instead in avoided().items()
        for name, text in TEXTS.items()
        if word in text
    ]
    assert wrong == []


def test_a_particle_behind_a_bracket_agrees_with_the_word_before_it() -> None:
    assert disagreeing("시간대(sync window)이 막습니다.")
    assert [name for name, text in TEXTS.items() if disagreeing(text)] == []


@pytest.mark.parametrize("rule", pipeline.rulebook(), ids=lambda rule: rule.id)
def test_titles_state_a_fact_in_thirty_letters(rule: object) -> None:
    title = read(rule, "ko").title  # type: ignore[arg-type]
    assert title.endswith("니다")
    assert len(title) <= _LONGEST_TITLE


@pytest.mark.parametrize("rule", pipeline.rulebook(), ids=lambda rule: rule.id)
def test_exceptions_are_cases_or_there_are_none(rule: object) -> None:
    text = read(rule, "ko").parts["ignore"]  # type: ignore[arg-type]
    items = [line for line in text.splitlines() if line.startswith("- ")]
    assert all(item.endswith("경우") for item in items) or not items
    assert items or "없습니다" in text or text.rstrip().endswith("경우")


def test_findings_are_not_called_what_only_certifiers_may() -> None:
    assert [name for name, text in pages().items() if re.search("결함|부적합", text)] == []
