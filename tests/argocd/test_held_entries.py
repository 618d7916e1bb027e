"""What an ignore rule holds back over all objects of an Application."""

from typing import Any

from auditor.argocd.application import Application
from auditor.argocd.broad_entries import Pair
from auditor.argocd.field_owners import Writers
from auditor.argocd.held_entries import HeldByEntry, held_by_entries, is_about_to_sync
from auditor.argocd.releases import NEWEST
from auditor.argocd.settings import Settings
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.origin import LiveOrigin

RULE = {"kind": "ConfigMap", "jsonPointers": ["/data"]}
WROTE = {
    "manager": "argocd-controller",
    "operation": "Apply",
    "fieldsV1": {"f:data": {"f:level": {}}},
}


def application(**spec: Any) -> Application:
    raw = {
        "kind": "Application",
        "metadata": {"name": "shop"},
        "spec": {"ignoreDifferences": [RULE, {**RULE, "kind": "Secret"}], **spec},
        "status": {"sync": {"status": "OutOfSync"}},
    }
    return Application.of(None, Manifest(raw, LiveOrigin("")), NEWEST)


def pair(name: str, before: str, after: str, kind: str = "ConfigMap") -> Pair:
    meta = {"name": name, "namespace": "shop"}
    raw = {"apiVersion": "v1", "kind": kind, "metadata": meta, "data": {"level": after}}
    live = {**raw, "metadata": {**meta, "managedFields": [WROTE]}, "data": {"level": before}}
    return Pair(Manifest(raw, LiveOrigin("")), Manifest(live, LiveOrigin("")), "shop")


def held(*pairs: Pair) -> list[HeldByEntry | Gap]:
    return list(held_by_entries(application(), pairs, Settings.parse(None), Writers()))


def test_changes_of_all_objects_behind_one_rule() -> None:
    (found,) = held(pair("b", "info", "debug"), pair("a", "1", "2"), pair("c", "same", "same"))
    assert isinstance(found, HeldByEntry)
    assert found.entry.index == 0
    assert [ref.label for ref in found.objects] == ["ConfigMap shop/a", "ConfigMap shop/b"]
    assert [change.pointer for change in found.changes] == ["/data/level", "/data/level"]


def test_nothing_is_held_back() -> None:
    assert held(pair("a", "same", "same")) == []
    assert held() == []


def test_values_of_secrets_are_not_compared() -> None:
    (found,) = held(pair("a", "1", "2", kind="Secret"))
    assert found == Gap("secret_values_not_read", {"object": "Secret shop/a"})


def test_a_sync_that_is_due_takes_the_fields_along() -> None:
    respects = {"automated": {}, "syncOptions": ["RespectIgnoreDifferences=true"]}
    assert is_about_to_sync(application(syncPolicy={"automated": {}}))
    assert not is_about_to_sync(application())
    assert not is_about_to_sync(application(syncPolicy=respects))
