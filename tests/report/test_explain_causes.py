"""What the explanation of one Application says of causes elsewhere, of pods and of old texts."""

from typing import Any

import pytest

from auditor import pipeline
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin
from auditor.renderer.explain import explanation
from auditor.report.draft import Edition
from auditor.report.explain import Explanation, explained
from auditor.snapshot import codec
from auditor.snapshot.derived import APPLICATIONS
from tests.scenarios.variations import DEEDS, SAMPLE, Desk

CRASH = {
    "waiting": {
        "reason": "CrashLoopBackOff",
        "message": "back-off 5m0s restarting failed container=app",
    }
}


@pytest.fixture
def desk() -> Desk:
    return Desk(codec.read(SAMPLE))


def about(desk: Desk, name: str, language: str = "en") -> Explanation:
    audit = pipeline.judge(desk.snapshot())
    found = audit.snapshot.look(APPLICATIONS)
    assert isinstance(found, tuple)
    ref = next(app.ref for app in found if app.name == name)
    return explained(audit, Edition(language=language), ref)


def ill(desk: Desk) -> None:
    child: dict[str, Any] = {"applications": "plate-api-stg", "health": "Degraded"}
    DEEDS["ails"](desk, {**child, "of": "apps/Deployment plate-stg/plate-api"})
    parent = {"applications": "app-of-apps", "health": "Degraded"}
    DEEDS["ails"](desk, {**parent, "of": "argoproj.io/Application argocd/plate-api-stg"})
    DEEDS["pods"](desk, [{"name": "plate-stg/plate-api-7c9d8b5f4-abcde", "state": CRASH}])


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_parent_is_told_of_the_child_that_makes_it_ill(desk: Desk, language: str) -> None:
    ill(desk)
    view = about(desk, "app-of-apps", language)
    cause, effect = view.chains[0].steps
    assert (cause.role, cause.is_elsewhere, cause.finding.name) == ("cause", True, "plate-api-stg")
    assert (effect.role, effect.finding.rule) == ("effect", "LIVE-002")
    assert "back-off 5m0s restarting failed container" in cause.finding.sentence
    assert cause.blast is not None
    assert cause.blast.applications == 2
    printed = explanation(view)
    assert "plate-api-stg" in printed
    assert "kubectl -n plate-stg describe Deployment plate-api" in printed
    assert "\x1b[" in explanation(view, color=True)


def test_pods_are_told_of_with_what_is_known_of_their_trouble(desk: Desk) -> None:
    ill(desk)
    (told, *_) = about(desk, "plate-api-stg").messages
    assert (told.place, told.type) == ("object", "Pod plate-api-7c9d8b5f4-abcde")
    assert told.signature == "crash-loop"
    assert told.cause
    assert told.remedy
    assert told.command


def test_the_commits_before_the_trouble_are_told(desk: Desk) -> None:
    text = "helm/web: app path does not exist"
    DEEDS["cannot"](desk, {"applications": "plate-web-prod", "message": text})
    commit = {
        "repository": "http://git.plate.example/platform/plate-gitops.git",
        "commit": "5" * 40,
        "time": desk.ago(61),
        "author": "Kim",
        "subject": "Move the chart",
        "files": ["helm/web/Chart.yaml"],
        "more": 2,
    }
    desk.other.pop("git.history", None)
    item = {"application": "argocd/plate-web-prod", "commits": [commit]}
    desk.items["git.history"] = [(Manifest({}, GitOrigin("", "", "", 1)), item)]
    printed = explanation(about(desk, "plate-web-prod"), width=400)
    assert "Since: 2026-11-23 08:23:56" in printed
    assert "Move the chart (Kim, 2026-11-23 08:22:56" in printed
    assert "helm/web/Chart.yaml and 2 more" in printed


def test_texts_that_nobody_has_compared_since_are_marked(desk: Desk) -> None:
    text = "rpc error: code = DeadlineExceeded desc = context deadline exceeded"
    DEEDS["cannot"](desk, {"applications": "plate-web-stg", "message": text})
    (fresh, *_) = about(desk, "plate-web-stg").messages
    desk.application("plate-web-stg")["status"]["reconciledAt"] = desk.ago(600)
    view = about(desk, "plate-web-stg")
    (stale, *_) = view.messages
    assert (fresh.is_stale, stale.is_stale) == (False, True)
    assert "(stale: nobody has compared since)" in explanation(view)


def test_without_events_pods_and_history_all_else_is_told(desk: Desk) -> None:
    ill(desk)
    DEEDS["without"](desk, ["live.events", "live.pods", "git.history"])
    view = about(desk, "plate-api-stg")
    assert view.chains[0].steps[0].finding.rule == "LIVE-002"
    assert view.chains[0].steps[0].fix
    assert view.chains[0].steps[0].confirm
