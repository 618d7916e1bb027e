"""Which of two options that exclude each other Argo CD follows."""

import pytest

from auditor.argocd.contradictions import (
    Contradiction,
    annotation_contradictions,
    contradictions,
    fails_to_apply,
    unknown_propagation,
)
from auditor.argocd.releases import NEWEST, Version
from auditor.argocd.sync_options import SyncOptions


def of(*items: str) -> dict[str, object]:
    return {"metadata": {"annotations": {"argocd.argoproj.io/sync-options": ",".join(items)}}}


@pytest.mark.parametrize(
    ("texts", "followed"),
    [
        (("ServerSideApply=true", "Replace=true"), "Replace=true"),
        (("PruneLast=false", "PruneLast=true"), "PruneLast=true"),
        (("ServerSideApply=false", "ServerSideApply=true"), "ServerSideApply=true"),
        (("Delete=confirm", "Delete=false"), "Delete=confirm"),
        (("Prune=true", "Prune=confirm"), "Prune=true"),
        (
            ("PrunePropagationPolicy=orphan", "PrunePropagationPolicy=foreground"),
            "PrunePropagationPolicy=foreground",
        ),
    ],
)
def test_one_of_the_list_is_followed(texts: tuple[str, ...], followed: str) -> None:
    ignored = tuple(text for text in texts if text != followed)
    assert contradictions(texts, NEWEST) == (Contradiction(followed, ignored),)


@pytest.mark.parametrize(
    "texts",
    [
        ("Replace=true", "ServerSideApply=false"),
        ("PruneLast=true", "PruneLast=true"),
        ("Replace=true", "Replace=True"),
        ("CreateNamespace=true", "Validate=false"),
        ("SelfHeal=true", "SelfHeal=false"),
    ],
)
def test_texts_that_go_together_or_that_nothing_reads(texts: tuple[str, ...]) -> None:
    assert contradictions(texts, NEWEST) == ()


def test_what_no_release_in_use_reads_contradicts_nothing() -> None:
    assert contradictions(("Prune=false", "Prune=true"), Version(3, 3)) == ()
    assert annotation_contradictions(of("Prune=true", "Prune=false"), Version(3, 3))


def test_an_annotation_leaves_the_list_by_false() -> None:
    (found,) = annotation_contradictions(
        of("ServerSideApply=true", "ServerSideApply=false"), NEWEST
    )
    assert found.followed == "ServerSideApply=false"


def test_a_propagation_is_written_in_small_letters() -> None:
    assert unknown_propagation("PrunePropagationPolicy=Foreground")
    assert not unknown_propagation("PrunePropagationPolicy=orphan")
    assert not unknown_propagation("Prune=gentle")


def test_force_fails_only_where_server_side_apply_is_in_force() -> None:
    server_side = SyncOptions(("ServerSideApply=true",))
    assert fails_to_apply(of("Force=true"), None, server_side)
    assert fails_to_apply(of("Force=true", "ServerSideApply=true"), None, SyncOptions())
    assert fails_to_apply(of(), of("Force=true"), server_side)
    assert not fails_to_apply(of("Force=true"), None, SyncOptions())
    assert not fails_to_apply(of("Force=true", "ServerSideApply=false"), None, server_side)
    assert not fails_to_apply(of("Force=true", "Replace=true"), None, server_side)
    assert not fails_to_apply(of(), None, SyncOptions(("ServerSideApply=true", "Force=true")))
