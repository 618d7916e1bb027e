"""What an existing entry hides at present, and the smaller ones that would do, each tried out."""

import copy
from dataclasses import replace
from typing import Any

import pytest

from auditor.argocd.application import Application
from auditor.argocd.broad_entries import Pair
from auditor.argocd.drift import ObjectDrift, drift_of
from auditor.argocd.field_owners import Writers
from auditor.argocd.ignore_differences import rules_of
from auditor.argocd.ignore_narrowing import Narrowing, narrowing
from auditor.argocd.releases import NEWEST
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from tests.argocd.test_ignore_suggestion import (
    INGRESS,
    ORIGIN,
    PLAIN,
    appending,
    application,
    both,
    owned,
    placed,
    setting,
)

ISSUER = ("metadata", "annotations", "a/one")
OWN = ("spec", "ingressClassName")


def ignoring(*entries: dict[str, Any]) -> Application:
    app = application()
    raw = {**app.manifest.raw, "spec": {**app.spec, "ignoreDifferences": list(entries)}}
    return Application.of(Manifest(raw, ORIGIN), None, NEWEST)


def pair(change: Any, *places: tuple[str, ...], target: dict[str, Any] | None = None) -> Pair:
    wanted = target or INGRESS
    entries = owned(places), owned([OWN], "argocd-controller")
    live = placed(change(copy.deepcopy(wanted)), *entries)
    return Pair(Manifest(wanted, ORIGIN), Manifest(live, ORIGIN), "shop")


def narrowed(app: Application, *pairs: Pair) -> Narrowing:
    found = narrowing(app, app.ignore_rules[0], pairs, PLAIN, Writers())
    assert isinstance(found, Narrowing)
    return found


WHOLE = {"group": "networking.k8s.io", "kind": "Ingress", "jsonPointers": ["/metadata", "/spec"]}


def test_a_broad_entry_becomes_the_field_that_another_writes() -> None:
    one = pair(setting("/metadata/annotations/a~1one"), ISSUER)
    found = narrowed(ignoring(WHOLE), one)
    assert found.is_whole
    assert found.entries == (
        {
            "group": "networking.k8s.io",
            "kind": "Ingress",
            "jsonPointers": ["/metadata/annotations/a~1one"],
        },
    )


@pytest.mark.parametrize("width", ["*", "networking.k8s.io"])
def test_with_the_smaller_entry_the_same_is_hidden_and_git_is_seen_again(width: str) -> None:
    change = both(
        setting("/metadata/annotations/a~1one"),
        appending("/spec/rules", {"host": "acme.example"}),
        setting("/spec/ingressClassName"),
    )
    one = pair(change, ISSUER, ("spec", "rules"))
    app = ignoring({**WHOLE, "group": width, "kind": "*" if width == "*" else "Ingress"})
    found = narrowed(app, one)
    assert found.is_whole
    assert one.live is not None
    rest = replace(app, ignore_rules=rules_of({"ignoreDifferences": list(found.entries)}))
    left = drift_of(rest, one.live.ref, one.target, one.live, PLAIN)
    assert isinstance(left, ObjectDrift)
    # what Argo CD itself wrote is Git's own change, and comes into sight
    assert [field.pointer for field in left.fields] == ["/spec/ingressClassName"]


def test_an_entry_that_nothing_needs_leaves_nothing() -> None:
    same = pair(lambda raw: raw)
    assert narrowed(ignoring(WHOLE), same) == Narrowing((), (), is_whole=True)
    own = narrowed(ignoring(WHOLE), pair(setting("/spec/ingressClassName")))
    assert own.entries == ()
    assert [f.pointer for one in own.hidden for f in one.drift.fields] == ["/spec/ingressClassName"]


def test_what_another_entry_hides_too_needs_no_second() -> None:
    other = {**WHOLE, "jsonPointers": ["/metadata/annotations/a~1one"]}
    one = pair(setting("/metadata/annotations/a~1one"), ISSUER)
    assert narrowed(ignoring(WHOLE, other), one).hidden == ()


def test_objects_of_one_kind_share_an_entry_where_they_can() -> None:
    change = setting("/metadata/annotations/a~1one")
    other = {**INGRESS, "metadata": {**INGRESS["metadata"], "name": "other"}}  # type: ignore[dict-item]
    found = narrowed(ignoring(WHOLE), pair(change, ISSUER), pair(change, ISSUER, target=other))
    assert len(found.hidden) == 2
    (entry,) = found.entries
    assert "name" not in entry


def test_the_name_is_kept_where_another_object_would_be_hidden_too() -> None:
    other = {**INGRESS, "metadata": {**INGRESS["metadata"], "name": "other"}}  # type: ignore[dict-item]
    change = setting("/metadata/annotations/a~1one")
    quiet = pair(lambda raw: raw, target=other)
    (entry,) = narrowed(ignoring(WHOLE), pair(change, ISSUER), quiet).entries
    assert entry["name"] == "web"


def test_an_object_that_cannot_be_compared_is_a_gap() -> None:
    broken = {**WHOLE, "jqPathExpressions": [".spec["]}
    app = ignoring(broken, {**WHOLE, "jqPathExpressions": [".spec["]})
    one = pair(setting("/metadata/annotations/a~1one"), ISSUER)
    assert isinstance(narrowing(app, app.ignore_rules[0], (one,), PLAIN, Writers()), Gap)
