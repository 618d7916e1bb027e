"""Who makes namespaces, in what order, and of which cluster a snapshot speaks."""

from typing import Any

import pytest

from auditor.argocd.application import Application
from auditor.argocd.providers import Order, Providers, Way
from auditor.rulebook.cases import snapshot
from auditor.snapshot import Header, Snapshot
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.providers import NAMESPACE_PROVIDERS, SEEN_CLUSTER, SeenCluster

NAMESPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}


def application(name: str, wave: str = "", /, **destination: str) -> dict[str, Any]:
    annotations = {"argocd.argoproj.io/sync-wave": wave} if wave else {}
    spec = {"destination": {"name": "in-cluster", **destination}}
    return {"metadata": {"name": name, "annotations": annotations}, "spec": spec}


def child(name: str) -> dict[str, Any]:
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": name},
    }


def named(seen: Snapshot, name: str) -> Application:
    applications = seen.look(APPLICATIONS)
    assert isinstance(applications, tuple)
    return next(app for app in applications if app.name == name)


def providers(seen: Snapshot) -> Providers:
    found = seen.look(NAMESPACE_PROVIDERS)
    assert isinstance(found, Providers)
    return found


@pytest.mark.parametrize(
    ("waves", "order"),
    [(("-1", "0"), Order.BEFORE), (("0", "0"), Order.NOT_BEFORE), (("1", ""), Order.NOT_BEFORE)],
)
def test_waves_of_siblings_decide(waves: tuple[str, str], order: Order) -> None:
    seen = snapshot(
        {
            "applications": [
                application("root"),
                application("maker", waves[0]),
                application("user", waves[1]),
            ],
            "rendered": {
                "argocd/root": [child("maker"), child("user")],
                "argocd/maker": [NAMESPACE],
            },
        }
    )
    (one,) = providers(seen).ordered(named(seen, "user"), "shop")
    assert (one.order, one.provider.way, one.provider.label) == (
        order,
        Way.MANIFEST,
        "argocd/maker",
    )


def test_parents_in_a_circle_end() -> None:
    seen = snapshot(
        {
            "applications": [application("a"), application("b"), application("maker")],
            "rendered": {
                "argocd/a": [child("b")],
                "argocd/b": [child("a")],
                "argocd/maker": [NAMESPACE],
            },
        }
    )
    (one,) = providers(seen).ordered(named(seen, "a"), "shop")
    assert one.order is Order.UNKNOWN


def test_a_hook_for_failures_makes_nothing_in_time() -> None:
    def hook(kind: str) -> dict[str, Any]:
        meta = {"name": "shop", "annotations": {"argocd.argoproj.io/hook": kind}}
        return {**NAMESPACE, "metadata": meta}

    def ways(kind: str) -> list[Way]:
        seen = snapshot(
            {"applications": [application("a")], "rendered": {"argocd/a": [hook(kind)]}}
        )
        return [provider.way for provider in providers(seen).all]

    assert ways("PreSync") == [Way.HOOK]
    assert ways("SyncFail") == []
    assert ways("presync") == []


def test_a_file_counts_where_nobody_delivers_it() -> None:
    case: dict[str, Any] = {"applications": [application("a")], "manifests": [NAMESPACE]}
    assert [p.way for p in providers(snapshot(case)).all] == [Way.FILE]


@pytest.mark.parametrize(
    ("destination", "code"),
    [
        ({"name": "in-cluster"}, ""),
        ({"name": "", "server": "https://kubernetes.default.svc"}, ""),
        ({"name": "", "server": "https://kubernetes.default.svc.cluster.local:443/"}, ""),
        ({"name": "", "server": "https://10.0.0.1:6443"}, ""),
        ({"name": "", "server": "https://10.0.0.1"}, "cluster_outside_snapshot"),
        (
            {"name": "", "server": "https://10.0.0.1:6443/clusters/1"},
            "cluster_outside_snapshot",
        ),
        ({"name": "", "server": "not a url:x"}, "cluster_outside_snapshot"),
        ({"name": "other"}, "cluster_outside_snapshot"),
        ({"name": ""}, "cluster_outside_snapshot"),
    ],
)
def test_which_destinations_are_the_cluster_that_was_read(
    destination: dict[str, str], code: str
) -> None:
    case = snapshot({"applications": [application("a", **destination)], "live": True})
    seen = Snapshot(case.sections, Header(cluster={"server": "10.0.0.1:6443"}))
    cluster = seen.look(SEEN_CLUSTER)
    assert isinstance(cluster, SeenCluster)
    gap = cluster.why_not(named(seen, "a"))
    assert (gap.code if gap else "") == code


def test_who_is_neither_live_nor_delivered_by_somebody_live_is_a_stranger() -> None:
    seen = snapshot(
        {
            "applications": [application("child"), application("elsewhere")],
            "live": [application("root")],
            "rendered": {"argocd/root": [child("child")]},
        }
    )
    cluster = seen.look(SEEN_CLUSTER)
    assert isinstance(cluster, SeenCluster)
    assert [ref.name for ref in cluster.strangers] == ["elsewhere"]
