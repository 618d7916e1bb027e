"""JSON pointers read, written and removed."""

import pytest

from auditor.kube import pointer

DOCUMENT = {"spec": {"list": [{"a": 1}, {"b": 2}], "x/y": {"m~n": None}}}


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("", DOCUMENT),
        ("/spec/list/1/b", 2),
        ("/spec/x~1y/m~0n", None),
        ("/spec/list/2", "absent"),
        ("/spec/list/-1", "absent"),
        ("/spec/list/x", "absent"),
    ],
)
def test_get_follows_rfc_6901(place: str, expected: object) -> None:
    assert pointer.get(DOCUMENT, place, "absent") == expected


def test_null_is_there() -> None:
    assert pointer.has(DOCUMENT, "/spec/x~1y/m~0n")
    assert not pointer.has(DOCUMENT, "/spec/x~1y/other")


@pytest.mark.parametrize(
    ("place", "is_done"),
    [
        ("#/spec/list/0", True),
        ("/spec/list/-1", True),
        ("/spec/list/00", True),
        ("/spec/list/-3", False),
        ("spec", False),
        ("", False),
        ("/spec/list/0/a/b", False),
    ],
)
def test_remove_is_as_lenient_as_argo_cd(place: str, *, is_done: bool) -> None:
    document, done = pointer.remove(DOCUMENT, place)
    assert done is is_done
    assert (document == DOCUMENT) is not is_done


def test_set_makes_missing_maps_and_leaves_the_original_alone() -> None:
    changed = pointer.set_(DOCUMENT, "/spec/new/key", 1)
    assert pointer.get(changed, "/spec/new/key") == 1
    assert not pointer.has(DOCUMENT, "/spec/new")


def test_leaves_name_every_scalar_and_empty_container() -> None:
    assert dict(pointer.leaves({"a": [1, {}], "b/c": None})) == {
        "/a/0": 1,
        "/a/1": {},
        "/b~1c": None,
    }
