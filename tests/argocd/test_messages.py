"""What stays of Argo CD's messages."""

import json
from pathlib import Path

import pytest

from auditor.argocd.messages import reasons, roots, strip

SCENARIOS = Path(__file__).parents[3] / "shared" / "scenarios"

NOT_FOUND = 'namespaces "plate-batch" not found'
RECONCILE = (
    f"error running kubectl auth reconcile: error getting namespace plate-batch: {NOT_FOUND}"
)
WRAPPERS = ("one or more", "Failed to load", "Failed last", "rpc error")
APPLY = "one or more objects failed to apply, reason: "


@pytest.mark.parametrize(
    "message",
    [
        f"{APPLY}{NOT_FOUND},{RECONCILE}. Retrying attempt #2 at 8:54AM.",
        f"{APPLY}{RECONCILE},{NOT_FOUND} (retried 2 times).",
        f"Failed last sync attempt to [0a1b]: {APPLY}{NOT_FOUND},{RECONCILE} (retried 2 times).",
        "one or more synchronization tasks completed unsuccessfully, reason: " + NOT_FOUND,
    ],
)
def test_the_order_of_joined_reasons_and_the_wrapper_do_not_matter(message: str) -> None:
    assert roots(message) == (NOT_FOUND,)


def test_a_wrapper_alone_has_no_root() -> None:
    message = "one or more synchronization tasks completed unsuccessfully (retried 1 times)."
    assert strip(message) == ""
    assert roots(message) == ()


@pytest.mark.parametrize(
    "message",
    [
        'spec.selector: Invalid value: {"a":"b","c":"d"}: field is immutable',
        'Unsupported value: "x": supported values: "a","b"',
        "yaml: line 5: did not find expected ',' or ']'",
        "no cached repository found, try again, please",
        "cannot parse a,b,c",
        'an unclosed " quote hides,every comma',
    ],
)
def test_a_comma_of_the_reason_itself_splits_nothing(message: str) -> None:
    assert reasons(message) == (message,)


def test_reasons_of_several_conditions_are_told_apart() -> None:
    message = (
        "ComparisonError: Failed to load target state: failed to generate manifest for source "
        "1 of 1: rpc error: code = Unknown desc = helm/web: app path does not exist;"
        "InvalidSpecError: application destination namespace is not permitted"
    )
    assert roots(message) == (
        "application destination namespace is not permitted",
        "helm/web: app path does not exist",
    )


def test_a_tool_is_no_cause() -> None:
    message = (
        "Failed to load target state: failed to generate manifest for source 1 of 1: rpc error: "
        "code = Unknown desc = failed to execute helm template command: failed running helm: "
        "`helm template . --name-template x` failed exit status 1: Error: parse error at (a:4)"
    )
    assert roots(message) == ("parse error at (a:4)",)


@pytest.mark.skipif(not SCENARIOS.exists(), reason="the recorded scenarios are not at hand")
def test_no_recorded_failure_keeps_a_wrapper() -> None:
    seen = 0
    for path in SCENARIOS.glob("*/api/apis__argoproj.io__v1alpha1__applications.json"):
        for app in json.loads(path.read_text("utf-8")).get("items", ()):
            status = app.get("status", {})
            texts = [c["message"] for c in status.get("conditions", ())]
            state = status.get("operationState", {})
            if state.get("phase") in ("Failed", "Error"):
                texts.append(state["message"])
            for root in roots(*texts):
                seen += 1
                assert not root.startswith(
                    ("one or more", "Failed to load", "Failed last", "rpc error")
                )
                assert "retried" not in root
    assert seen > 20
