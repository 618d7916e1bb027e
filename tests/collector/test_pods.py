"""Pods that do not get on, and that nothing of their environment or output is kept."""

import json
from pathlib import Path
from typing import Any

import pytest

from auditor.collector import cluster, pods
from auditor.collector.plan import Plan
from auditor.collector.progress import Silent
from auditor.snapshot import Collected, Missing
from tests.support.replay import replayed


@pytest.fixture
def waiting(tmp_path: Path) -> Any:
    with replayed("j1-hooks-and-waves", tmp_path) as link:
        yield cluster.collect(link, Plan(), Silent())


def test_those_that_wait_or_failed_are_told_of(waiting: Any) -> None:
    look = waiting.sections["live.pods"]
    assert isinstance(look, Collected)
    states = {
        item.ref.name.rsplit("-", 1)[0]: item.raw["status"]["containerStatuses"][0]["state"]
        for item in look.items
    }
    assert states["db-migrate"]["waiting"]["reason"] == "ImagePullBackOff"
    assert states["db-migrate-b"]["terminated"]["exitCode"] == 1
    assert all(set(item.raw) == {"apiVersion", "kind", "metadata", "status"} for item in look.items)


def test_who_may_not_read_them_loses_nothing_else(tmp_path: Path) -> None:
    with replayed("j1-hooks-and-waves", tmp_path, "--deny", "/pods") as link:
        found = cluster.collect(link, Plan(), Silent()).sections
    assert isinstance(found["live.pods"], Missing)
    assert isinstance(found["live.events"], Collected)


def test_what_a_pod_carries_stays_there() -> None:
    secret = "hunter2-is-the-password"  # noqa: S105  # looked for in what is kept
    pod = {
        "metadata": {"name": "a", "namespace": "b", "annotations": {"x": secret}},
        "spec": {"containers": [{"env": [{"name": "P", "value": secret}]}]},
        "status": {
            "phase": "Failed",
            "containerStatuses": [
                {
                    "name": "c",
                    "image": "r/x:1",
                    "state": {"terminated": {"exitCode": 1, "message": secret, "reason": "Error"}},
                }
            ],
        },
    }
    assert secret not in json.dumps(pods._told(pod))
