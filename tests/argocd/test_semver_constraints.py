"""Versions and constraints against the answers of Masterminds' own `semver/v3` (v3.5.0)."""

import json
from pathlib import Path

import pytest

from auditor.argocd.semver_constraints import BadVersion, allows, highest, is_constraint, version

CASES = json.loads((Path(__file__).parent / "data" / "semver_constraints.json").read_text("utf-8"))


def answer(constraint: str, written: str) -> bool | str:
    try:
        return allows(constraint, version(written))
    except BadVersion:
        return "error"


def test_every_constraint_allows_what_the_library_allows() -> None:
    assert {expected for _, _, expected in CASES} == {True, False, "error"}
    wrong = [(c, v, expected) for c, v, expected in CASES if answer(c, v) != expected]
    assert wrong == []


@pytest.mark.parametrize(
    ("constraint", "prefix", "expected"),
    [
        ("*", "", "v2.0.0"),
        ("1.x", "", "1.10.0"),
        ("~1.2", "", "1.2.5"),
        (">2", "", None),
        (">=3.0.0-0", "", "3.0.0-rc.2"),
        ("*", "web/", "web/1.0"),
    ],
)
def test_highest_of_the_names_is_found(constraint: str, prefix: str, expected: str | None) -> None:
    names = ["1.2.0", "1.10.0", "1.2.5", "v2.0.0", "3.0.0-rc.1", "3.0.0-rc.2", "x", "web/1.0"]
    assert highest(constraint, names, prefix) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1.x", True), ("*", True), (">=1 <2", True), ("", False), ("v1.2.3", False), ("1", False),
     ("main", False), ("release-1.x", False), ("x" * 600, False)],
)  # fmt: skip
def test_revision_is_told_from_a_constraint(text: str, expected: bool) -> None:  # noqa: FBT001 - a case
    assert is_constraint(text) is expected
