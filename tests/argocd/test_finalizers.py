"""Which finalizers of an Application nothing takes off."""

import pytest

from auditor.argocd.application_fields import KNOWN_FINALIZERS
from auditor.argocd.finalizers import known_finalizers, unknown_finalizers
from auditor.argocd.releases import NEWEST, Version


def of(*texts: object) -> dict[str, object]:
    return {"metadata": {"finalizers": list(texts)}}


def test_the_newest_release_knows_all_of_them() -> None:
    assert known_finalizers(NEWEST) == KNOWN_FINALIZERS
    assert unknown_finalizers(of(*KNOWN_FINALIZERS), NEWEST) == ()


@pytest.mark.parametrize(
    ("release", "count"), [((3, 3), 7), ((3, 2), 5), ((2, 10), 5), ((2, 9), 3)]
)
def test_those_of_hooks_are_newer(release: tuple[int, int], count: int) -> None:
    assert len(known_finalizers(Version(*release))) == count


@pytest.mark.parametrize(
    "text",
    ["foregroundDeletion", "orphan", "example.com/x", "argoproj.io.example.com", "x-argoproj.io"],
)
def test_names_of_others_are_left_to_them(text: str) -> None:
    assert unknown_finalizers(of(text), NEWEST) == ()


def test_the_place_counts_entries_that_are_no_text() -> None:
    (found,) = unknown_finalizers(of(7, "argoproj.io"), NEWEST)
    assert (found.pointer, found.text, found.meant) == ("/metadata/finalizers/1", "argoproj.io", "")


def test_three_edits_are_near_and_four_are_not() -> None:
    near, far = "resources-finalizer.argocd.argoproj", "resources-finalizer.argocd.argopro"
    (found,) = unknown_finalizers(of(near), NEWEST)
    assert found.meant == "resources-finalizer.argocd.argoproj.io"
    assert unknown_finalizers(of(far), NEWEST) == ()
