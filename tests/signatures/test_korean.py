"""Korean texts keep to the house style: the checks K01 to K14, and the particles of K17."""

import re

import pytest

from auditor.signatures import words
from tests.support.korean import CHECKS, disagreeing

GLOSSARY = (
    r"이름공간|인그레스|서비스 어카운트|포드(?!맨)|애플리케이션|타임아웃|후크|리프레시"
    r"|표류|고아|희망 상태|이벤트 로그"
)
TEXTS = [
    (f"{name}.{part}", text)
    for name, entry in words("ko").items()
    for part, text in (("cause", entry.cause), ("remedy", entry.remedy))
]


@pytest.mark.parametrize("check", CHECKS)
def test_the_texts_pass(check: str) -> None:
    pattern, bad = CHECKS[check]
    assert re.search(pattern, bad)
    assert not [(name, text) for name, text in TEXTS if re.search(pattern, text)]


def test_the_words_are_those_of_the_glossary() -> None:
    assert not [(name, text) for name, text in TEXTS if re.search(GLOSSARY, text)]


def test_a_particle_after_a_bracket_agrees_with_the_word_before_it() -> None:
    assert disagreeing("시간대(sync window)이 막습니다.")
    assert not [name for name, text in TEXTS if disagreeing(text)]
