"""Edits of YAML as text: the lines meant, and no others."""

import difflib
from typing import Any, Final

import pytest
import yaml

from auditor.kube.yaml_edit import Change, Unfit, edited

APPLICATION: Final = """\
# The shop, production.
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: shop   # as in the catalogue
  annotations: {a: "1", b: '2'}
spec:
    project: default
    sources:
    - repoURL: https://git.example.com/a.git
      path: charts/shop
      helm:
        valueFiles: [values.yaml, values-prod.yaml]
    syncPolicy:
        automated: {}
        syncOptions:
        - "CreateNamespace=true"   # kept
        - Validate=true

        # comment before retry
        retry:
            limit: 5
            backoff: {duration: 5s, factor: 2}
    ignoreDifferences: []
    info:
---
kind: ConfigMap
data:
  text: |
    line one
    line two
"""


def change(at: str, value: Any = None, *, document: int = 0, is_removal: bool = False) -> list[str]:
    """Return the lines that an edit takes away (`-`) and adds (`+`), after checking its values."""
    new = edited(APPLICATION, Change(document, at, value, is_removal))
    told = difflib.ndiff(APPLICATION.splitlines(), new.splitlines())
    assert list(yaml.safe_load_all(new))
    return [line for line in told if line[0] in "+-"]


@pytest.mark.parametrize(
    ("at", "value", "lines"),
    [
        ("/spec/project", "shop", ["-     project: default", "+     project: shop"]),
        (
            "/spec/syncPolicy/retry/limit",
            -1,
            ["-             limit: 5", "+             limit: -1"],
        ),
        (
            "/spec/syncPolicy/automated/prune",
            False,
            ["-         automated: {}", "+         automated: {prune: false}"],
        ),
        (
            "/spec/syncPolicy/retry/backoff/maxDuration",
            "3m",
            [
                "-             backoff: {duration: 5s, factor: 2}",
                "+             backoff: {duration: 5s, factor: 2, maxDuration: 3m}",
            ],
        ),
        ("/spec/syncPolicy/syncOptions/-", "PruneLast=true", ["+         - PruneLast=true"]),
        (
            "/spec/syncPolicy/syncOptions/0",
            "CreateNamespace=false",
            [
                '-         - "CreateNamespace=true"   # kept',
                '+         - "CreateNamespace=false"   # kept',
            ],
        ),
        ("/spec/revisionHistoryLimit", 10, ["+     revisionHistoryLimit: 10"]),
        (
            "/spec/ignoreDifferences/-",
            {"group": "apps", "kind": "Deployment", "jsonPointers": ["/spec/replicas"]},
            [
                "-     ignoreDifferences: []",
                "+     ignoreDifferences:",
                "+     - group: apps",
                "+       kind: Deployment",
                "+       jsonPointers:",
                "+       - /spec/replicas",
            ],
        ),
        (
            "/metadata/labels/team",
            "shop",
            ["+   labels:", "+     team: shop"],
        ),
        (
            "/metadata/annotations/c",
            "yes",
            [
                """-   annotations: {a: "1", b: '2'}""",
                """+   annotations: {a: "1", b: '2', c: 'yes'}""",
            ],
        ),
        ("/spec/info/-", {"name": "url", "value": "x"}, ["+     - name: url", "+       value: x"]),
        (
            "/spec/sources/0/targetRevision",
            "v1",
            ["+       targetRevision: v1"],
        ),
        (
            "/spec/syncPolicy/managedNamespaceMetadata",
            {"labels": {"a": "b"}},
            [
                "+         managedNamespaceMetadata:",
                "+           labels:",
                "+             a: b",
            ],
        ),
    ],
)
def test_a_value_is_written(at: str, value: Any, lines: list[str]) -> None:
    assert sorted(change(at, value)) == sorted(lines)


@pytest.mark.parametrize(
    ("at", "lines"),
    [
        ("/spec/syncPolicy/syncOptions/1", ["-         - Validate=true"]),
        ("/spec/syncPolicy/syncOptions/0", ['-         - "CreateNamespace=true"   # kept']),
        ("/spec/syncPolicy/retry/limit", ["-             limit: 5"]),
        (
            "/spec/syncPolicy/retry/backoff/duration",
            [
                "-             backoff: {duration: 5s, factor: 2}",
                "+             backoff: {factor: 2}",
            ],
        ),
        (
            "/metadata/annotations/b",
            ["""-   annotations: {a: "1", b: '2'}""", """+   annotations: {a: "1"}"""],
        ),
        (
            "/spec/sources/0/repoURL",
            [
                "-     - repoURL: https://git.example.com/a.git",
                "-       path: charts/shop",
                "+     - path: charts/shop",
            ],
        ),
        (
            "/spec/sources/0",
            [
                "-     sources:",
                "-     - repoURL: https://git.example.com/a.git",
                "-       path: charts/shop",
                "-       helm:",
                "-         valueFiles: [values.yaml, values-prod.yaml]",
                "+     sources: []",
            ],
        ),
        ("/spec/info", ["-     info:"]),
    ],
)
def test_a_value_is_removed(at: str, lines: list[str]) -> None:
    assert sorted(change(at, is_removal=True)) == sorted(lines)


def test_another_document_is_meant_by_its_number() -> None:
    assert sorted(change("/data/text", "short", document=1)) == [
        "+   text: short",
        "-     line one",
        "-     line two",
        "-   text: |",
    ]


@pytest.mark.parametrize(
    ("text", "at", "is_removal"),
    [
        ("a: &x {b: 1}\nc: *x\n", "/c/b", False),
        ("a: {b: {{ .Values.b }}}\n", "/a/b", False),
        ("a: 1\n", "", False),
        ("a: text\n", "/a/b", False),
        ("a: [1]\n", "/a/b", False),
        ("a: 1\n", "/b", True),
        ("base: &b {x: 1}\na: {<<: *b}\n", "/a/x", True),
        ("a: 1\na: 2\n", "/a", False),
        ("a: 1\n---\nb: 2\n", "/a", True),
    ],
)
def test_what_cannot_be_said_in_place_is_refused(text: str, at: str, *, is_removal: bool) -> None:
    with pytest.raises(Unfit):
        edited(text, Change(0, at, 2, is_removal))


def test_merged_keys_are_overridden_where_they_are_used() -> None:
    text = "base: &b {x: 1}\na:\n  <<: *b\n  y: 1\n"
    assert edited(text, Change(0, "/a/x", 2)) == "base: &b {x: 1}\na:\n  <<: *b\n  y: 1\n  x: 2\n"


def test_a_file_without_a_last_line_break_keeps_that() -> None:
    assert edited("a:\n  b: 1", Change(0, "/a/c", 2)) == "a:\n  b: 1\n  c: 2"


def test_lists_are_indented_as_elsewhere_in_the_file() -> None:
    indented = "x:\n  - 1\ny:\n  z: 1\n"
    assert edited(indented, Change(0, "/y/l/-", 2)).endswith("  z: 1\n  l:\n    - 2\n")
    flush = "x:\n- 1\ny:\n  z: 1\n"
    assert edited(flush, Change(0, "/y/l/-", 2)).endswith("  z: 1\n  l:\n  - 2\n")


def test_windows_line_ends_stay() -> None:
    text = "a:\r\n  b: 1\r\nc: 2\r\n"
    assert edited(text, Change(0, "/a/b", 3)) == "a:\r\n  b: 3\r\nc: 2\r\n"
    assert edited(text, Change(0, "/a/d", 3)) == "a:\r\n  b: 1\r\n  d: 3\r\nc: 2\r\n"
