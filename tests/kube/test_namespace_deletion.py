"""How far the deletion of a namespace has come."""

from datetime import UTC, datetime
from typing import Any

from auditor.kube.manifest import Manifest
from auditor.kube.namespace_deletion import deletion_of
from auditor.kube.origin import LiveOrigin

CONDITIONS = [
    {"type": "NamespaceDeletionDiscoveryFailure", "status": "False", "message": "nothing"},
    {
        "type": "NamespaceContentRemaining",
        "status": "True",
        "message": "Some resources are remaining: pods. has 2 resource instances, "
        "rollouts.argoproj.io has 1 resource instances",
    },
    {
        "type": "NamespaceFinalizersRemaining",
        "status": "True",
        "message": "Some content in the namespace has finalizers remaining: "
        "foregroundDeletion in 2 resource instances, example.com/keep in 1 resource instances",
    },
]


def namespace(meta: dict[str, Any], status: Any = None) -> Manifest:
    raw = {"kind": "Namespace", "metadata": {"name": "shop", **meta}, "status": status}
    return Manifest(raw, LiveOrigin(""))


def test_conditions_say_what_remains() -> None:
    meta = {"deletionTimestamp": "2026-11-23T01:00:00Z", "finalizers": ["example.com/own"]}
    found = deletion_of(namespace(meta, {"conditions": CONDITIONS}))
    assert found is not None
    assert found.since == datetime(2026, 11, 23, 1, tzinfo=UTC)
    assert found.contents == ("pods", "rollouts.argoproj.io")
    assert found.finalizers == ("example.com/own", "foregroundDeletion", "example.com/keep")
    assert found.conditions == ("NamespaceContentRemaining", "NamespaceFinalizersRemaining")


def test_a_deletion_that_has_said_nothing_yet() -> None:
    found = deletion_of(namespace({"deletionTimestamp": "soon"}, "garbage"))
    assert found is not None
    assert (found.since, found.finalizers, found.contents, found.conditions) == (None, (), (), ())


def test_a_namespace_that_stays() -> None:
    assert deletion_of(namespace({"finalizers": ["example.com/own"]})) is None
