"""Every `*.cases.yaml` beside a rule, and every example on its page, is a test."""

import contextlib
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest

from auditor import rules
from auditor.engine import trial
from auditor.findings import Finding, Passed, Verdict
from auditor.report import words
from auditor.rulebook import Rule, cases
from auditor.rulebook.discovery import discover
from auditor.rulebook.page import LANGUAGES, OPTIONAL_PARTS, PARTS, Page, read
from auditor.snapshot import Snapshot

RULES: Final = discover(rules)
PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
PARTICLE: Final = re.compile(r"\}(?!회|개|건|명|행|초|분|시간|일)[가-힣]")


def every_case() -> Iterator[Any]:
    for rule in RULES:
        # a rule without its file fails below, with its name
        with contextlib.suppress(FileNotFoundError):
            for name, case in cases.of(rule).items():
                yield pytest.param(rule, case, id=f"{rule.id}: {name}")


@pytest.mark.parametrize(("rule", "case"), list(every_case()))
def test_case(rule: Rule[Any, Any], case: dict[str, Any]) -> None:
    expect = case["expect"]
    said = trial.said(verdicts(rule, case))
    assert said == ({"*": "not assessed"} if expect == "not assessed" else expect)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_examples_on_the_page_are_true(rule: Rule[Any, Any]) -> None:
    shown = {
        (info, type(verdict))
        for info, snapshot in cases.examples(rule)
        for verdict in put(rule, snapshot, cases.page(rule) | cases.page(rule).get(info[5:], {}))
        if verdict.subject
        and (verdict.subject.name == "example" or verdict.subject.kind == "ConfigMap")
    }
    assert shown == {("yaml bad", Finding), ("yaml good", Passed)}


def test_ids_are_unique_and_name_their_chapter() -> None:
    ids = [rule.id for rule in RULES]
    assert len(set(ids)) == len(ids)
    for rule in RULES:
        assert rule.chapter.lower() == rule.module.split(".")[-2]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_page_is_whole_in_every_language(rule: Rule[Any, Any], language: str) -> None:
    page, english = read(rule, language), read(rule, "en")
    assert tuple(part for part in page.parts if part not in OPTIONAL_PARTS) == PARTS
    assert page.fences == english.fences, "code is not translated"
    assert page.parts.keys() == english.parts.keys()
    assert page.guide == english.guide
    assert page.sources == english.sources
    assert page.sources or page.guide, "a rule says where it comes from"
    assert page.variants.keys() == english.variants.keys()
    for text, original in zip(_sentences(page), _sentences(english), strict=True):
        assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(original))
        assert not PARTICLE.search(text), "a particle cannot agree with a name we do not know"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_finding_of_every_case_fills_its_sentence(rule: Rule[Any, Any]) -> None:
    pages = [(read(rule, language), words.load(language)) for language in LANGUAGES]
    found = [v for case in cases.of(rule).values() for v in verdicts(rule, case)]
    breaches = [v for v in found if isinstance(v, Finding)]
    assert breaches, "a rule that no case can break proves nothing"
    assert any(not isinstance(v, Finding) for v in found), "a rule that always fires is no rule"
    for finding in breaches:
        for page, spoken in pages:
            sentence = page.say(finding.breach.variant)
            facts = {"subject": finding.subject, **finding.breach.facts}
            assert spoken.filled(sentence, facts)


def _sentences(page: Page) -> list[str]:
    return [page.sentence, *(page.variants[name] for name in sorted(page.variants))]


def verdicts(rule: Rule[Any, Any], case: dict[str, Any]) -> tuple[Verdict, ...]:
    return put(rule, cases.snapshot(case), case)


def put(rule: Rule[Any, Any], snapshot: Snapshot, case: dict[str, Any]) -> tuple[Verdict, ...]:
    """Ask `rule`, together with those `beside` it for rules that are about what others find."""
    return trial.put(rule, snapshot, case, RULES)
