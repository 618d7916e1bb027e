"""The smallest change as a diff: what stays, what goes, what comes."""

from typing import Any

import pytest

from auditor.findings import Edit
from auditor.report.diff import diff, text

RAW: dict[str, Any] = {
    "metadata": {"name": "web", "annotations": {"a/b": "1", "c": "2"}},
    "spec": {
        "project": "default",
        "syncPolicy": {"syncOptions": ["Validate=false"], "automated": {"prune": True}},
        "sources": [{"repoURL": "r1", "targetRevision": "main"}, {"repoURL": "r2", "path": "p"}],
    },
}

CASES = {
    "a value is appended to a list": (
        [Edit("set", "/spec/syncPolicy/syncOptions/-", "CreateNamespace=true")],
        [" spec:", "   syncPolicy:", "     syncOptions:", "     - Validate=false"],
        ["+    - CreateNamespace=true"],
    ),
    "a value is replaced": (
        [Edit("set", "/spec/syncPolicy/automated/prune", value=False)],
        [" spec:", "   syncPolicy:", "     automated:"],
        ["-      prune: true", "+      prune: false"],
    ),
    "a key with a slash is removed": (
        [Edit("remove", "/metadata/annotations/a~1b")],
        [" metadata:", "   annotations:"],
        ["-    a/b: '1'"],
    ),
    "what lies on the way is made": (
        [Edit("set", "/spec/ignoreDifferences/-", {"kind": "Ingress"})],
        [" spec:"],
        ["+  ignoreDifferences:", "+  - kind: Ingress"],
    ),
    "an item of a list keeps its name": (
        [Edit("set", "/spec/sources/1/path", "q")],
        [" spec:", "   sources:", "   - repoURL: r2"],
        ["-    path: p", "+    path: q"],
    ),
    "an item that gains a field keeps what it is called": (
        [Edit("set", "/spec/sources/0/path", "q")],
        [" spec:", "   sources:", "   - repoURL: r1"],
        ["+    path: q"],
    ),
    "two edits are one diff": (
        [Edit("set", "/spec/project", "web"), Edit("remove", "/spec/syncPolicy/automated")],
        [" spec:", "   syncPolicy:"],
        ["-  project: default", "+  project: web", "-    automated:", "-      prune: true"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_diff_shows_the_way_and_the_change(name: str) -> None:
    edits, context, changes = CASES[name]
    lines = [mark + line for mark, line in diff(RAW, edits)]
    assert [line for line in lines if not line.startswith(" ")] == changes
    assert [line for line in lines if line.startswith(" ")][: len(context)] == context


def test_a_whole_part_is_taken_away() -> None:
    edit = Edit("remove", "/operation")
    assert [mark for mark, _ in diff({"operation": {"sync": {}}, "spec": {}}, [edit])] != []


def test_edits_without_effect_give_no_diff() -> None:
    assert diff(RAW, [Edit("set", "/spec/project", "default")]) == ()
    assert diff(RAW, [Edit("remove", "/spec/nowhere/at/all")]) == ()
    assert diff(RAW, [Edit("remove", "/spec/sources/7")]) == ()


def test_the_object_itself_is_not_changed() -> None:
    before = repr(RAW)
    diff(RAW, [Edit("remove", "/spec/syncPolicy")])
    assert repr(RAW) == before


def test_values_are_written_as_one_would_write_them() -> None:
    assert text("a: b") == "a: b"
    assert text("") == '""'
    assert text(value=True) == "true"
    assert text(["a", 1]) == "[a, 1]"
    assert text("x" * 500).endswith("…")
