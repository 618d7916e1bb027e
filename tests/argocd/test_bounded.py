"""Expressions, patterns and templates that would take for ever."""

import time
from typing import Any

import pytest

from auditor.argocd import jq_paths
from auditor.argocd.applicationset_budget import Budget, Unbounded
from auditor.argocd.applicationset_git import file_params
from auditor.argocd.applicationset_params import Mode
from auditor.argocd.applicationset_text import replaced
from auditor.argocd.globs import is_in_patterns
from auditor.argocd.repository_tree import Tree
from auditor.argocd.value_files import Checkout, ValueFileError, resolve_value_files
from auditor.kube.filepath import filepath_match
from auditor.kube.gap import Unjudgeable
from auditor.kube.globbing import gobwas_match
from auditor.kube.go_yaml import BadYaml, load
from tests.cli.hostile import BOMB, ENDLESS_JQ, EXPLODING, LONG_NAME

FLAT = "*a" * 20 + "*b"
NAME = "a" * 200


@pytest.fixture(autouse=True)
def seconds() -> Any:
    """Fail what takes longer than anybody waits."""
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < 20


def test_patterns_are_linear() -> None:
    assert not gobwas_match(FLAT, NAME)
    assert not filepath_match(FLAT, NAME)
    assert filepath_match("*a*[b-d]?", "xaxcx")
    tree = Tree({LONG_NAME: str, "x/a.yaml": str}, {})
    with pytest.raises(ValueFileError):
        resolve_value_files([EXPLODING], Checkout(tree, ""))
    for new in (False, True):
        raw = {"files": [{"path": EXPLODING}]}
        found = file_params(raw, [LONG_NAME], lambda _: "", Mode(), has_new_globbing=new)
        assert found == []


def test_expression_that_explodes_is_stopped_and_told() -> None:
    assert is_in_patterns(["/^team-(?!x).*$/"], "team-a")
    assert not is_in_patterns(["/^team-(?!x).*$/"], "team-x")
    assert not is_in_patterns(["/(a+)+$/"], f"{NAME}!")
    with pytest.raises(Unjudgeable) as told:
        is_in_patterns(["/(?=a)(a+)+$/"], f"{NAME}!")
    assert told.value.gap.code == "expression_endless"


@pytest.mark.parametrize("expression", ENDLESS_JQ.values(), ids=ENDLESS_JQ.keys())
def test_jq_program_is_stopped(expression: str) -> None:
    for number in range(20):
        found = jq_paths.delete({"data": {"a": number}}, expression)
        assert isinstance(found, jq_paths.JqError)
        assert found.is_endless


def test_bomb_is_refused() -> None:
    with pytest.raises(BadYaml, match="aliasing"):
        load(BOMB)
    with pytest.raises(BadYaml):
        load("&a [*a]")
    assert load("a: &a [1, 2]\nb: *a\n") == {"a": [1, 2], "b": [1, 2]}


@pytest.mark.parametrize(
    "text", ["{{" * 1_000_000, "{{ x }}" + "{{" * 1_000_000, "{{ x\n" * 300_000]
)
def test_tags_without_an_end_are_passed_over(text: str) -> None:
    assert replaced(text, {"x": "y"}, is_go=False) == text.replace("{{ x }}", "y")


@pytest.mark.parametrize(
    "text",
    [
        "{{ indent 1000000000000 `a` }}",
        f"{{{{ replace `` `{'a' * 9000}` `{'b' * 9000}` }}}}",
    ],
)
def test_function_that_makes_much_of_little_is_refused(text: str) -> None:
    with pytest.raises(Unbounded):
        replaced(text, {"x": "y"}, is_go=True)


def test_what_a_template_puts_in_again_and_again_is_counted() -> None:
    budget = Budget()
    while budget.left > 100_000:
        replaced("{{ x }}", {"x": "y" * 1_000_000}, is_go=False, budget=budget)
    with pytest.raises(Unbounded):
        replaced("{{ x }}" * 10, {"x": "y" * 1_000_000}, is_go=False, budget=budget)
