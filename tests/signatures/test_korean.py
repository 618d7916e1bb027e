"""Korean texts keep to the house style: the checks K01 to K14, and the particles of K17."""

import re

import pytest

from auditor.signatures import words

CHECKS = {
    "K01": (r"\}(?!회|개|건|명|행|초|분|시간|일)[가-힣]", "{name}은 없습니다."),
    "K02": (r"[은는이가을를와과]\([은는이가을를와과]\)|\((이|으)\)", "값을(를) 고칩니다."),
    "K03": (
        (
            r"에 의(해|한|하여)|(되어|보여)[지진졌집]|[을를] (가지고|수행|통해)|에 있어|로부터"
            r"|것 같|(동기화|삭제|적용|배포)시[키킵킨켜켰]"
            r"|(리소스|규칙|필드|설정|Application|주석)들"
        ),
        "컨트롤러에 의해 삭제됩니다.",
    ),
    "K04": (
        r"(?<![가-힣])(그녀|당신|귀하|저희|우리|그것)(?=[은는이가을를의])",
        "그것은 없습니다.",
    ),
    "K05": (r"(?<!니다)(?<=[가-힣])\.(\s|$)", "값을 고치세요."),
    "K06": (
        r"(?i)(?<![a-z])(critical|high|medium|low|info|finding|passed|notassessed)(?![a-z])",
        "High 등급입니다.",
    ),
    "K07": (
        r"(?<![+:\d-])\d\d:\d\d(:\d\d)?(?![:\d])(?! ?(KST|UTC|Z|~|[+-]\d\d:\d\d))",
        "09:10에 끝났습니다.",
    ),
    "K08": (r"\S {2,}\S|[가-힣] \(| [,.:](\s|$)|:[가-힣]", "동기화 (sync)합니다."),
    "K09": (r"[\"'](?=[가-힣])|[가-힣.][\"']", "'값'을 고칩니다."),
    "K10": (
        (
            r"ArgoCD|쿠버네티스|어플리|싱크|비동기|프루닝|가지치기|자가 치유|리트라이|리포지"
            r"|디렉토리|라벨|웹후크|디폴트|릴리즈|메세지|커버리지|웨이버|위험도"
        ),
        "ArgoCD를 확인합니다.",
    ),
    "K11": (
        r"준수(합|하고|했|함)|적합(합|함)|충족|보장|보증|완벽|안전합|이상 없|감사 보고서|변조 방지",
        "안전합니다.",
    ),
    "K12": (r"[)\]”’\"'.,}]\*\*[가-힣]", "**A.**는"),
    "K13": (r"(?<![*\w])\*[^*\s][^*\n]*\*(?!\*)", "*값*을 고칩니다."),
    "K14": (r"[\u1100-\u11FF\u2060\u200B\u00A0\uFEFF!！，。：；？（）]", "고칩니다!"),
}
"""Each check with a text that it must object to."""

GLOSSARY = (
    r"이름공간|인그레스|서비스 어카운트|포드(?!맨)|애플리케이션|타임아웃|후크|리프레시"
    r"|표류|고아|희망 상태|이벤트 로그"
)
_PARTICLE = re.compile(r"([가-힣])\([^)]*\)(은|는|이|가|을|를|과|와)(?=[\s,.])")
_AFTER_CONSONANT = "은이을과"
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
    assert _disagreeing("시간대(sync window)이 막습니다.")
    assert not [name for name, text in TEXTS if _disagreeing(text)]


def _disagreeing(text: str) -> bool:
    return any(
        bool((ord(last) - 0xAC00) % 28) != (particle in _AFTER_CONSONANT)
        for last, particle in _PARTICLE.findall(text)
    )
