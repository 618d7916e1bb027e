"""Statements of the troubleshooting guide, and the rules whose pages say they check them."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from auditor.rulebook.page import read
from auditor.rulebook.rule import Rule


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of the guide."""

    id: str
    title: str
    rules: tuple[str, ...]
    """Ids of the rules that check it, in order; empty: nothing does."""


def words(language: str) -> Mapping[str, Mapping[str, str]]:
    """Return `statements`, titles by id in order, and `trace`, what is said of their rules."""
    text = (files("auditor.rulebook") / f"guide.{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def traced(rules: Iterable[Rule[Any, Any]], language: str) -> tuple[Statement, ...]:
    """Return every statement with its rules, as `guide` of the pages has them."""
    named = {rule.id: read(rule, language).guide for rule in rules}
    return tuple(
        Statement(name, title, tuple(sorted(rule for rule, said in named.items() if name in said)))
        for name, title in words(language)["statements"].items()
    )
