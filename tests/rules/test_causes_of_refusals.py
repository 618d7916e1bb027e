"""What is refused, or never let go, is the cause of what the cluster shows."""

from typing import Any, Final

import pytest

from auditor import pipeline
from auditor.engine.run import audit
from auditor.rulebook import cases

RULES: Final = {rule.id: rule for rule in pipeline.rulebook()}
SPEC: Final = {"destination": {"namespace": "shop"}}


def causes(case: dict[str, Any], *rules: str) -> list[tuple[str, list[str]]]:
    found = audit(cases.snapshot(case), [RULES[rule] for rule in rules]).causes
    return [(cause.root.rule, [effect.rule for effect in cause.effects]) for cause in found]


def failed(message: str) -> dict[str, Any]:
    result = {"version": "v1", "kind": "ConfigMap", "namespace": "shop", "name": "big"}
    state = {
        "phase": "Failed",
        "message": "one or more objects failed to apply",
        "startedAt": "2026-11-23T01:00:00Z",
        "finishedAt": "2026-11-23T01:01:00Z",
        "operation": {"sync": {"revision": "0" * 40}},
        "syncResult": {
            "revision": "0" * 40,
            "resources": [{**result, "status": "SyncFailed", "message": message}],
        },
    }
    rows = [{**result, "status": "OutOfSync"}]
    sync = {"status": "OutOfSync", "revision": "0" * 40}
    return {"sync": sync, "operationState": state, "resources": rows}


@pytest.mark.parametrize(
    ("rule", "spec", "obj", "message"),
    [
        ("SYNC-013", SPEC, {"data": {"a": "x" * 262_144}}, "metadata.annotations: Too long"),
        (
            "SYNC-008",
            {**SPEC, "syncPolicy": {"syncOptions": ["ServerSideApply=true"]}},
            {},
            "--force cannot be used with --server-side",
        ),
    ],
)
def test_an_object_that_is_refused(
    rule: str, spec: dict[str, Any], obj: dict[str, Any], message: str
) -> None:
    forced = {"argocd.argoproj.io/sync-options": "Force=true"} if rule == "SYNC-008" else {}
    made = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "big", "annotations": forced},
    }
    case = {
        "applications": [{"metadata": {"name": "shop"}, "spec": spec}],
        "live": [{"metadata": {"name": "shop"}, "spec": spec, "status": failed(message)}],
        "rendered": {"argocd/shop": [{**made, **obj}]},
    }
    assert (rule, ["LIVE-004"]) in causes(case, rule, "LIVE-004")


def test_a_deletion_that_waits_for_nobody() -> None:
    meta = {
        "name": "shop",
        "finalizers": ["resources-finalizers.argocd.argoproj.io"],
        "deletionTimestamp": "2026-11-23T00:00:00Z",
    }
    case = {"applications": [], "live": [{"metadata": meta, "spec": SPEC}]}
    assert causes(case, "PRUNE-005", "LIVE-009") == [("PRUNE-005", ["LIVE-009"])]
