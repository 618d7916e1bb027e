"""The guide as a document: rules, symptoms, statements, controls and known messages, linked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from auditor.findings import Tier
from auditor.rulebook.controls import Control, controls
from auditor.rulebook.guide import Statement, traced, words
from auditor.rulebook.page import Page, read
from auditor.rulebook.rule import Rule
from auditor.rulebook.symptoms import Symptom, symptoms
from auditor.signatures import catalogue
from auditor.signatures.signature import Kind, Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One rule, and what in the guide leads to it."""

    id: str
    chapter: str
    page: Page
    production: str
    """Name of the severity in production; empty where the rule is not asked there."""
    elsewhere: str
    """The same for every other tier."""
    symptoms: tuple[Symptom, ...]
    statements: tuple[Statement, ...]
    controls: tuple[Control, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """The rules of one prefix, in the order of their numbers."""

    id: str
    title: str
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """A message that is known, and what is said of it."""

    signature: Signature
    cause: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidebook:
    """Everything the guide says in one language."""

    language: str
    chapters: tuple[Chapter, ...]
    symptoms: tuple[Symptom, ...]
    statements: tuple[Statement, ...]
    controls: tuple[Control, ...]
    failures: tuple[Failure, ...]
    """Messages that name a cause or a state; progress and wrappers are left out."""

    @property
    def articles(self) -> Mapping[str, Article]:
        """Return every article by the id of its rule."""
        return {article.id: article for chapter in self.chapters for article in chapter.articles}


def guidebook(rules: Iterable[Rule[Any, Any]], language: str) -> Guidebook:
    """Return the guide to `rules` in `language`; raise KeyError where a word is missing."""
    every = sorted(rules, key=lambda rule: (rule.chapter, rule.id))
    known = {rule.id for rule in every}
    seen = tuple(_limited(symptom, known) for symptom in symptoms(language))
    asked = traced(every, language)
    mapped = controls(known, language)
    titles = words(language)["chapters"]
    articles = [
        Article(
            id=rule.id,
            chapter=rule.chapter,
            page=read(rule, language),
            production=_level(rule, Tier.PRODUCTION),
            elsewhere=_level(rule, Tier.STAGING),
            symptoms=tuple(symptom for symptom in seen if rule.id in symptom.rules),
            statements=tuple(statement for statement in asked if rule.id in statement.rules),
            controls=tuple(control for control in mapped if rule.id in control.rules),
        )
        for rule in every
    ]
    order = [*titles, *sorted({article.chapter for article in articles} - titles.keys())]
    by_title = sorted(articles, key=lambda article: order.index(article.chapter))
    return Guidebook(
        language=language,
        chapters=tuple(
            Chapter(name, titles.get(name, name), tuple(group))
            for name, group in groupby(by_title, lambda article: article.chapter)
        ),
        symptoms=seen,
        statements=asked,
        controls=mapped,
        failures=_failures(language),
    )


def _limited(symptom: Symptom, known: set[str]) -> Symptom:
    """Return the symptom with the rules that there are: a selection may leave some out."""
    rules = tuple(rule for rule in symptom.rules if rule in known)
    return Symptom(symptom.id, symptom.title, rules, symptom.signatures)


def _level(rule: Rule[Any, Any], tier: Tier) -> str:
    severity = rule.severity.get(tier)
    return severity.name.lower() if severity is not None else ""


def _failures(language: str) -> tuple[Failure, ...]:
    said = catalogue.words(language)
    return tuple(
        Failure(signature, said[name].cause, said[name].remedy)
        for name, signature in catalogue.signatures().items()
        if signature.kind in {Kind.ROOT, Kind.STATE}
    )
