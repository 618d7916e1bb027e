"""What an ApplicationSet would change about the Applications it owns."""

from typing import Any

import pytest

from auditor.argocd.application import Application
from auditor.argocd.applicationset import Generated
from auditor.argocd.applicationset_drift import Change, GeneratedDrift, generated_drift
from auditor.argocd.releases import NEWEST
from auditor.kube.manifest import Manifest
from auditor.kube.origin import LiveOrigin


def raw(name: str, labels: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    meta = {"name": name, "namespace": "argocd", "labels": labels or {}}
    written = {"project": "shop", "destination": {"namespace": name}, **spec}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": meta,
        "spec": written,
    }


def owned(*raws: dict[str, Any]) -> tuple[Application, ...]:
    return tuple(Application.of(None, Manifest(one, LiveOrigin("")), NEWEST) for one in raws)


def drift(
    computed: list[dict[str, Any]],
    live: tuple[Application, ...],
    policy: str = "sync",
    error: str | None = None,
    **spec: Any,
) -> list[GeneratedDrift]:
    return list(generated_drift(Generated(tuple(computed), error), live, spec, policy))


def test_equal_sets_need_nothing() -> None:
    assert drift([raw("a")], owned(raw("a"))) == []
    assert drift([raw("a")], owned(raw("a", {"added": "by others"}))) == []
    assert drift([raw("a", project="")], owned(raw("a", project="default"))) == []


@pytest.mark.parametrize(
    ("policy", "error", "expected"),
    [
        ("sync", None, [("", "both"), ("missing", "new"), ("extra", "old")]),
        ("sync", "failed", [("", "both"), ("missing", "new")]),
        ("create-only", None, [("missing", "new")]),
        ("create-update", None, [("", "both"), ("missing", "new")]),
        ("create-delete", None, [("missing", "new"), ("extra", "old")]),
    ],
)
def test_the_policy_decides_what_counts(
    policy: str, error: str | None, expected: list[tuple[str, str]]
) -> None:
    live = owned(raw("both", project="other"), raw("old"))
    found = drift([raw("both"), raw("new")], live, policy, error)
    assert sorted((d.change.value, d.name) for d in found) == sorted(expected)


def test_the_first_field_that_differs_with_both_values() -> None:
    (found,) = drift([raw("a", {"team": "x"})], owned(raw("a", {"team": "y"}, project="other")))
    assert (found.change, found.place) == (Change.FIELD, "/metadata/labels/team")
    assert (found.declared, found.live) == ("x", "y")
    (found,) = drift([raw("a")], owned(raw("a", syncPolicy={"automated": {"prune": True}})))
    assert found.place.startswith("/spec/syncPolicy")
    assert (found.is_declared, found.is_live) == (False, True)


def test_what_the_set_lets_others_write() -> None:
    live = owned(raw("a", syncPolicy={"automated": {"prune": True}}))
    ignored = [{"jsonPointers": ["/spec/syncPolicy"]}]
    by_jq = [{"name": "a", "jqPathExpressions": [".spec.syncPolicy"]}]
    of_others = [{"name": "b", "jsonPointers": ["/spec/syncPolicy"]}]
    assert drift([raw("a")], live, ignoreApplicationDifferences=ignored) == []
    assert drift([raw("a")], live, ignoreApplicationDifferences=by_jq) == []
    assert len(drift([raw("a")], live, ignoreApplicationDifferences=of_others)) == 1
    assert drift([raw("a")], live, strategy={"type": "RollingSync"}) == []


def test_an_application_that_is_going_is_not_there() -> None:
    going = raw("a")
    going["metadata"]["deletionTimestamp"] = "2026-11-23T01:00:00Z"
    assert [d.change for d in drift([raw("a")], owned(going))] == [Change.MISSING]
