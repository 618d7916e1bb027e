"""Where options are written, and which of them something reads."""

import pytest

from auditor.argocd.option_entries import (
    Entry,
    annotated,
    annotation_without_reader,
    entries,
    is_annotation_default,
    is_default,
    pointer_of,
    without_reader,
)
from auditor.argocd.releases import NEWEST, Version
from auditor.kube.manifest import Manifest
from auditor.kube.origin import LiveOrigin

WRITTEN = {"syncPolicy": {"syncOptions": [{"no": "text"}, "PruneLast=true", "X=1"]}}


def test_pointers_count_items_that_are_no_text() -> None:
    assert entries(WRITTEN) == (
        Entry("/spec/syncPolicy/syncOptions/1", "PruneLast=true"),
        Entry("/spec/syncPolicy/syncOptions/2", "X=1"),
    )


def test_a_text_that_is_not_there_would_be_appended() -> None:
    assert pointer_of(WRITTEN, "X=1") == "/spec/syncPolicy/syncOptions/2"
    assert pointer_of(WRITTEN, "Y=1") == "/spec/syncPolicy/syncOptions/-"
    assert pointer_of({}, "X=1") == "/spec/syncPolicy/syncOptions/-"


@pytest.mark.parametrize(
    ("text", "meant", "is_guard"),
    [
        ("CreateNamespace=True", "CreateNamespace=true", False),
        ("Prune=never", "", True),
        ("Delete =false", "Delete=false", False),
        ("IgnoreExtraneous", "", False),
    ],
)
def test_what_nothing_reads(text: str, meant: str, is_guard: bool) -> None:  # noqa: FBT001 - a case
    unread = without_reader(text, NEWEST)
    assert unread is not None
    assert (unread.meant, unread.is_guard, unread.since) == (meant, is_guard, None)


@pytest.mark.parametrize(
    "text", ["CreateNamespace=true", "Validate=true", "Force=true", "PrunePropagationPolicy=soft"]
)
def test_what_something_reads_or_another_rule_names(text: str) -> None:
    assert without_reader(text, NEWEST) is None


def test_levels_have_their_own_lists_and_releases() -> None:
    old = without_reader("Prune=false", Version(3, 3))
    assert old is not None
    assert (old.since, old.is_guard) == (Version(3, 4), True)
    assert annotation_without_reader("Prune=false", Version(3, 3)) is None
    assert annotation_without_reader("Force=true", NEWEST) is None
    assert annotation_without_reader("CreateNamespace=true", NEWEST) is None
    assert annotation_without_reader("Prune=Confirm", NEWEST) is not None


def test_a_default_beside_its_opposite_is_a_contradiction() -> None:
    assert is_default("Validate=true", ("Validate=true",))
    assert not is_default("Validate=true", ("Validate=true", "Validate=false"))
    assert is_annotation_default("Replace=false", ("Replace=true",))
    assert not is_annotation_default("Prune=true", ("Prune=confirm",))
    assert not is_annotation_default("ServerSideApply=false", ())


def test_items_of_annotations_are_trimmed_and_gathered() -> None:
    def carrying(name: str, text: str) -> Manifest:
        meta = {"name": name, "annotations": {"argocd.argoproj.io/sync-options": text}}
        return Manifest({"kind": "ConfigMap", "metadata": meta}, LiveOrigin(""))

    both, one = carrying("both", " Prune=false, Replace=true"), carrying("one", "Prune=false")
    assert annotated([both, one]) == {"Prune=false": (both, one), "Replace=true": (both,)}
