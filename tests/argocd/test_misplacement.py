"""Misplaced fields lead to places that the schema really has."""

from typing import Any

import pytest

from auditor.argocd import schema

CASES = [
    ("/spec/syncOptions", "/spec/syncPolicy/syncOptions"),
    ("/spec/syncPolicy/prune", "/spec/syncPolicy/automated/prune"),
    ("/spec/finalizers", "/metadata/finalizers"),
    ("/spec/source/branch", "/spec/source/targetRevision"),
    ("/spec/sources/1/valueFiles", "/spec/sources/1/helm/valueFiles"),
    ("/spec/ignoreDifferences/0/jsonPointer", "/spec/ignoreDifferences/0/jsonPointers"),
    ("/spec/template/spec/source/branch", "/spec/template/spec/source/targetRevision"),
    ("/spec/source/ignoreDifferences", "/spec/ignoreDifferences"),
    ("/spec/bogus", None),
    ("/spec/source/bogus", None),
    ("/status/x", None),
    ("", None),
]


@pytest.mark.parametrize(("pointer", "place"), CASES)
def test_misplacement(pointer: str, place: str | None) -> None:
    assert schema.misplacement(pointer) == place


@pytest.mark.parametrize(
    "place", [place for _, place in CASES if place and "template" not in place]
)
def test_the_right_place_is_known_to_the_schema(place: str) -> None:
    assert place not in schema.check("Application", _object_with(place)).unknown


def _object_with(pointer: str) -> dict[str, Any]:
    value: Any = "x"
    for step in reversed(pointer.strip("/").split("/")):
        value = [value, value] if step.isdigit() else {step: value}
    assert isinstance(value, dict)
    return value
