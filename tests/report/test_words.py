"""Facts as a reader of the language expects them, and words that keep the house style."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from auditor.kube.ref import ResourceRef
from auditor.report import words

EN, KO = words.load("en"), words.load("ko", ZoneInfo("Asia/Seoul"))

FACTS = (
    (EN, 1249, "1,249"),
    (EN, True, "true"),
    (EN, None, "n/a"),
    (KO, None, "해당 없음"),
    (EN, timedelta(), "0 s"),
    (EN, timedelta(milliseconds=350), "350 ms"),
    (EN, timedelta(minutes=2, seconds=35), "2 min 35 s"),
    (EN, -timedelta(hours=1), "-1 h"),
    (KO, timedelta(minutes=2, seconds=35), "2분 35초"),
    (KO, timedelta(days=3, hours=4, minutes=5), "3일 4시간"),
    (KO, datetime(2026, 11, 22, 17, 0, 5, tzinfo=UTC), "2026-11-23 02:00:05+09:00"),
    (KO, datetime.max.replace(tzinfo=UTC), "9999-12-31 23:59:59+00:00"),
    (EN, datetime(2026, 11, 22, 17, 0, 5, tzinfo=UTC), "2026-11-22 17:00:05+00:00"),
    (EN, ResourceRef("", "Secret", "shop", "db"), "Secret shop/db"),
    (EN, ResourceRef("argoproj.io", "Application", "argocd", "web"), "argocd/web"),
    (EN, (), "none"),
    (EN, ("a",), "a"),
    (EN, ("a", "b"), "a and b"),
    (EN, ("a", "b", "c", "d"), "a, b, c and d"),
    (EN, ("a", "b", "c", "d", "e"), "a, b, c and 2 more"),
    (KO, ("a", "b"), "a, b"),
    (KO, ("a", "b", "c", "d", "e"), "a, b, c 외 2개"),
    (EN, (timedelta(seconds=5), 2000), "5 s and 2,000"),
)


@pytest.mark.parametrize(("spoken", "fact", "text"), FACTS)
def test_a_fact_reads_as_expected(spoken: words.Words, fact: object, text: str) -> None:
    assert spoken.fact(fact) == text


def test_a_share_has_its_denominator_and_never_rounds_up_to_all() -> None:
    assert EN.share(1204, 1249) == "96.3% (1,204/1,249)"
    assert KO.share(1204, 1249) == "96.3%(1,204/1,249)"
    assert EN.share(9999, 10000) == "99.9% (9,999/10,000)"
    assert EN.share(0, 0) == "n/a"
    assert KO.share(0, 0) == "해당 없음"


def test_a_day_has_its_weekday_in_the_readers_zone() -> None:
    assert KO.day(datetime(2026, 11, 22, 17, tzinfo=UTC)) == "2026-11-23 (월)"
    assert EN.day(datetime(2026, 11, 22, 17, tzinfo=UTC)) == "2026-11-22 (Sun)"


def test_words_agree_with_their_number() -> None:
    assert EN.text("gap_card.checks", n=1) == "1 check"
    assert EN.text("gap_card.checks", n=1200) == "1,200 checks"


def test_a_sentence_without_a_fact_is_still_told() -> None:
    assert EN.fill("{subject}: {gone} of {count}", {"subject": "x", "count": 2}) == "x: n/a of 2"


def _leaves(table: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{path}{key}.")
        elif isinstance(value, str):
            yield f"{path}{key}", value


def _names(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)[:}]", text))


def test_both_languages_have_the_same_words_with_the_same_facts() -> None:
    english, korean = dict(_leaves(EN.table)), dict(_leaves(KO.table))
    assert english.keys() == korean.keys()
    differing = {k for k in english if _names(english[k]) != _names(korean[k])}
    # some reasons name the object only where the language needs it
    assert differing <= {"prov.completeness_says"}, differing


def test_every_reason_that_the_code_gives_has_words() -> None:
    reasons_of_environments = {"label", "namespace", "name", "cluster", "project", "path"}
    told = {
        code
        for path in Path(str(files("auditor"))).rglob("*.py")
        for code in re.findall(r'\bGap\(\s*"(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert told
    assert told - set(EN.table["gap"]) - reasons_of_environments <= {"child", "none"}


KOREAN = {
    "particle": r"\}(?!회|개|건|명|행|초|분|시간|일|쪽|곳)[가-힣]",
    "doubled": r"[은는이가을를와과]\([은는이가을를와과]\)|\((이|으)\)",
    "translated": r"에 의(해|한|하여)|(되어|보여)[지진졌집]|[을를] (가지고|수행|통해)|에 있어"
    r"|로부터|것 같|(동기화|삭제|적용|배포)시[키킵킨켜켰]"
    r"|(리소스|규칙|필드|설정|Application|주석)들",
    "pronoun": r"(?<![가-힣])(그녀|당신|귀하|저희|우리|그것)(?=[은는이가을를의])",
    "English": r"(?i)(?<![a-z_])(critical|high|medium|low|info|finding|passed|notassessed)"
    r"(?![a-z_}])",
    "spaces": r"\S {2,}\S|[가-힣] \(| [,.:](\s|$)|:[가-힣]",
    "quotes": r"[\"'](?=[가-힣])|[가-힣.][\"']",
    "avoided": r"ArgoCD|쿠버네티스|어플리|싱크|비동기|프루닝|가지치기|자가 치유|리트라이|리포지"
    r"|디렉토리|라벨|웹후크|디폴트|릴리즈|메세지|커버리지|웨이버|위험도",
    "over-claim": r"준수(합|하고|했|함)|적합(합|함)|충족|보장|보증|완벽"
    r"|안전합|이상 없|감사 보고서|변조 방지",
    "characters": r"[\u1100-\u11FF\u2060\u200B\u00A0\uFEFF!！，。：；？（）]",
    "others' words": r"결함|부적합|지적",
}


@pytest.mark.parametrize("check", KOREAN)
def test_korean_words_keep_the_style(check: str) -> None:
    file = (files("auditor.report") / "words.ko.toml").read_text(encoding="utf-8")
    for key, text in _leaves(tomllib.loads(file)):
        spoken = re.sub(r"`[^`]*`|--[\w-]+", "A", text)
        assert not re.search(KOREAN[check], spoken), f"{key}: {text}"


def test_the_check_of_the_style_finds_what_it_looks_for() -> None:
    bad = (
        "{name}는",
        "은(는)",
        "에 의해",
        "그것은",
        "finding",
        "한글 (",
        "'한글'",
        "라벨",
        "보장",
        "!",
    )
    checks = list(KOREAN.values())
    for text, pattern in zip((*bad, "결함"), checks, strict=True):
        assert re.search(pattern, text), text
