"""Why a workload does not get on, from pods, conditions and events."""

from typing import Any

import pytest

from auditor.argocd.troubles import Troubles
from auditor.kube.manifest import Manifest
from auditor.kube.origin import LiveOrigin
from auditor.kube.ref import ResourceRef

WEB = ResourceRef("apps", "Deployment", "shop", "web")


def live(raw: dict[str, Any]) -> Manifest:
    return Manifest(raw, LiveOrigin(""))


def pod(name: str, state: dict[str, Any], last: dict[str, Any] | None = None) -> Manifest:
    container = {"name": "app", "image": "r/x:1", "state": state, "lastState": last or {}}
    return live(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "namespace": "shop"},
            "status": {"phase": "Running", "containerStatuses": [container]},
        }
    )


def event(kind: str, name: str, message: str, type_: str = "Warning") -> Manifest:
    about = {"kind": kind, "namespace": "shop", "name": name}
    raw = {"kind": "Event", "type": type_, "reason": "R", "message": message, "count": 3}
    return live({**raw, "metadata": {"name": name}, "involvedObject": about})


CRASH = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off restarting"}}


@pytest.mark.parametrize(
    ("kind", "own", "foreign"),
    [
        ("Deployment", "web-69cb585db8-7kx2p", "web-admin-69cb585db8-7kx2p"),
        ("StatefulSet", "web-0", "web-cache-0"),
        ("DaemonSet", "web-x7k2p", "web-x7k2p-x7k2p-x7k2p"),
        ("Job", "web-x7k2p", "web-backup-x7k2p-99999"),
        ("CronJob", "web-29394720-x7k2p", "web-nightly-29394720-x7k2p"),
    ],
)
def test_pods_belong_to_the_workload_that_made_them(kind: str, own: str, foreign: str) -> None:
    ref = ResourceRef("", kind, "shop", "web")
    told = Troubles.of([pod(own, CRASH), pod(foreign, CRASH)], []).about(ref)
    assert [one.about for one in told] == [f"Pod {own}"]


def test_pods_say_more_than_conditions_and_these_more_than_events() -> None:
    condition = {"type": "ReplicaFailure", "status": "True", "message": "exceeded quota: q"}
    deployment = live({"kind": "Deployment", "status": {"conditions": [condition]}})
    warned = [event("Pod", "web-69cb585db8-7kx2p", "0/3 nodes are available")]
    ill = [pod("web-69cb585db8-7kx2p", CRASH)]
    assert Troubles.of(ill, warned).about(WEB, deployment)[0].message == "back-off restarting"
    assert Troubles.of([], warned).about(WEB, deployment)[0].message == "exceeded quota: q"
    (told,) = Troubles.of([], warned).about(WEB)
    assert (told.message, told.count) == ("0/3 nodes are available", 3)


def test_events_of_the_ordinary_kind_and_of_others_say_nothing() -> None:
    told = Troubles.of(
        [],
        [event("Pod", "web-69cb585db8-7kx2p", "Pulled", "Normal"), event("Node", "web", "full")],
    )
    assert told.about(WEB) == ()
    assert told.warned == {"Node shop/web": 3}


def test_an_earlier_end_matters_to_a_container_that_crashes_alone() -> None:
    ended = {"terminated": {"reason": "OOMKilled", "exitCode": 137}}
    name = "web-69cb585db8-7kx2p"
    assert [o.reason for o in Troubles.of([pod(name, CRASH, ended)], []).about(WEB)] == [
        "CrashLoopBackOff",
        "OOMKilled",
    ]
    pulling = {"waiting": {"reason": "ImagePullBackOff"}}
    (told,) = Troubles.of([pod(name, pulling, ended)], []).about(WEB)
    assert told.message == 'ImagePullBackOff: Back-off pulling image "r/x:1"'


def test_a_container_that_starts_is_no_trouble() -> None:
    name = "web-69cb585db8-7kx2p"
    starting = pod(name, {"waiting": {"reason": "ContainerCreating"}})
    done = pod(name, {"terminated": {"exitCode": 0, "reason": "Completed"}})
    assert Troubles.of([starting, done], []).about(WEB) == ()


@pytest.mark.parametrize("raw", [{}, {"status": []}, {"status": {"containerStatuses": [1, {}]}}])
def test_pods_of_any_shape_are_read(raw: dict[str, Any]) -> None:
    meta = {"name": "web-69cb585db8-7kx2p", "namespace": "shop"}
    odd = live({"kind": "Pod", "metadata": meta, **raw})
    assert Troubles.of([odd], [live({"type": "Warning"})]).about(WEB) == ()
