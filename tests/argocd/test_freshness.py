"""How old a status may be, and since when it can hold."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from auditor.argocd.application import Application
from auditor.argocd.freshness import Freshness, last_write, out_of_sync_since
from auditor.argocd.releases import NEWEST, Version
from auditor.argocd.settings import Settings
from auditor.argocd.status import Status
from auditor.kube.manifest import Manifest
from auditor.kube.origin import LiveOrigin

HERE = LiveOrigin("cluster.example.com")


def application(reconciled: str | None, annotations: dict[str, str] | None = None) -> Application:
    meta = {"name": "shop", "annotations": annotations or {}}
    status = {"reconciledAt": reconciled} if reconciled else {}
    raw: dict[str, Any] = {"kind": "Application", "metadata": meta, "status": status}
    return Application.of(None, Manifest(raw, HERE), NEWEST)


def freshness(*times: str, settings: Settings | None = None) -> Freshness:
    return Freshness.of(map(application, times), settings, NEWEST)


def test_three_periods_behind_the_newest_is_fresh_and_more_is_not() -> None:
    known = freshness("2026-11-23T01:00:00Z", "2026-11-23T02:00:00Z")
    assert known.is_fresh(application("2026-11-23T01:51:00Z"), 3)
    assert not known.is_fresh(application("2026-11-23T01:50:59Z"), 3)


def test_what_was_never_compared_or_is_skipped_is_not_fresh() -> None:
    known = freshness("2026-11-23T02:00:00Z")
    skipped = {"argocd.argoproj.io/skip-reconcile": "T"}
    assert not known.is_fresh(application(None), 3)
    assert not known.is_fresh(application("2026-11-23T02:00:00Z", skipped), 3)
    kept = {"argocd.argoproj.io/skip-reconcile": "yes"}
    assert known.is_fresh(application("2026-11-23T02:00:00Z", kept), 3)


def test_without_a_clock_age_says_nothing() -> None:
    by_hand = Settings.parse({"timeout.reconciliation": "0"})
    known = freshness("2026-11-23T02:00:00Z", settings=by_hand)
    assert known.is_fresh(application("2026-11-20T02:00:00Z"), 3)


@pytest.mark.parametrize(
    ("version", "minutes"), [(Version(2, 10), 3), (Version(2, 11), 3), (Version(3, 6), 3)]
)
def test_the_default_period_is_three_minutes_in_every_release(
    version: Version, minutes: int
) -> None:
    assert Freshness.of((), None, version).period == timedelta(minutes=minutes)


def status(op: dict[str, Any] | None, revision: str = "a1") -> Status:
    raw: dict[str, Any] = {"sync": {"status": "OutOfSync", "revision": revision}}
    return Status.parse({"status": raw | ({"operationState": op} if op else {})})


def test_the_last_operation_dates_only_the_commit_it_synced() -> None:
    operation = {"finishedAt": "2026-11-23T01:00:00Z", "syncResult": {"revision": "a1"}}
    assert out_of_sync_since(status(operation)) == datetime(2026, 11, 23, 1, tzinfo=UTC)
    assert out_of_sync_since(status(operation, "b2")) is None
    assert out_of_sync_since(status({"finishedAt": "2026-11-23T01:00:00Z"})) is None
    assert out_of_sync_since(status(None)) is None


def test_status_writes_do_not_count_as_changes() -> None:
    fields = [
        {"manager": "kubectl", "time": "2026-11-23T01:00:00Z"},
        {"manager": "kubelet", "subresource": "status", "time": "2026-11-23T02:00:00Z"},
    ]
    live = Manifest({"metadata": {"managedFields": fields}}, HERE)
    assert last_write(live) == datetime(2026, 11, 23, 1, tzinfo=UTC)
    assert last_write(Manifest({}, HERE)) is None
