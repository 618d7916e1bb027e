"""How far a cause reaches, and what is known of the time before."""

from datetime import UTC, datetime, timedelta

import pytest

from auditor import pipeline
from auditor.engine.blast import blast
from auditor.engine.result import Audit
from auditor.engine.time_line import TimeLine, time_line
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin
from auditor.snapshot import Collected, Snapshot, codec
from auditor.snapshot.derived import APPLICATIONS
from tests.scenarios.variations import DEEDS, SAMPLE, Desk

GONE = 'one or more objects failed to apply, reason: namespaces "plate-prod" not found'
URL = "http://git.plate.example/platform/plate-gitops.git"


@pytest.fixture(scope="module")
def sample() -> Snapshot:
    return codec.read(SAMPLE)


def commit(number: int, when: datetime, author: str) -> dict[str, object]:
    return {
        "repository": URL,
        "commit": f"{number}" * 40,
        "time": when.isoformat(),
        "author": author,
        "subject": f"Change {number}",
        "files": ["helm/web/values.yaml"],
        "more": number,
    }


def audited(desk: Desk) -> Audit:
    return pipeline.judge(desk.snapshot())


def line_of(audit: Audit) -> TimeLine | None:
    found = audit.snapshot.look(APPLICATIONS)
    assert isinstance(found, tuple)
    return time_line(audit.causes[0], audit.snapshot, {app.ref: app for app in found})


def test_what_is_hit_is_counted_once(sample: Snapshot) -> None:
    desk = Desk(sample)
    names = ["plate-web-prod", "plate-api-prod", "ingress-prod"]
    DEEDS["gone"](desk, "plate-prod")
    results = {"ConfigMap plate-web-config": 'namespaces "plate-prod" not found'}
    DEEDS["fails"](desk, {"applications": names, "message": GONE, "results": results})
    audit = audited(desk)
    found = audit.snapshot.look(APPLICATIONS)
    assert isinstance(found, tuple)
    reach = blast(audit.causes[0], {app.ref: app for app in found})
    assert {"plate-web-prod", "plate-api-prod", "ingress-prod"} <= {
        ref.name for ref in reach.applications
    }
    assert reach.environments == ("prod",)
    assert "ConfigMap plate-prod/plate-web-config" in reach.objects
    assert len(set(reach.objects)) == len(reach.objects)
    assert not [label for label in reach.objects if label.startswith("Application ")]


def test_an_application_that_cannot_be_compared_holds_all_its_objects(sample: Snapshot) -> None:
    desk = Desk(sample)
    DEEDS["cannot"](
        desk,
        {
            "applications": ["ingress-prod", "ingress-stg"],
            "message": "failed to list refs: authentication required: Authentication required",
        },
    )
    audit = audited(desk)
    found = audit.snapshot.look(APPLICATIONS)
    assert isinstance(found, tuple)
    reach = blast(audit.causes[0], {app.ref: app for app in found})
    assert [ref.name for ref in reach.applications] == ["ingress-prod", "ingress-stg"]
    assert set(reach.environments) == {"prod", "stg"}
    assert reach.objects == (
        "Ingress plate-prod/plate-api",
        "Ingress plate-prod/plate-web",
        "Ingress plate-stg/plate-api",
        "Ingress plate-stg/plate-web",
    )


def test_a_time_line_tells_since_when_how_often_and_what_had_changed(sample: Snapshot) -> None:
    desk = Desk(sample)
    DEEDS["fails"](
        desk,
        {
            "applications": "plate-web-prod",
            "message": "one or more objects failed to apply, reason: field is immutable",
            "retries": 5,
        },
    )
    DEEDS["events"](
        desk,
        [
            {
                "about": "Application argocd/plate-web-prod",
                "reason": "OperationCompleted",
                "message": "Sync operation to 9 failed: field is immutable",
                "count": 4,
            },
            {"about": "Pod plate-stg/else-1", "reason": "BackOff", "message": "x", "count": 90},
        ],
    )
    start = desk.now - timedelta(minutes=60)
    commits = [
        commit(3, start + timedelta(minutes=30), "Too Late"),
        commit(2, start - timedelta(minutes=1), "Kim"),
        commit(1, start - timedelta(days=9), "Lee"),
    ]
    item = {"application": "argocd/plate-web-prod", "commits": commits}
    desk.other.pop("git.history", None)
    desk.items["git.history"] = [(Manifest({}, GitOrigin("", "", "", 1)), item)]
    line = line_of(audited(desk))
    assert line is not None
    assert line.since == start.replace(microsecond=0)
    assert (line.attempts, line.heals, line.warnings) == (6, 0, 4)
    assert [(one.author, one.subject, one.more) for one in line.commits] == [
        ("Kim", "Change 2", 2),
        ("Lee", "Change 1", 1),
    ]
    assert line.deployed == datetime(2026, 11, 23, 8, 53, 43, tzinfo=UTC)


def test_what_is_only_feared_has_no_time_line(sample: Snapshot) -> None:
    audit = pipeline.judge(sample)
    found = audit.snapshot.look(APPLICATIONS)
    assert isinstance(found, tuple)
    known = {app.ref: app for app in found}
    assert audit.causes == () or all(
        time_line(cause, audit.snapshot, known) is None for cause in audit.causes
    )


def test_without_events_and_history_the_rest_is_told(sample: Snapshot) -> None:
    desk = Desk(sample)
    DEEDS["without"](desk, ["live.events", "live.pods", "git.history"])
    DEEDS["cannot"](
        desk,
        {
            "applications": "plate-web-prod",
            "message": "helm/web: app path does not exist",
            "since": 90,
        },
    )
    line = line_of(audited(desk))
    assert line is not None
    assert line.since == (desk.now - timedelta(minutes=90)).astimezone(UTC)
    assert (line.attempts, line.warnings, line.commits) == (0, 0, ())


def test_a_section_that_holds_nothing_is_no_trouble(sample: Snapshot) -> None:
    desk = Desk(sample)
    for name in ("live.pods", "git.history"):
        desk.other.pop(name, None)
        desk.items[name] = []
    assert isinstance(desk.snapshot().sections["live.pods"], Collected)
    assert audited(desk).findings
