"""Who owns a field."""

from typing import Any

from auditor.kube import managed_fields


def _entry(manager: str, fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "manager": manager,
        "operation": "Update",
        "time": "2024-01-01T00:00:00Z",
        "fieldsV1": fields,
    }


OBJECT: dict[str, Any] = {
    "metadata": {
        "finalizers": ["a", "b"],
        "managedFields": [
            _entry("hpa", {"f:spec": {"f:replicas": {}}}),
            _entry(
                "ci", {"f:spec": {"f:containers": {'k:{"name":"web"}': {".": {}, "f:image": {}}}}}
            ),
            _entry("gc", {"f:metadata": {"f:finalizers": {'v:"b"': {}}}}),
            _entry("all", {"f:spec": {"f:selector": {}}}),
            _entry("first", {"f:data": {}}),
            _entry("second", {"f:data": {"f:level": {}}}),
            {"manager": "broken", "fieldsV1": {"x": 1}},
            "garbage",
        ],
    },
    "data": {"level": "high", "other": "x"},
    "spec": {
        "replicas": 3,
        "selector": {"app": "web"},
        "containers": [{"name": "side", "image": "s"}, {"name": "web", "image": "w"}],
    },
}


def _owners(pointer: str) -> list[str]:
    return [owner.manager for owner in managed_fields.owners(OBJECT, pointer)]


def test_a_scalar_has_its_owner() -> None:
    assert _owners("/spec/replicas") == ["hpa"]


def test_an_item_of_a_keyed_list_is_found_by_its_key_not_its_place() -> None:
    assert _owners("/spec/containers/1/image") == ["ci"]
    assert _owners("/spec/containers/0/image") == []


def test_an_item_of_a_set_is_found_by_its_value() -> None:
    assert _owners("/metadata/finalizers/1") == ["gc"]
    assert _owners("/metadata/finalizers/0") == []


def test_who_owns_a_whole_map_owns_its_keys() -> None:
    assert _owners("/spec/selector/app") == ["all"]


def test_who_only_owns_that_a_map_is_there_owns_no_key_of_it() -> None:
    assert _owners("/data/level") == ["second"]
    assert _owners("/data/other") == []
    assert _owners("/data") == ["second"]


def test_a_parent_belongs_to_all_who_own_something_below() -> None:
    assert _owners("/spec") == ["hpa", "ci", "all"]


def test_an_object_without_managed_fields_has_no_owners() -> None:
    assert managed_fields.owners({"metadata": None}, "/spec") == ()
