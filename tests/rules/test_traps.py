"""Every trap of `traps.yaml` has cases of rules that exist and stay silent."""

import ast
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from auditor import rules
from auditor.rulebook import cases
from auditor.rulebook.discovery import discover
from tests.golden import conformance, models_objects, models_policy

HOW_MANY: Final = 48
FIELDS: Final = {"says", "silent", "golden", "tests"}
RULES: Final = {rule.id: rule for rule in discover(rules)}
AREAS: Final = models_policy.REGISTRY.keys() | models_objects.REGISTRY.keys()
ROOT: Final = Path(__file__).parents[2]
TRAPS: Final[dict[str, dict[str, Any]]] = yaml.safe_load(
    Path(__file__).with_name("traps.yaml").read_text(encoding="utf-8")
)


def every(field: str) -> list[Any]:
    return [
        pytest.param(entry, id=f"{number}: {entry}")
        for number, trap in TRAPS.items()
        for entry in trap.get(field, ())
    ]


def test_every_trap_has_its_entry() -> None:
    assert list(TRAPS) == [f"T{number}" for number in range(1, HOW_MANY + 1)]


@pytest.mark.parametrize("number", TRAPS)
def test_an_entry_says_what_it_is_about_and_shows_silence(number: str) -> None:
    trap = TRAPS[number]
    assert trap.keys() <= FIELDS
    assert trap["says"].strip()
    assert trap["silent"]


@pytest.mark.parametrize("entry", every("silent"))
def test_a_silent_case_is_there_and_silent(entry: dict[str, Any]) -> None:
    ((rule, name),) = ((key, value) for key, value in entry.items() if key != "for")
    expect = cases.of(RULES[rule])[name]["expect"]
    subjects = {"*": expect} if isinstance(expect, str) else expect
    chosen = {subject: subjects[subject] for subject in entry.get("for", subjects)}
    assert chosen
    assert all(is_silent(verdict) for verdict in chosen.values()), chosen


@pytest.mark.parametrize("entry", every("golden"))
def test_recorded_answers_of_argocd_are_there_and_asked(entry: str) -> None:
    area, _, beginning = entry.partition("/")
    assert area in AREAS
    assert any(case["id"].startswith(beginning) for case in conformance.cases(area))


@pytest.mark.parametrize("entry", every("tests"))
def test_a_test_is_there(entry: str) -> None:
    path, _, name = entry.partition("::")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def is_silent(verdict: Any) -> bool:
    return verdict == "pass" or str(verdict).startswith("not assessed")
