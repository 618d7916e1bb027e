"""Fields the API server drops, and the change that mends them."""

from typing import Any

import pytest

from auditor.argocd.releases import NEWEST, Version
from auditor.argocd.schema import check
from auditor.argocd.unknown_fields import UnknownField, mended, options_lost, unknown_fields
from auditor.kube import pointer

SOURCE = {"repoURL": "https://git.example.com/a.git", "path": "a", "targetRevision": "main"}


def manifest(**spec: Any) -> dict[str, Any]:
    whole = {"project": "default", "source": SOURCE, "destination": {"namespace": "shop"}, **spec}
    meta = {"name": "shop", "namespace": "argocd"}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": meta,
        "spec": whole,
    }


def only(raw: dict[str, Any], version: Version = NEWEST) -> UnknownField:
    (found,) = unknown_fields(raw, check("Application", raw), version)
    return found


@pytest.mark.parametrize(
    ("spec", "target", "value"),
    [
        ({"syncOptions": ["A=b"]}, "/spec/syncPolicy/syncOptions", ["A=b"]),
        (
            {"syncOptions": ["A=b", "C=d"], "syncPolicy": {"syncOptions": ["A=b", "E=f"]}},
            "/spec/syncPolicy/syncOptions",
            ["A=b", "E=f", "C=d"],
        ),
        (
            {"syncPolicy": {"createNamespace": True}},
            "/spec/syncPolicy/syncOptions",
            ["CreateNamespace=true"],
        ),
        ({"syncPolicy": {"prune": True}}, "/spec/syncPolicy/automated/prune", True),
        (
            {"ignoreDifferences": [{"kind": "A", "jsonPointer": "/spec/x"}]},
            "/spec/ignoreDifferences/0/jsonPointers",
            ["/spec/x"],
        ),
        (
            {"ignoreDifferences": [{"kind": "Deployment", "apiVersion": "apps/v1"}]},
            "/spec/ignoreDifferences/0/group",
            "apps",
        ),
    ],
)
def test_a_misplaced_field_moves_and_the_schema_takes_it(
    spec: dict[str, Any], target: str, value: object
) -> None:
    raw = manifest(**spec)
    field = only(raw)
    assert mended("Application", raw, field) == (target, value)
    moved, was_there = pointer.remove(pointer.set_(raw, target, value), field.pointer)
    assert was_there
    assert not check("Application", moved).unknown
    assert not check("Application", moved).errors


@pytest.mark.parametrize(
    "spec",
    [
        {"source": {**SOURCE, "revision": "v1"}},
        {"source": {**SOURCE, "helm": {"set": "a=b"}}},
        {"priority": "first"},
        {"syncPolicy": {"prune": "yes"}},
    ],
)
def test_what_contradicts_or_has_another_shape_is_left_to_a_person(spec: dict[str, Any]) -> None:
    raw = manifest(**spec)
    assert mended("Application", raw, only(raw)) is None


def test_options_in_the_wrong_place_are_not_in_force() -> None:
    raw = manifest(syncOptions=["CreateNamespace=true", 3])
    assert options_lost(raw, only(raw)) == ("CreateNamespace=true",)
    switched = manifest(syncPolicy={"createNamespace": False})
    assert options_lost(switched, only(switched)) == ("CreateNamespace=false",)
    other = manifest(syncPolicy={"prune": True})
    assert options_lost(other, only(other)) == ()


def test_a_field_of_a_later_release_is_unknown_to_an_earlier_one() -> None:
    raw = manifest(syncPolicy={"automated": {"enabled": False}})
    assert only(raw, Version(3, 0)).since == Version(3, 1)
    assert unknown_fields(raw, check("Application", raw), Version(3, 1)) == ()
    ignoring = manifest(ignoreDifferences=[{"kind": "A", "managedFieldsManagers": ["x"]}])
    assert only(ignoring, Version(2, 2)).path == "spec.ignoreDifferences[0].managedFieldsManagers"
    sourced = manifest(source={**SOURCE, "helm": {"valuesObject": {"a": 1}}})
    assert only(sourced, Version(2, 7)).pointer == "/spec/source/helm/valuesObject"
