"""Counts that Git and an autoscaler both give."""

from typing import Any, Final

from auditor.argocd.application import Application
from auditor.argocd.autoscaling import Autoscaler, Autoscalers
from auditor.argocd.broad_entries import Pair
from auditor.argocd.field_owners import Writers
from auditor.argocd.releases import NEWEST
from auditor.argocd.replica_fights import ReplicaFight, replica_fights
from auditor.argocd.settings import Settings
from auditor.kube.manifest import Manifest
from auditor.kube.origin import LiveOrigin

IGNORES: Final = [{"group": "apps", "kind": "Deployment", "jsonPointers": ["/spec/replicas"]}]
RESPECTS: Final = {"syncOptions": ["RespectIgnoreDifferences=true"]}
SYSTEM: Final = Settings.parse(
    {"resource.customizations.ignoreDifferences.apps_Deployment": "jsonPointers: [/spec/replicas]"}
)


def manifest(raw: dict[str, Any]) -> Manifest:
    return Manifest(raw, LiveOrigin(""))


def scaler(least: int = 1, most: int = 5) -> Autoscaler:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    raw = {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"scaleTargetRef": target, "minReplicas": least, "maxReplicas": most},
    }
    found = Autoscaler.of(manifest(raw), "", "")
    assert found is not None
    return found


def fights(
    count: int | None = 3,
    *,
    scalers: tuple[Autoscaler, ...] = (scaler(),),
    settings: Settings | None = None,
    live: dict[str, Any] | None = None,
    **spec: Any,
) -> list[ReplicaFight]:
    raw = {"kind": "Application", "metadata": {"name": "shop"}, "spec": {"project": "a", **spec}}
    app = Application.of(manifest(raw), None, NEWEST)
    target: dict[str, Any] = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {} if count is None else {"replicas": count},
    }
    pair = Pair(manifest(target), manifest({**target, **live}) if live else None, "shop")
    return list(replica_fights(app, [pair], Autoscalers.of(scalers), settings, Writers()))


def test_a_count_that_both_give() -> None:
    (found,) = fights()
    assert (found.declared, found.live, found.others, found.is_covered) == (3, None, (), False)
    assert found.object.label == "Deployment shop/web"


def test_no_count_none_to_scale_or_nothing_to_choose() -> None:
    assert not fights(None)
    assert not fights(0)
    assert not fights(scalers=(scaler(2, 2),))
    assert not fights(scalers=())


def test_a_rule_without_respect_is_overwritten_and_one_with_it_is_kept() -> None:
    (found,) = fights(ignoreDifferences=IGNORES)
    assert found.is_covered
    assert not fights(ignoreDifferences=IGNORES, syncPolicy=RESPECTS)
    assert not fights(settings=SYSTEM, syncPolicy=RESPECTS)
    assert [f.is_covered for f in fights(syncPolicy=RESPECTS)] == [False]


def test_who_wrote_the_live_count() -> None:
    entry = {
        "manager": "kube-controller-manager",
        "operation": "Update",
        "subresource": "scale",
        "fieldsV1": {"f:spec": {"f:replicas": {}}},
    }
    meta = {"name": "web", "namespace": "shop", "managedFields": [entry]}
    (found,) = fights(live={"metadata": meta, "spec": {"replicas": 5}})
    assert found.live == 5
    assert [owner.manager for owner in found.others] == ["kube-controller-manager"]
