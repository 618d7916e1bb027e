"""One sync beside those of its siblings."""

from typing import Any, Final

from auditor.argocd.application import Application
from auditor.kube.gap import Gap
from auditor.rulebook import cases
from auditor.snapshot import Missing, Snapshot
from auditor.snapshot.blocked_claims import BlockedClaim, blocked_claims
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.late_siblings import LateMaker, late_makers, users_beside
from auditor.snapshot.sync_families import SYNC_FAMILIES, OwnSync, SyncFamilies

HERE: Final = {"destination": {"name": "in-cluster", "namespace": "s"}}
CLASS: Final = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {
        "name": "local",
        "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
    },
    "volumeBindingMode": "WaitForFirstConsumer",
}


def thing(kind: str, name: str, wave: int | None = None, **fields: Any) -> dict[str, Any]:
    group = {"StatefulSet": "apps/v1", "Application": "argoproj.io/v1alpha1"}
    meta: dict[str, Any] = {"name": name, "namespace": "argocd" if kind == "Application" else "s"}
    if wave is not None:
        meta["annotations"] = {"argocd.argoproj.io/sync-wave": str(wave)}
    return {"apiVersion": group.get(kind, "v1"), "kind": kind, "metadata": meta, **fields}


def user(wave: int | None = None, **volume: Any) -> dict[str, Any]:
    spec = {"template": {"spec": {"volumes": [{"name": "v", **volume}]}}}
    return thing("StatefulSet", "web", wave, spec=spec)


CLAIMS: Final[dict[str, Any]] = {"persistentVolumeClaim": {"claimName": "data"}}
NEEDS: Final[dict[str, Any]] = {"secret": {"secretName": "key"}}


def family(waves: dict[str, int | None], rendered: dict[str, Any], **more: Any) -> Snapshot:
    children = [thing("Application", name, wave, spec=HERE) for name, wave in waves.items()]
    apps = [{"metadata": {"name": "root"}, "spec": HERE}, *children]
    every = {"argocd/root": children, **{f"argocd/{n}": made for n, made in rendered.items()}}
    return cases.snapshot({"applications": apps, "rendered": every, **more})


def looked(snapshot: Snapshot, name: str) -> tuple[OwnSync, SyncFamilies]:
    families, apps = snapshot.look(SYNC_FAMILIES), snapshot.look(APPLICATIONS)
    assert isinstance(families, SyncFamilies)
    assert isinstance(apps, tuple)
    own = families.of(next(app for app in apps if app.name == name))
    assert isinstance(own, OwnSync)
    return own, families


def makers(snapshot: Snapshot, name: str) -> list[LateMaker]:
    return list(late_makers(*looked(snapshot, name)))


def claims(snapshot: Snapshot, name: str) -> list[BlockedClaim]:
    return list(blocked_claims(*looked(snapshot, name)))


def test_what_is_not_rendered_is_a_gap_and_without_renderings_nothing_is_known() -> None:
    snapshot = family({"a": 0}, {"a": {"error": "chart_unreachable"}})
    families, apps = snapshot.look(SYNC_FAMILIES), snapshot.look(APPLICATIONS)
    assert isinstance(families, SyncFamilies)
    assert isinstance(apps, tuple)
    assert [families.of(app) for app in apps if app.name == "a"] == [Gap("chart_unreachable")]
    assert not families.waits
    nothing = cases.snapshot({"applications": []}).look(SYNC_FAMILIES)
    assert isinstance(nothing, Missing)


def test_a_sibling_of_a_later_wave_makes_what_is_needed() -> None:
    rendered = {"a": [user(**NEEDS)], "b": [thing("Secret", "key")]}
    (found,) = makers(family({"a": 0, "b": 1}, rendered), "a")
    assert (found.sibling.app.name, found.needed, found.is_made) == ("b", ("Secret key",), False)
    assert makers(family({"a": 1, "b": 1}, rendered), "a") == []


def test_it_is_made_by_itself_or_earlier_as_well() -> None:
    rendered = {"a": [user(**NEEDS)], "b": [thing("Secret", "key")], "c": [thing("Secret", "key")]}
    assert makers(family({"a": 1, "b": 2, "c": 0}, rendered), "a") == []
    own = {"a": [user(**NEEDS), thing("Secret", "key")], "b": [thing("Secret", "key")]}
    assert makers(family({"a": 0, "b": 1}, own), "a") == []


def test_what_is_live_already_would_only_be_missed_on_a_rebuild() -> None:
    rendered = {"a": [user(**NEEDS)], "b": [thing("Secret", "key")]}
    snapshot = family({"a": 0, "b": 1}, rendered, live=True, objects=[thing("Secret", "key")])
    assert [found.is_made for found in makers(snapshot, "a")] == [True]


def test_foundations_in_wave_zero_are_not_first() -> None:
    def beside(wave: int | None, other: int | None) -> tuple[Application, ...]:
        rendered = {"a": [thing("Secret", "key")], "b": [user()]}
        return users_beside(*looked(family({"a": wave, "b": other}, rendered), "a"))

    assert [app.name for app in beside(0, None)] == ["b"]
    assert beside(-1, None) == ()
    assert beside(None, None) == ()
    assert beside(0, 1) == ()


def test_a_claim_waits_for_a_pod_of_a_later_step() -> None:
    (found,) = claims(
        family({"a": 0}, {"a": [CLASS, thing("PersistentVolumeClaim", "data"), user(1, **CLAIMS)]}),
        "a",
    )
    assert (found.blocked, found.is_inside) == ("StatefulSet s/web", True)
    assert found.storage_class is not None
    assert found.storage_class.ref.name == "local"


def test_a_claim_that_is_used_in_its_own_step_or_bound() -> None:
    claim = thing("PersistentVolumeClaim", "data")
    assert claims(family({"a": 0}, {"a": [CLASS, claim, user(**CLAIMS)]}), "a") == []
    bound = {**claim, "status": {"phase": "Bound"}}
    rendered = {"a": [CLASS, claim, user(1, **CLAIMS)]}
    assert claims(family({"a": 0}, rendered, live=True, objects=[bound]), "a") == []


def test_a_class_that_is_not_known() -> None:
    rendered = {"a": [thing("PersistentVolumeClaim", "data"), user(1, **CLAIMS)]}
    assert [c.storage_class for c in claims(family({"a": 0}, rendered), "a")] == [None]
