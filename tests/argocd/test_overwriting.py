"""Which objects a sync replaces, or deletes and creates."""

from typing import Any

from auditor.argocd.cluster import LiveObjects
from auditor.argocd.overwriting import Way, overwritten, pairs_of, replaces_by_list
from auditor.argocd.releases import NEWEST, Version
from auditor.argocd.sync_context import ApplySettings
from auditor.kube.manifest import Manifest
from auditor.kube.origin import LiveOrigin

ALL = ApplySettings(replaces=True)
BOTH = "Replace=true,Force=true"


def manifest(kind: str, options: str = "", name: str = "a", version: str = "v1") -> Manifest:
    meta: dict[str, Any] = {"name": name, "namespace": "shop"}
    if options:
        meta["annotations"] = {"argocd.argoproj.io/sync-options": options}
    return Manifest({"apiVersion": version, "kind": kind, "metadata": meta}, LiveOrigin(""))


def ways(
    *targets: Manifest, settings: ApplySettings | None = None, version: Version = NEWEST
) -> dict[Way, list[str]]:
    found = overwritten(pairs_of(targets, "shop", None), settings or ApplySettings(), version)
    return {way: [pair.target.ref.kind for pair in pairs] for way, pairs in found.items()}


def test_each_object_by_what_is_done_to_it() -> None:
    targets = (
        manifest("Service", "Replace=true"),
        manifest("ConfigMap", "Force=true"),
        manifest("PersistentVolumeClaim", BOTH),
        manifest("Secret"),
    )
    assert ways(*targets) == {
        Way.RECREATE: ["PersistentVolumeClaim"],
        Way.FORCE: ["ConfigMap"],
        Way.REPLACE: ["Service"],
    }


def test_the_list_alone_is_no_choice_of_an_object() -> None:
    assert ways(manifest("Service"), settings=ALL) == {}
    assert ways(manifest("Service", "Force=true"), settings=ALL) == {Way.RECREATE: ["Service"]}


def test_definitions_are_updated_and_jobs_thrown_away() -> None:
    definition = manifest("CustomResourceDefinition", BOTH, version="apiextensions.k8s.io/v1")
    job = manifest("Job", BOTH, version="batch/v1")
    assert ways(definition, job, manifest("Pod", BOTH)) == {}
    assert not replaces_by_list((definition, job))
    assert not replaces_by_list(())
    assert replaces_by_list((definition, manifest("Service")))


def test_a_namespace_is_never_deleted_by_it() -> None:
    assert ways(manifest("Namespace", BOTH)) == {Way.REPLACE: ["Namespace"]}


def test_an_error_deletes_nothing() -> None:
    server_side = ApplySettings(applies_server_side=True)
    assert ways(manifest("Service", "Force=true"), settings=server_side) == {}


def test_older_releases_do_not_read_force() -> None:
    assert ways(manifest("Service", "Force=true"), version=Version(2, 11)) == {}
    assert ways(manifest("Service", BOTH), version=Version(2, 11)) == {Way.REPLACE: ["Service"]}


def test_the_live_object_counts_too() -> None:
    live = LiveObjects.of((manifest("Service", BOTH),), ())
    (pair,) = pairs_of((manifest("Service"),), "shop", live)
    assert pair.live is not None
    assert list(overwritten((pair,), ApplySettings(), NEWEST)) == [Way.RECREATE]
