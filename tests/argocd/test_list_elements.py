"""What is said of lists under RespectIgnoreDifferences, held against Argo CD's own answers."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from auditor.argocd.field_owners import Writers
from auditor.argocd.ignore_differences import IgnoreRule, rules_of
from auditor.argocd.ignored_fields import applies_to, single_paths
from auditor.argocd.list_elements import frozen_lists, lists_above, lost_parts
from auditor.argocd.settings import Settings
from auditor.kube import pointer
from auditor.kube.merge import is_same

VECTORS: Final = Path(__file__).parents[1] / "golden" / "vectors" / "ignore_differences.json"
PLAIN: Final = Settings.parse(None)
FROZEN: Final = "respect-cr-list-element-field"
LOST: Final = "respect-cr-list-element"


def respected() -> Iterator[Any]:
    for case in json.loads(VECTORS.read_text(encoding="utf-8"))["cases"]:
        given = case["input"]
        is_plain = given["kind"] == "respect" and not given["system_overrides"]
        if is_plain and given["live"] and case["output"]["applied"]:
            yield pytest.param(given, case["output"]["applied"], id=case["id"])


def paths(given: dict[str, Any]) -> tuple[tuple[IgnoreRule, ...], list[IgnoreRule]]:
    rules = rules_of(given)
    singles = [single for rule in rules for _, single in single_paths(rule)]
    return rules, [single for single in singles if applies_to(single, given["target"])]


@pytest.mark.parametrize(("given", "applied"), list(respected()))
def test_a_frozen_list_is_applied_as_it_is_live(
    given: dict[str, Any], applied: dict[str, Any]
) -> None:
    _, singles = paths(given)
    for single in singles:
        for place in frozen_lists(single, given["target"], given["live"], PLAIN):
            assert is_same(pointer.get(applied, place), pointer.get(given["live"], place))


def test_the_recorded_frozen_list_is_found() -> None:
    found = {
        case.id
        for case in respected()
        for single in paths(case.values[0])[1]
        if frozen_lists(single, case.values[0]["target"], case.values[0]["live"], PLAIN)
    }
    assert FROZEN in found
    assert "respect-image-by-jq" not in found, "containers have a merge key"


def owned(live: dict[str, Any]) -> dict[str, Any]:
    """Return the object as if a controller had written all of it."""
    fields: dict[str, Any] = {
        f"f:{key}": {".": {}} for key in live if key not in ("apiVersion", "kind")
    }
    entry = {"manager": "controller", "operation": "Update", "fieldsV1": fields}
    return {**live, "metadata": {**live["metadata"], "managedFields": [entry]}}


@pytest.mark.parametrize(("given", "applied"), list(respected()))
def test_a_lost_part_is_not_applied(given: dict[str, Any], applied: dict[str, Any]) -> None:
    rules, singles = paths(given)
    for single in singles:
        live = owned(given["live"])
        for part in lost_parts(single, rules, given["target"], live, PLAIN, Writers()):
            items = pointer.get(applied, part.list)
            gone = pointer.get(given["live"], part.pointer)
            assert not any(is_same(item, gone) for item in items)


def test_the_recorded_lost_element_is_found() -> None:
    given = next(case.values[0] for case in respected() if case.id == LOST)
    rules, (single,) = paths(given)
    live = owned(given["live"])
    found = lost_parts(single, rules, given["target"], live, PLAIN, Writers())
    assert [part.pointer for part in found] == ["/spec/items/2"]
    assert [part.owner.manager for part in found] == ["controller"]


def test_lists_on_the_way_are_named_from_the_outside() -> None:
    obj = {"spec": {"containers": [{"args": ["a", "b"]}]}}
    assert lists_above("/spec/containers/0/args/1", obj) == (
        "/spec/containers",
        "/spec/containers/0/args",
    )
    assert lists_above("/spec", obj) == ()
