"""What messages tell of, however they are wrapped, joined and repeated."""

import subprocess
import sys

import pytest

from auditor.signatures import Kind, Match, Message, Where, match

APPLY = "one or more objects failed to apply, reason: "
NOT_FOUND = 'namespaces "plate-batch" not found'
RECONCILE = (
    f"error running kubectl auth reconcile: error getting namespace plate-batch: {NOT_FOUND}"
)
GIT = (
    'failed to list refs: Get "https://bot:s3cret@git.example.net/team/x.git/info/refs'
    '?service=git-upload-pack": dial tcp 10.0.0.9:443: i/o timeout'
)
UNAVAILABLE = (
    "rpc error: code = Unavailable desc = connection error: desc = "
    '"transport: Error while dialing dial tcp 10.0.0.5:8081: i/o timeout"'
)
SERVER = "https://10.0.0.1:6443"
DEAD = f'Get "{SERVER}/version?timeout=32s": dial tcp 10.0.0.1:6443: connect: connection refused'


def operation(text: str) -> tuple[Match, ...]:
    return match([Message(text, Where.OPERATION)])


def condition(text: str) -> tuple[Match, ...]:
    return match([Message(text, Where.CONDITION)])


def ids(found: tuple[Match, ...]) -> list[str]:
    return [m.id for m in found]


@pytest.mark.parametrize(
    "text",
    [
        f"{APPLY}{NOT_FOUND},{RECONCILE} (retried 2 times).",
        f"{APPLY}{RECONCILE},{NOT_FOUND} (retried 2 times).",
        f"Failed last sync attempt to [0a1b]: {APPLY}{NOT_FOUND} (retried 2 times).",
    ],
)
def test_order_and_wrappers_change_nothing(text: str) -> None:
    found = operation(text)
    assert ids(found) == ["namespace-not-found", "retries-exhausted"]
    assert [m.kind for m in found] == [Kind.ROOT, Kind.STATE]
    assert dict(found[0].captures) == {"namespace": "plate-batch"}
    assert found[0].keys == {("namespace", "plate-batch")}


def test_each_joined_reason_is_told() -> None:
    text = (
        f'{APPLY}admission webhook "policy.example.net" denied the request: no owner label,'
        f"{NOT_FOUND},cannot change roleRef"
    )
    assert ids(operation(text)) == [
        "immutable-roleref",
        "webhook-denied",
        "namespace-not-found",
    ]


def test_one_signature_may_be_meant_more_than_once() -> None:
    text = (
        "one or more synchronization tasks are not valid: "
        "resource apps:Deployment is not permitted in project plate-ops; "
        "resource rbac.authorization.k8s.io:Role is not permitted in project plate-ops"
    )
    found = operation(text)
    assert ids(found) == ["project-kind-not-permitted"] * 2
    assert {m.captures["kind"] for m in found} == {"Deployment", "Role"}
    assert {key for m in found for key in m.keys} == {("project", "plate-ops")}


def test_a_comma_inside_a_reason_does_not_cut_it() -> None:
    text = (
        'pods "web-0" is forbidden: exceeded quota: small, requested: '
        "limits.cpu=1,limits.memory=2Gi, used: limits.cpu=6,limits.memory=12Gi, "
        "limited: limits.cpu=6,limits.memory=12Gi"
    )
    (found,) = operation(APPLY + text)
    assert found.id == "quota-exceeded"
    assert found.captures["requested"] == "limits.cpu=1,limits.memory=2Gi"
    assert found.captures["limited"] == "limits.cpu=6,limits.memory=12Gi"


def test_the_code_of_an_rpc_error_is_part_of_the_reason() -> None:
    text = "ComparisonError: rpc error: code = DeadlineExceeded desc = context deadline exceeded"
    assert ids(condition(text)) == ["repo-server-deadline"]
    assert ids(condition("context deadline exceeded")) == ["generic-deadline"]


def test_reasons_of_several_conditions_are_told_apart() -> None:
    text = (
        "ComparisonError: rpc error: code = DeadlineExceeded desc = context deadline exceeded;"
        'InvalidSpecError: cluster "https://10.0.0.1:6443" not found'
    )
    assert set(ids(operation(text))) == {"repo-server-deadline", "cluster-not-found"}


def test_one_dead_cluster_is_one_failure_in_all_its_conditions() -> None:
    unread = f"error synchronizing cache state : failed to get server version: {DEAD}"
    version = f'failed to get cluster version for cluster "{SERVER}"'
    texts = (
        f'Failed to load live state: failed to get cluster info for "{SERVER}": {unread}',
        f"Failed to load target state: {version}: {unread}",
        unread,
    )
    found = match(Message(text, Where.CONDITION) for text in texts)
    assert ids(found) == ["cluster-unreachable"]
    assert found[0].keys == {("cluster", SERVER)}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (DEAD, "cluster-unreachable"),
        (GIT, "git-host-unreachable"),
        (
            UNAVAILABLE,
            "repo-server-unreachable",
        ),
        ("dial tcp 10.0.0.7:5432: i/o timeout", "generic-network"),
    ],
)
def test_the_address_tells_whom_nobody_reaches(text: str, wanted: str) -> None:
    assert ids(condition(text)) == [wanted]


def test_no_credentials_are_kept() -> None:
    (found,) = condition(GIT)
    assert found.captures["repo"] == "https://git.example.net/team/x.git"
    assert ("host", "git.example.net") in found.keys
    assert "s3cret" not in repr(found)


def test_a_failure_read_in_several_places_is_told_once_from_the_best_of_them() -> None:
    found = match(
        [
            Message(f"Failed last sync attempt to [0a]: {APPLY}{NOT_FOUND}", Where.CONDITION),
            Message(APPLY + NOT_FOUND, Where.OPERATION),
            Message(RECONCILE, Where.RESOURCE),
            Message("deployment.apps/web configured", Where.RESOURCE),
        ]
    )
    assert ids(found) == ["namespace-not-found", "resource-applied"]
    assert found[0].message.where is Where.RESOURCE


def test_the_match_that_says_more_is_kept() -> None:
    texts = ("no such host", "dial tcp: lookup db.example.net on 10.96.0.10:53: no such host")
    (found,) = match(Message(text, Where.LOG) for text in texts)
    assert found.captures["addr"] == "db.example.net"


def test_the_given_order_changes_nothing() -> None:
    messages = [
        Message(text, where)
        for text in (APPLY + NOT_FOUND, GIT, DEAD, "successfully synced (all tasks run)")
        for where in (Where.OPERATION, Where.CONDITION)
    ]
    assert match(messages) == match(reversed(messages))


def test_progress_is_no_failure() -> None:
    (found,) = operation("successfully synced (all tasks run)")
    assert found.kind is Kind.PROGRESS


def test_waiting_is_a_state() -> None:
    (found,) = operation("waiting for completion of hook batch/Job/db-migrate")
    assert (found.kind, found.captures["hook"]) == (Kind.STATE, "batch/Job/db-migrate")


def test_a_wrapper_is_told_only_where_it_says_all_there_is() -> None:
    (found,) = operation("one or more synchronization tasks completed unsuccessfully")
    assert (found.id, found.kind) == ("apply-failed-wrapper", Kind.WRAPPER)
    assert ids(operation(APPLY + NOT_FOUND)) == ["namespace-not-found"]


def test_a_reason_says_as_much_as_a_text() -> None:
    (found,) = match([Message("see the events", Where.HEALTH, "ImagePullBackOff")])
    assert found.id == "image-pull-backoff"


@pytest.mark.parametrize("text", ["", " \n", "all is well in the garden", "\ud800", "a" * 100_000])
def test_what_nobody_knows_is_not_told(text: str) -> None:
    assert operation(text) == ()


def test_a_long_text_is_read_to_its_end() -> None:
    hostile = 'failed calling webhook "' + '"x509' * 50_000 + " " + NOT_FOUND
    assert "namespace-not-found" in ids(operation(hostile))


def test_nothing_is_read_before_it_is_asked_for() -> None:
    program = (
        "import sys, auditor.signatures as s; from auditor.signatures import catalogue as c; "
        "assert 're2' not in sys.modules; assert c.signatures.cache_info().currsize == 0; "
        "assert len(s.signatures()) > 200"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
