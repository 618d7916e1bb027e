"""What a client does with answers that no recording holds: expired pages, nonsense, no answer."""

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Final

import pytest

from auditor.collector.cluster import ClusterReading, collect
from auditor.collector.connection import Connection, Unreachable, address, connect, host_and_port
from auditor.collector.discovery import Discovery
from auditor.collector.doctor import check
from auditor.collector.installation import version_of, watched_namespaces, workloads
from auditor.collector.kinds import APPLICATION, CONFIG_MAP, SECRET
from auditor.collector.managed import outside, outside_gaps, wanted
from auditor.collector.paging import Raw, listed
from auditor.collector.plan import LIVE_NAMES, Plan
from auditor.collector.progress import Silent
from auditor.collector.refusal import clean
from auditor.collector.request import calling
from auditor.kube.gap import Gap
from auditor.snapshot import Missing
from tests.support.scripted import NEVER_TOLD, Answers, Reply, kubeconfig_to, scripted

PLAN: Final = Plan(page_size=2, timeout=timedelta(seconds=1))
NAMES: Final = ("a", "b", "c", "d", "e")


def status(code: int, message: str = "", **meta: str) -> Reply:
    body = {"kind": "Status", "apiVersion": "v1", "metadata": meta, "message": message}
    return Reply({**body, "code": code}, code)


def page(names: tuple[str, ...], token: str = "", kind: str = "ConfigMapList") -> Reply:
    items = [{"metadata": {"name": name, "namespace": "x"}, "data": {"k": name}} for name in names]
    return Reply({"kind": kind, "metadata": {"continue": token}, "items": items})


def ask(answers: Answers, folder: Path, plan: Plan = PLAN) -> tuple[list[Raw] | Gap, list[str]]:
    with scripted(answers, folder) as (connection, asked), calling(connection, plan) as caller:
        return listed(caller, CONFIG_MAP), asked


def named(found: list[Raw] | Gap) -> list[str]:
    assert isinstance(found, list), found
    return [raw["metadata"]["name"] for raw in found]


def test_pages_are_put_together(tmp_path: Path) -> None:
    def answers(_: str, query: Mapping[str, str]) -> Reply:
        start = int(query.get("continue", "0"))
        end = start + int(query["limit"])
        return page(NAMES[start:end], str(end) if end < len(NAMES) else "")

    found, asked = ask(answers, tmp_path)
    assert named(found) == list(NAMES)
    assert len(asked) == 3
    assert isinstance(found, list)
    assert found[0]["apiVersion"] == "v1"
    assert found[0]["kind"] == "ConfigMap"


def test_an_expired_list_goes_on_with_the_fresh_token(tmp_path: Path) -> None:
    def answers(_: str, query: Mapping[str, str]) -> Reply:
        match query.get("continue"):
            case None:
                return page(("a", "b"), "old")
            case "old":
                return status(410, "too old", **{"continue": "fresh"})
            case _:
                return page(("b", "c"))

    found, asked = ask(answers, tmp_path)
    assert named(found) == ["a", "b", "c"]
    assert len(asked) == 3


def test_an_expired_list_without_a_fresh_token_begins_again_without_pages(tmp_path: Path) -> None:
    def answers(_: str, query: Mapping[str, str]) -> Reply:
        if "continue" in query:
            return status(410, "too old")
        return page(("a", "gone"), "old") if "limit" in query else page(("a", "b", "c"))

    found, asked = ask(answers, tmp_path)
    assert named(found) == ["a", "b", "c"]
    assert asked[-1] == "/api/v1/configmaps"


def test_a_list_that_expires_again_is_a_gap(tmp_path: Path) -> None:
    def answers(_: str, query: Mapping[str, str]) -> Reply:
        is_first = "continue" not in query
        return page(("a",), "old") if is_first else status(410, "old", **{"continue": "x"})

    found, asked = ask(answers, tmp_path)
    assert isinstance(found, Gap)
    assert found.code == "expired"
    assert len(asked) == 3


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(b"<html>login</html>"), "bad_answer"),
        (Reply(b'{"kind": "ConfigMapList", "items": ['), "bad_answer"),
        (Reply([1, 2]), "bad_answer"),
        (Reply({"kind": "ConfigMapList", "items": "none"}), "bad_answer"),
        (Reply(b"moved", 302, {"Location": "http://127.0.0.1:1/"}), "bad_answer"),
        (Reply(b"Too many requests, please try again later.", 429), "throttled"),
        (status(400, "unable to parse"), "bad_answer"),
        (status(500, "etcd"), "server_error"),
        (Reply(b"404 page not found\n", 404), "kind_not_installed"),
    ],
)
def test_every_answer_has_a_code(tmp_path: Path, reply: Reply, code: str) -> None:
    found, asked = ask(lambda *_: reply, tmp_path, Plan(attempts=2))
    assert isinstance(found, Gap)
    assert found.code == code
    assert found.facts["resource"] == "configmaps"
    assert found.facts["verb"] == "list"
    assert len(asked) == (2 if code in ("throttled", "server_error") else 1)


def test_a_server_that_asks_for_too_long_a_wait_is_not_waited_for(tmp_path: Path) -> None:
    reply = Reply(b"later", 429, {"Retry-After": "3600"})
    started = time.monotonic()
    found, asked = ask(lambda *_: reply, tmp_path)
    assert isinstance(found, Gap)
    assert len(asked) == 1
    assert time.monotonic() - started < 2


def test_secrets_that_are_sent_whole_are_not_kept(tmp_path: Path) -> None:
    seen = page(("a",), kind="SecretList")
    with (
        scripted(lambda *_: seen, tmp_path) as (connection, _),
        calling(connection, PLAN) as caller,
    ):
        assert isinstance(listed(caller, SECRET), Gap)


def test_secret_metadata_loses_copies_of_the_values(tmp_path: Path) -> None:
    note = {"kubectl.kubernetes.io/last-applied-configuration": '{"data":{"p":"cGxhbnRlZA=="}}'}
    item = {
        "kind": "PartialObjectMetadata",
        "metadata": {"name": "a", "namespace": "x", "annotations": note},
        "data": {"p": "cGxhbnRlZA=="},
    }
    body = {"kind": "PartialObjectMetadataList", "metadata": {}, "items": [item]}
    with (
        scripted(lambda *_: Reply(body), tmp_path) as (connection, _),
        calling(connection, PLAN) as caller,
    ):
        found = listed(caller, SECRET)
    assert named(found) == ["a"]
    assert "cGxhbnRlZA" not in json.dumps(found)
    assert isinstance(found, list)
    assert (found[0]["apiVersion"], found[0]["kind"]) == ("v1", "Secret")


def everything(reading: ClusterReading) -> str:
    return repr(reading)


def test_the_token_is_told_nowhere(tmp_path: Path) -> None:
    told = status(
        403, f"token {NEVER_TOLD} Bearer {NEVER_TOLD} https://me:{NEVER_TOLD}@h/ is forbidden"
    )
    with scripted(lambda *_: told, tmp_path) as (connection, _):
        reading = collect(connection, PLAN, Silent())
        assert NEVER_TOLD not in repr(connection)
    assert "is forbidden" in everything(reading)
    assert NEVER_TOLD not in everything(reading)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://127.0.0.1:1", "unreachable"),
        ("https://127.0.0.1:1", "unreachable"),
        ("https://no-such-host.invalid:6443", "unreachable"),
    ],
)
def test_a_server_that_is_not_there_costs_one_short_attempt(
    tmp_path: Path, url: str, code: str
) -> None:
    started = time.monotonic()
    connection = connect(kubeconfig_to(url, tmp_path))
    reading = collect(connection, Plan(sections=LIVE_NAMES), Silent())
    assert time.monotonic() - started < 5
    assert {gap.code for gap in reading.refusals} == {code}
    assert len(reading.refusals) == 1
    assert all(isinstance(look, Missing) for look in reading.sections.values())
    assert all(access.allowed is None for access in check(connection, Plan()))


def test_broken_tls_is_called_that(tmp_path: Path) -> None:
    with scripted(lambda *_: Reply({}), tmp_path) as (connection, _):
        url = connection.url.replace("http://", "https://")
        reading = collect(connect(kubeconfig_to(url, tmp_path)), PLAN, Silent())
    assert [gap.code for gap in reading.refusals] == ["tls"]


def test_a_server_that_dies_half_way_is_noticed(tmp_path: Path) -> None:
    def answers(path: str, _: Mapping[str, str]) -> Reply:
        # a body that is shorter than announced: the connection ends in the middle
        cut = Reply(b'{"kind": ', 200, {"Content-Length": "900", "Connection": "close"})
        return Reply({"gitVersion": "v1.30.0"}) if path == "/version" else cut

    with scripted(answers, tmp_path) as (connection, _):
        started = time.monotonic()
        reading = collect(connection, Plan(attempts=2, timeout=timedelta(seconds=0.5)), Silent())
    assert time.monotonic() - started < 20
    codes = {gap.code for gap in reading.refusals}
    assert codes <= {"unreachable", "timed_out", "bad_answer"}
    assert isinstance(reading.sections["live.applications"], Missing)


def test_the_clocks_difference_is_told(tmp_path: Path) -> None:
    there = datetime.now(UTC) + timedelta(minutes=7)
    reply = Reply({"kind": "Status"}, 403, {"Date": format_datetime(there, usegmt=True)})
    with scripted(lambda *_: reply, tmp_path) as (connection, _):
        reading = collect(connection, PLAN, Silent())
    assert 410 <= reading.cluster["clock_skew"] <= 421


@pytest.mark.parametrize(
    ("content", "context", "code"),
    [
        (None, None, "kubeconfig_missing"),
        ("", None, "kubeconfig_broken"),
        ("[1, 2]", None, "kubeconfig_broken"),
        ("{a: b: secret-in-the-line}", None, "kubeconfig_broken"),
        ("contexts: []\nclusters: []\nusers: []", None, "kubeconfig_broken"),
        (
            json.dumps({"contexts": [{"name": "a"}], "current-context": "a"}),
            None,
            "kubeconfig_broken",
        ),
    ],
)
def test_a_kubeconfig_that_cannot_be_used_is_told(
    tmp_path: Path, content: str | None, context: str | None, code: str
) -> None:
    path = tmp_path / "kubeconfig"
    if content is not None:
        path.write_text(content)
    with pytest.raises(Unreachable) as raised:
        connect(path, context)
    assert raised.value.code == code
    assert "secret" not in str(raised.value.facts)


def test_an_unknown_context_names_those_that_exist(tmp_path: Path) -> None:
    with pytest.raises(Unreachable) as raised:
        connect(kubeconfig_to("https://h:1", tmp_path), "prod")
    assert raised.value.code == "context_unknown"
    assert raised.value.facts["known"] == "here"


def test_outside_a_pod_there_is_no_service_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    with pytest.raises(Unreachable) as raised:
        connect(in_cluster=True)
    assert raised.value.code == "not_in_cluster"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://api.example", "api.example:443"),
        ("https://API.example:6443/k8s/clusters/c-1", "api.example:6443"),
        ("http://127.0.0.1:8001", "127.0.0.1:8001"),
        ("https://user:pw@h.example", "h.example:443"),
        ("https://[::1]:6443", "[::1]:6443"),
        ("https://h:port", ""),
        ("", ""),
    ],
)
def test_a_server_is_host_and_port(url: str, expected: str) -> None:
    assert host_and_port(url) == expected


def application(destination: dict[str, str], *entries: tuple[str, str, str, str]) -> dict[str, Any]:
    resources = [
        {"group": g, "kind": k, "namespace": ns, "name": n, "version": "v1"}
        for g, k, ns, n in entries
    ]
    return {"spec": {"destination": destination}, "status": {"resources": resources}}


@pytest.mark.parametrize(
    ("destination", "expected"),
    [
        ({"server": "https://kubernetes.default.svc"}, ""),
        ({"server": "https://kubernetes.default.svc:443/"}, ""),
        ({"name": "in-cluster"}, ""),
        ({"server": "https://api.example:6443"}, ""),
        ({"server": "https://api.other:6443"}, "https://api.other:6443"),
        ({"server": "https://me:pw@api.other"}, "https://api.other"),
        ({"name": "prod-eu"}, "prod-eu"),
    ],
)
def test_destinations_of_this_cluster_are_known(destination: dict[str, str], expected: str) -> None:
    assert outside(application(destination), "api.example:6443") == expected


def test_clusters_behind_one_gateway_are_told_apart() -> None:
    here = address("https://gate.example/k8s/clusters/a/")
    own, other = (f"https://gate.example/k8s/clusters/{name}" for name in "ab")
    assert outside(application({"server": own}), here) == ""
    assert outside(application({"server": other}), here) == other


def test_other_clusters_are_one_gap_each() -> None:
    there = {"name": "prod-eu"}
    entry = ("", "ConfigMap", "x", "a")
    apps = [application(there, entry, entry), application(there, entry), application({})]
    (gap,) = outside_gaps(apps, "h:1")
    assert gap.code == "cluster_outside_snapshot"
    assert gap.facts == {"cluster": "prod-eu", "group": "*", "applications": 2, "objects": 3}
    assert wanted(apps, "h:1", Discovery(())) == ([], [])


def test_kinds_of_a_group_that_did_not_answer_are_not_called_absent() -> None:
    apps = [
        application({}, ("metrics.example", "Thing", "x", "a"), ("gone.example", "B", "x", "b"))
    ]
    down = Gap("server_error", {"group": "metrics.example"})
    _, gaps = wanted(apps, "h:1", Discovery((APPLICATION,), (down,)))
    assert [(gap.code, gap.facts["group"]) for gap in gaps] == [
        ("kind_not_installed", "gone.example"),
        ("server_error", "metrics.example"),
    ]


def test_watched_namespaces_are_names_globs_and_expressions() -> None:
    params = {"data": {"application.namespaces": "team-a, web-*,/^ops-[0-9]$/,/[/"}}
    there = [{"metadata": {"name": n}} for n in ("web-1", "ops-1", "ops-11", "other")]
    own = "argocd"
    assert watched_namespaces(params, there, own) == (["argocd", "ops-1", "team-a", "web-1"], [])
    unknown = Gap("forbidden")
    names, unresolved = watched_namespaces(params, unknown, own)
    assert names == ["argocd", "team-a"]
    assert unresolved == ["web-*", "/^ops-[0-9]$/", "/[/"]


@pytest.mark.parametrize(
    ("images", "expected"),
    [
        ({"argocd-application-controller": "quay.io/argoproj/argocd:v3.1.0"}, "v3.1.0"),
        ({"argo-argocd-server": "r.example:5000/argocd:v2.14.2@sha256:00"}, "v2.14.2"),
        ({"argocd-server": "a/b:v1", "argocd-application-controller": "a/b:v2"}, "v2"),
        ({"argocd-server": "r.example:5000/argocd"}, ""),
        ({"unrelated": "a/b:v9"}, ""),
    ],
)
def test_the_version_is_the_controllers_image_tag(images: dict[str, str], expected: str) -> None:
    found = [
        {
            "kind": "Deployment",
            "metadata": {"name": name},
            "spec": {"template": {"spec": {"containers": [{"image": image}]}}},
        }
        for name, image in images.items()
    ]
    assert version_of(workloads(found)) == expected


def test_messages_are_cut_and_cleaned() -> None:
    assert len(clean("x" * 1000)) == 300
    assert clean("a\n  b <urllib3.connection.X object at 0x7f00>: refused") == "a b refused"
    assert "eyJhbGciOi" not in clean("invalid eyJhbGciOiJSUzI1NiJ9.e30.abc_def bearer token")


def test_a_connection_can_be_used_twice(tmp_path: Path) -> None:
    with scripted(lambda *_: page(("a",)), tmp_path) as (connection, _):
        assert isinstance(connection, Connection)
        for _ in range(2):
            with calling(connection, PLAN) as caller:
                assert named(listed(caller, CONFIG_MAP)) == ["a"]
