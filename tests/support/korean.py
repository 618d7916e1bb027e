"""The checks of the Korean house style, and every Korean text that the product shows."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from auditor import pipeline
from auditor.rulebook.page import read
from auditor.signatures import words as signature_words

ROOT: Final = Path(__file__).resolve().parents[2]

CHECKS: Final[Mapping[str, tuple[str, str]]] = {
    "K01": (r"\}(?!회|개|건|명|행|초|분|시간|일|곳|쪽)[가-힣]", "{name}은 없습니다."),
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

_CODE: Final = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_INLINE: Final = re.compile(r"`[^`]*`")
_LINK: Final = re.compile(r"\]\([^)]*\)")
_TABLES: Final = (
    "auditor/report/words.ko.toml",
    "auditor/cli/failures.ko.toml",
    *(f"auditor/rulebook/{name}.ko.toml" for name in ("guide", "site", "symptoms", "controls")),
)
_PARTICLE: Final = re.compile(r"([가-힣])\([^)]*\)(은|는|이|가|을|를|과|와)(?=[\s,.])")
_AFTER_CONSONANT: Final = "은이을과"


def texts() -> dict[str, str]:
    """Return every text by where it is; code is left out."""
    return dict(_all())


def pages() -> dict[str, str]:
    """Return the prose of the rules' pages by `rule part`."""
    return dict(_pages())


def avoided() -> dict[str, str]:
    """Return words of the glossary that are never written, and what is written instead."""
    told = tomllib.loads((ROOT / "docs/glossary.ko.toml").read_text("utf-8"))["term"]
    return {word: term["ko"] for term in told for word in term.get("avoid", ())}


def without_placeholders(text: str) -> str:
    """Return `text` in which placeholders say nothing: their names are code."""
    return re.sub(r"\{[^}]*\}", "{}", text)


def disagreeing(text: str) -> bool:
    """Say whether a particle behind a bracket does not fit the syllable before it."""
    return any(
        bool((ord(last) - 0xAC00) % 28) != (particle in _AFTER_CONSONANT)
        for last, particle in _PARTICLE.findall(text)
    )


def _all() -> Iterator[tuple[str, str]]:
    yield from _pages()
    for path in _TABLES:
        yield from _table(path, tomllib.loads((ROOT / path).read_text("utf-8")))
    for name, entry in signature_words("ko").items():
        yield f"signature {name} cause", entry.cause
        yield f"signature {name} remedy", entry.remedy


def _pages() -> Iterator[tuple[str, str]]:
    for rule in pipeline.rulebook():
        page = read(rule, "ko")
        yield f"{rule.id} title", page.title
        yield f"{rule.id} sentence", page.sentence
        for name, text in page.variants.items():
            yield f"{rule.id} {name}", text
        for part, text in page.parts.items():
            yield f"{rule.id} #{part}", _prose(text)


def _table(name: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, str):
            yield f"{name} {key}", _prose(value)
        elif isinstance(value, Mapping):
            yield from _table(f"{name} {key}", value)


def _prose(text: str) -> str:
    """Return `text` without its code; a word of code stays a word."""
    return _INLINE.sub("CODE", _LINK.sub("]", _CODE.sub("", text)))
