"""YAML read as Argo CD reads it; the oracle is sigs.k8s.io/yaml inside the Helm SDK."""

import math
import time
from typing import Any

import pytest

from auditor.collector import yaml_reader
from auditor.collector.yaml_nodes import BadYaml

PLAIN = """
y n yes on Off NO true TRUE tRUE ~ null '' 0o17 017 08 0b11 0x1F -0x1f 1_000 +1 -0 12 1:20
190:20:30 1.0 1. .5 1e3 1E5 1.5e3 0.1e-2 1e400 1.2.3 2001-01-01 << 0b 0o 2001-01-01T00:00:00Z
1__0 685_230.15 '1' = 0x_1 -017
"""
SCALARS = (*PLAIN.split(), "!!binary aGVsbG8=", "!!str 1", "!!int '3'", "!foo x")
DOCUMENTS = (
    "1: a", "true: a", "yes: a", "y: 1", "1.5: a", "017: a", "1e3: a", "2001-01-01: x",
    "a: 1\na: 2",
    "a: &x {b: 1}\nc: {<<: *x, d: 2}",
    "a: &x {b: 1}\nc: {<<: [*x, {e: 3, b: 4}], d: 2}",
    "a: &x {b: 1}\nc: {b: 3, <<: *x}",
    "a: &b 1\nc: &b 2\nd: *b",
    "a: |\r\n  x\r\n  y\r\nb: 1",
    "\ufeffa: 1",
    "a:\t1",
    "a: 'x\n\n  y'",
    '{"a": [1, {"b": null}]}',
)  # fmt: skip


def sigs(text: str) -> Any:
    import helm_python

    return helm_python.values_from_yaml(text)


def as_json(value: Any) -> Any:
    """Give texts and numbers the one form they have in JSON."""
    import json

    return json.loads(json.dumps(value), parse_int=float)


@pytest.mark.parametrize("scalar", SCALARS)
def test_scalar_means_what_it_means_to_argocd(scalar: str) -> None:
    text = f"a: {scalar}"
    assert as_json(yaml_reader.values(text)) == as_json([sigs(text)])


@pytest.mark.parametrize("text", DOCUMENTS)
def test_document_means_what_it_means_to_argocd(text: str) -> None:
    assert as_json(yaml_reader.values(text)) == as_json([sigs(text)])


@pytest.mark.parametrize(
    "text",
    ["a: .inf", "~: a", "? [a]\n: 1", "a: {<<: 1}", "a: &a [*a]", "a: \x01", "a: [", "a: -"],
)
def test_what_argocd_refuses_is_refused(text: str) -> None:
    import helm_python

    with pytest.raises(helm_python.HelmError):
        sigs(text)
    with pytest.raises(BadYaml):
        yaml_reader.values(text)


def test_numbers_beyond_64_bits_are_floats() -> None:
    assert yaml_reader.values("a: 12345678901234567890") == [{"a": 12345678901234567890.0}]
    assert math.isclose(yaml_reader.values("a: 1e30")[0]["a"], 1e30)


def test_documents_are_split_on_lines_with_three_dashes() -> None:
    text = "%YAML 1.1\n# head\n---\na: 1\n--- # second\nb: |\n  ---\n  x\n---\n---\nc: 3\n"
    assert yaml_reader.values(text) == [{"a": 1}, {"b": "---\nx\n"}, None, {"c": 3}]


def test_lines_count_from_the_top_of_the_file() -> None:
    text = "a: 1\n---\n\n# remark\nb:\n  c:\n    - x\n    - y: 1\n      z/w: 2\n"
    second = list(yaml_reader.chunks(text))[1]
    (document,) = yaml_reader.read(second, with_lines=lambda _: True)
    assert document.line == 5
    assert document.lines["/b/c/0"] == 7
    assert document.lines["/b/c/1/z~1w"] == 9


def test_repeated_keys_are_named_with_their_line() -> None:
    text = "spec:\n  a: 1\n  b: {x: 1, x: 2}\n  a: 3\n"
    assert yaml_reader.values(text) == [{"spec": {"a": 3, "b": {"x": 2}}}]
    assert yaml_reader.duplicate_keys(text) == (("/spec/b/x", 3), ("/spec/a", 4))


def test_merged_keys_are_no_repetition() -> None:
    assert yaml_reader.duplicate_keys("a: &x {b: 1}\nc: {<<: *x, b: 2}\n") == ()


BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12)
)
MERGES = "a0: &a0 {x: 1}\n" + "".join(
    f"a{i}: &a{i}\n  <<: [{','.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12)
)


@pytest.mark.parametrize(
    "text",
    [BOMB, MERGES, "[" * 200_000, "- " * 200_000 + "x", "{a: " * 50_000, "? " * 150_000],
    ids=["aliases", "merges", "brackets", "dashes", "braces", "questions"],
)
def test_bombs_are_refused_at_once(text: str) -> None:
    begun = time.monotonic()
    with pytest.raises(BadYaml):
        yaml_reader.values(text)
    assert time.monotonic() - begun < 5
