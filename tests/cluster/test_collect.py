"""Collecting from a real API server: rights, pages, Secrets, kinds."""

import base64
import json
import pickle
from pathlib import Path
from typing import Final

import pytest
import yaml

from auditor.collector.cluster import ClusterReading, collect
from auditor.collector.connection import Connection, connect
from auditor.collector.discovery import Discovery, discover
from auditor.collector.doctor import check
from auditor.collector.kinds import APPLICATION
from auditor.collector.paging import listed
from auditor.collector.plan import LIVE_NAMES, Plan
from auditor.collector.progress import Silent
from auditor.collector.rbac import bindings, cluster_role
from auditor.collector.request import calling
from auditor.snapshot import Collected, Header, Missing, Snapshot, codec
from tests.support.apiserver import ApiServer

PLAN: Final = Plan()


def labels(reading: ClusterReading, section: str) -> list[str]:
    look = reading.sections[section]
    assert isinstance(look, Collected), look
    return [item.ref.label for item in look.items]


def codes(reading: ClusterReading) -> list[tuple[str, str, str]]:
    return sorted(
        (gap.code, gap.facts.get("resource") or gap.facts.get("kind", ""), gap.facts["namespace"])
        for gap in reading.refusals
    )


@pytest.fixture(scope="module")
def reading(api: ApiServer) -> ClusterReading:
    return collect(api.connect(), PLAN, Silent())


def test_an_administrator_sees_everything(reading: ClusterReading) -> None:
    assert codes(reading) == [("kind_not_installed", "Gone", "")]
    assert labels(reading, "live.applications") == [
        "Application argocd/remote",
        "Application argocd/shop",
        "Application argocd/well",
        "Application audit/unwatched",
        "Application team-a/theirs",
    ]
    assert labels(reading, "live.objects") == [
        "ConfigMap shop/left-behind",  # listed beside the others, and somebody's
        "ConfigMap shop/more-settings",
        "ConfigMap shop/settings",
        "Secret shop/database",
        "Deployment shop/web",
        "HorizontalPodAutoscaler shop/by-hand",
        "ClusterRole shop-reader",
    ]
    assert labels(reading, "live.secrets") == ["Secret argocd/repo-gitops"]
    assert labels(reading, "live.events") == ["Event argocd/application-shop"]
    assert reading.cluster["identity"] == "lab-admin"
    assert reading.cluster["context"] == "lab"
    assert len(reading.cluster["uid"]) == 36
    assert abs(reading.cluster["clock_skew"]) <= 2


def test_the_version_is_that_of_the_controllers_image(reading: ClusterReading) -> None:
    look = reading.sections["live.versions"]
    assert isinstance(look, Collected)
    (item,) = look.items
    assert item.raw["kubernetes"].startswith("v1.")
    assert item.raw["argocd"] == "v3.1.4"
    assert [(w["kind"], w["name"], w["ready"]) for w in item.raw["workloads"]] == [
        ("Deployment", "argocd-server", 0),
        ("StatefulSet", "argocd-application-controller", 0),
    ]


def test_other_clusters_are_gaps_among_the_objects(reading: ClusterReading) -> None:
    look = reading.sections["live.objects"]
    assert isinstance(look, Collected)
    outside = [gap.facts for gap in look.gaps if gap.code == "cluster_outside_snapshot"]
    assert outside == [{"cluster": "elsewhere", "group": "*", "applications": 1, "objects": 2}]


def test_secret_values_are_nowhere(
    api: ApiServer, reading: ClusterReading, planted: str, tmp_path: Path
) -> None:
    kept = api.kubectl("get", "secret", "-A", "-o", "json")
    encoded = base64.b64encode(planted.encode()).decode()
    assert encoded in kept
    codec.write(Snapshot(reading.sections, Header(cluster=reading.cluster)), tmp_path / "s")
    written = b"".join(path.read_bytes() for path in (tmp_path / "s").iterdir())
    for told in (pickle.dumps(reading), written):
        assert b"repo-gitops" in told
        assert planted.encode() not in told
        assert encoded.encode() not in told
    look = reading.sections["live.secrets"]
    assert isinstance(look, Collected)
    (repository,) = look.items
    assert repository.labels == {"argocd.argoproj.io/secret-type": "repository"}
    assert repository.get("metadata", "managedFields", 0, "fieldsV1", "f:data")


def test_small_pages_and_one_thread_read_the_same(api: ApiServer, reading: ClusterReading) -> None:
    small = collect(api.connect(), Plan(page_size=1, concurrency=1), Silent())
    assert small.sections == reading.sections
    assert small.calls > reading.calls + 10


def test_kinds_are_named_in_two_requests_and_in_many(api: ApiServer) -> None:
    connection = api.connect()
    with calling(connection, PLAN) as caller:
        known = discover(caller)
        assert caller.calls == 2
    assert isinstance(known, Discovery)
    served = api.kubectl("api-resources", "--no-headers").splitlines()
    assert len(known.kinds) == len({tuple(line.split()[-3:]) for line in served})
    application = known.find("argoproj.io", "Application")
    assert application is not None
    assert application.path("x", "y") == APPLICATION.path("x", "y")


def test_a_list_of_one_kind_holds_every_page(api: ApiServer) -> None:
    with calling(api.connect(), Plan(page_size=2)) as caller:
        found = listed(caller, APPLICATION)
        assert caller.calls == 3
    assert len(found if isinstance(found, list) else ()) == 5


@pytest.fixture(scope="module")
def partial(api: ApiServer) -> Connection:
    """May list applications in argocd, and read its settings; nothing else."""
    connection = api.connect_as("partial", "audit")
    for role in cluster_role(frozenset({"live.applications", "live.settings"})):
        narrowed = {**role, "kind": "Role"}
        narrowed["metadata"] = {
            "name": f"partial-{role['kind'].lower()}",
            "namespace": "argocd",
        }
        api.apply(narrowed, *bindings([narrowed], "partial", "audit"))
    return connection


def test_lists_fall_back_to_the_namespaces_that_argocd_watches(partial: Connection) -> None:
    reading = collect(partial, PLAN, Silent())
    assert labels(reading, "live.applications") == [
        "Application argocd/remote",
        "Application argocd/shop",
        "Application argocd/well",
    ]
    look = reading.sections["live.applications"]
    assert isinstance(look, Collected)
    (gap,) = look.gaps
    assert gap.code == "forbidden"
    assert gap.facts["read"] == "argocd"
    # the namespaces could not be listed, so nobody knows which ones the pattern means
    assert gap.facts["unresolved"] == "team-*"
    assert len(labels(reading, "live.settings")) == 3
    refused = {name for name, look in reading.sections.items() if isinstance(look, Missing)}
    assert refused == {
        "live.applicationsets",
        "live.projects",
        "live.namespaces",
        "live.secrets",
        "live.events",
    }
    assert reading.cluster["identity"] == "system:serviceaccount:audit:partial"
    assert reading.cluster["uid"] == ""


def test_the_doctor_says_beforehand_what_the_collector_finds(partial: Connection) -> None:
    found = {(a.resource, a.verb, a.namespace): a.allowed for a in check(partial, PLAN)}
    assert found["applications", "list", ""] is False
    assert found["applications", "list", "argocd"] is True
    assert found["configmaps", "get", "argocd"] is True
    assert found["secrets", "list", "argocd"] is False
    assert found["namespaces", "list", ""] is False


def test_the_roles_suffice_and_secrets_are_optional(api: ApiServer) -> None:
    connection = api.connect_as("auditor", "audit")
    everywhere, own, optional = cluster_role()
    api.apply(everywhere, own, *bindings([everywhere, own], "auditor", "audit"))
    without = collect(connection, PLAN, Silent())
    assert codes(without) == [
        ("forbidden", "secrets", "argocd"),
        ("forbidden", "secrets", "shop"),
        ("kind_not_installed", "Gone", ""),
    ]
    api.apply(optional, *bindings([optional], "auditor", "audit"))
    allowed = collect(connection, PLAN, Silent())
    assert codes(allowed) == [
        ("forbidden", "secrets", "shop"),
        ("kind_not_installed", "Gone", ""),
    ]
    assert labels(allowed, "live.secrets") == ["Secret argocd/repo-gitops"]
    assert all(access.allowed for access in check(connection, PLAN))


def test_a_wrong_token_is_one_reason_for_everything(api: ApiServer, tmp_path: Path) -> None:
    path = tmp_path / "kubeconfig"
    good = api.connect_as("soon-gone", "audit")
    text = (api.kubeconfig.parent / "soon-gone.kubeconfig").read_text()
    path.write_text(text.replace("token: ", "token: x"))
    reading = collect(connect(path), PLAN, Silent())
    assert [gap.code for gap in reading.refusals] == ["unauthorized"]
    assert reading.calls == 2
    assert set(reading.sections) == LIVE_NAMES
    assert good.server == reading.cluster["server"]


def test_an_unknown_certificate_authority_is_told(api: ApiServer, tmp_path: Path) -> None:
    path = tmp_path / "kubeconfig"
    lines = api.kubeconfig.read_text().splitlines()
    kept = [
        f'  cluster: {{server: "https://{api.connect().server}"}}'
        if "certificate-authority-data" in line
        else line
        for line in lines
    ]
    path.write_text("\n".join(kept))
    reading = collect(connect(path), PLAN, Silent())
    assert [gap.code for gap in reading.refusals] == ["tls"]


def test_a_credential_plugin_lets_in(api: ApiServer, tmp_path: Path) -> None:
    api.connect_as("by-plugin", "audit")
    user = yaml.safe_load((api.kubeconfig.parent / "by-plugin.kubeconfig").read_text())
    token = user["users"][0]["user"].pop("token")
    version = "client.authentication.k8s.io/v1"
    said = {"apiVersion": version, "kind": "ExecCredential", "status": {"token": token}}
    (tmp_path / "said.json").write_text(json.dumps(said))
    plugin = {"apiVersion": version, "command": "cat", "args": [str(tmp_path / "said.json")]}
    user["users"][0]["user"]["exec"] = {**plugin, "interactiveMode": "Never"}
    (tmp_path / "kubeconfig").write_text(yaml.safe_dump(user))
    before = (tmp_path / "kubeconfig").read_bytes()
    reading = collect(connect(tmp_path / "kubeconfig"), PLAN, Silent())
    assert reading.cluster["identity"] == "system:serviceaccount:audit:by-plugin"
    assert token not in repr(reading)
    assert (tmp_path / "kubeconfig").read_bytes() == before
