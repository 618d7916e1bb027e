"""The one signature that names a failure best."""

from auditor.argocd.status import Status
from auditor.signatures import Message, Where
from auditor.signatures.root import Root, root_of, root_of_operation


def test_a_root_comes_with_what_others_share() -> None:
    text = 'error getting namespace shop: namespaces "shop" not found (retried 2 times).'
    found = root_of([Message(text, Where.OPERATION)])
    assert found.signature == "namespace-not-found"
    assert found.named("namespace") == {"shop"}
    assert found.named("cluster") == frozenset()


def test_a_state_and_a_text_nobody_knows_are_no_root() -> None:
    waiting = Message("waiting for completion of hook batch/Job/migrate", Where.OPERATION)
    assert root_of([waiting]) == root_of([Message("the sky fell", Where.OPERATION)]) == Root()


def test_objects_that_failed_say_more_than_their_operation() -> None:
    rows = [
        {"kind": "Job", "name": "a", "hookPhase": "Failed", "message": 'namespaces "a" not found'},
        {"kind": "Job", "name": "b", "status": "Synced", "message": 'namespaces "b" not found'},
    ]
    state = {
        "phase": "Failed",
        "message": "one or more synchronization tasks completed unsuccessfully",
        "syncResult": {"resources": rows},
    }
    operation = Status.parse({"status": {"operationState": state}}).operation
    assert operation is not None
    assert root_of_operation(operation).named("namespace") == {"a"}
