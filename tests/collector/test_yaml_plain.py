"""The quick reader of YAML says what LibYAML says, or nothing."""

import random
import time
from typing import Any, Final

import pytest

from auditor.collector import yaml_plain, yaml_reader
from auditor.collector.yaml_nodes import BadYaml, Chunk, compose

APPLICATION: Final = """\
---
# an Application as people write it
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: shop   # its name
  annotations:
    argocd.argoproj.io/sync-wave: "-1"
    empty: ''
  finalizers:
  - resources-finalizer.argocd.argoproj.io

spec:
  project: default
  source:
    repoURL: https://git.example.com/shop.git
    targetRevision: v1.2
    helm:
      parameters:
      - name: image.tag
        value: 1.10
      - name: "on"
        value: yes
      valueFiles: []
  destination: {}
  ignoreDifferences:
    - group: apps
      kind: Deployment
      jsonPointers:
        - /spec/replicas
        - "/spec/template: x"
  revisionHistoryLimit: 010
  nothing:
  last: ~
"""
LEFT: Final = (
    "a: [b]\n",
    "a: {b: c}\n",
    "a: |\n  text\n",
    "a: >-\n  text\n",
    "a: &x b\n",
    "a: *x\n",
    "a: !!str 1\n",
    'a: "\\n"\n',
    "a: 'it''s'\n",
    "a: b\n  c\n",
    "a: b: c\n",
    "a: b\na: c\n",
    "a:\n - b\n  - c\n",
    "a:\n  b: c\n d: e\n",
    "- a\n",
    " a: b\n",
    "a: b\r\n",
    "a:\tb\n",
    "a: .inf\n",
    "<<: b\n",
    "yes: b\n",
    "a: b\n---\n",
    "---\n---\na: b\n",
    "? a\n: b\n",
    "a: @b\n",
    "a: b\u2028c\n",
    "a: - b\n",
    "- - a\n",
    "",
    "# nothing\n",
)
PIECES: Final = (
    *(" ", "  ", "-", "- ", ":", ": ", "#", " #", '"', "'", "\n", "\t", "a", "0", "1_0", "0o7"),
    *("yes", "~", "null", ".5", "1e3", "{}", "[]", "[a]", "|", ">", "&a ", "*a", "!x ", "%", "@"),
    *("`", "---", "...", "é", "한", "\u2028", "\x85", "\ufeff", "?", ",", "\r\n", "\\", "<<: "),
)


def slowly(chunk: Chunk) -> Any:
    """Return what the reader gives without the quick way."""
    try:
        (node,) = compose(chunk)
        found = yaml_reader._document(node, chunk.line - 1, lambda _: True)
    except (BadYaml, ValueError):
        return None
    return None if found.duplicates else (typed(found.value), found.line, dict(found.lines))


def quickly(chunk: Chunk) -> Any:
    found = yaml_plain.read(chunk.text, chunk.line, with_lines=True)
    return found and (typed(found[0]), *found[1:])


def typed(value: Any) -> Any:
    """Tell 1 from 1.0 and true, and one order of keys from another."""
    match value:
        case dict():
            return [(key, typed(part)) for key, part in value.items()]
        case list():
            return [typed(part) for part in value]
        case _:
            return type(value).__name__, value


def test_an_application_is_read_as_by_libyaml_with_its_lines() -> None:
    chunk = Chunk(APPLICATION, 7)
    assert quickly(chunk) == slowly(chunk) != None  # noqa: E711 - both, and something


@pytest.mark.parametrize("text", LEFT)
def test_what_needs_a_context_is_left_to_libyaml(text: str) -> None:
    assert yaml_plain.read(text, 1, with_lines=True) is None


def test_deep_and_long_documents_are_left_to_libyaml() -> None:
    deep = "".join(f"{'  ' * level}a:\n" for level in range(60))
    assert yaml_plain.read(deep, 1, with_lines=True) is None
    assert yaml_plain.read("a: b\n" + "#\n" * 600_000, 1, with_lines=True) is None


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_mistyped_both_ways_agree_where_both_answer(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    answered = 0
    for _ in range(300):
        text = APPLICATION
        for _ in range(chance.randrange(1, 4)):
            place, end = (chance.randrange(len(text)) for _ in range(2))
            kept = place if chance.random() < 0.7 else min(len(text), place + end % 4)
            text = text[:place] + chance.choice(PIECES) + text[kept:]
        for chunk in yaml_reader.chunks(text):
            if (quick := quickly(chunk)) is not None:
                answered += 1
                assert quick == slowly(chunk), text
    assert answered > 20


def test_empty_lists_and_maps_of_two_documents_are_not_the_same_ones() -> None:
    one, other = (yaml_plain.read("a: []\nb: {}\n", 1, with_lines=False) for _ in range(2))
    assert one is not None
    assert other is not None
    one[0]["a"].append(1)
    one[0]["b"]["c"] = 1
    assert other[0] == {"a": [], "b": {}}


@pytest.mark.parametrize(
    "line",
    [
        " " * 900_000 + "\x01",
        "a: " + " " * 900_000 + "#x\x01",
        "-" + " " * 900_000 + "\x01",
        "a: " + "b:c" * 300_000 + "\x01",
        "a: " + "b " * 400_000 + "#\x01",
    ],
)
def test_a_long_line_is_given_up_in_one_pass(line: str) -> None:
    began = time.process_time()
    assert yaml_plain.read(line, 1, with_lines=True) is None
    assert time.process_time() - began < 5
