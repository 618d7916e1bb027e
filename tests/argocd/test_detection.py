"""How soon an installation notices a commit."""

from datetime import timedelta

import pytest

from auditor.argocd.control_plane import CM, ControlPlane, SettingsMap
from auditor.argocd.detection import INTERVAL, JITTER, Detection, detection_of
from auditor.argocd.releases import NEWEST, Version
from auditor.kube.manifest import Manifest
from auditor.kube.origin import LiveOrigin
from auditor.kube.ref import ResourceRef


def of(data: dict[str, str], version: Version = NEWEST) -> tuple[int, int, int]:
    manifest = Manifest({"kind": "ConfigMap", "data": data}, LiveOrigin(""))
    maps = {CM: SettingsMap(data, manifest)}
    ref = ResourceRef("", "ConfigMap", "argocd", CM)
    found = detection_of(ControlPlane(ref, manifest, maps, version, is_live=True))
    seconds = [int(d.total_seconds()) for d in (found.interval, found.jitter, found.longest)]
    return seconds[0], seconds[1], seconds[2]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, (120, 60, 180)),
        ({INTERVAL: "5m"}, (300, 60, 360)),
        ({INTERVAL: "5m", JITTER: "0s"}, (300, 0, 300)),
        ({INTERVAL: "300"}, (120, 60, 180)),
        ({INTERVAL: "1d", JITTER: "nonsense"}, (86400, 60, 86460)),
        ({INTERVAL: "0"}, (0, 0, 0)),
        ({INTERVAL: "0", JITTER: "5m"}, (0, 0, 0)),
    ],
)
def test_both_keys_are_read_as_durations(
    data: dict[str, str], expected: tuple[int, int, int]
) -> None:
    assert of(data) == expected


def test_before_jitter_there_was_one_interval() -> None:
    assert of({JITTER: "1h"}, Version(2, 10))[2] == 180
    assert of({INTERVAL: "10m", JITTER: "1h"}, Version(2, 10)) == (600, 0, 600)


def test_an_interval_of_nothing_is_no_polling() -> None:
    assert not Detection(timedelta(), timedelta()).polls
    assert Detection(timedelta(seconds=1), timedelta()).polls
