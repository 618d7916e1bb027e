"""Fields that a rule hides and a sync resets."""

from typing import Any

from auditor.argocd.cluster import LiveObjects
from auditor.argocd.field_owners import Writers
from auditor.argocd.ignore_differences import rules_of
from auditor.argocd.overwritten_fields import Overwritten, are_kept, overwritten_fields
from auditor.argocd.settings import Settings
from auditor.kube.manifest import Manifest
from auditor.kube.origin import LiveOrigin


def ingress(
    value: str, manager: str = "", kind: str = "Ingress", namespace: str = "shop"
) -> Manifest:
    meta: dict[str, Any] = {"name": "web", "annotations": {"a": value}}
    if namespace:
        meta["namespace"] = namespace
    if manager:
        fields: dict[str, Any] = {"f:metadata": {"f:annotations": {"f:a": {}}}}
        meta["managedFields"] = [{"manager": manager, "operation": "Update", "fieldsV1": fields}]
    raw = {"apiVersion": "networking.k8s.io/v1", "kind": kind, "metadata": meta}
    return Manifest(raw, LiveOrigin(""))


def found(
    target: Manifest, live: Manifest | None, pointer: str = "/metadata/annotations/a"
) -> list[Overwritten]:
    written = {"group": "networking.k8s.io", "kind": "Ingress", "jsonPointers": [pointer]}
    (entry,) = rules_of({"ignoreDifferences": [written]})
    objects = LiveObjects.of((live,) if live else (), ())
    return list(overwritten_fields(entry, [target], "shop", objects, Writers()))


def test_a_field_that_another_writer_owns() -> None:
    (field,) = found(ingress("git"), ingress("live", "cert-manager"))
    assert (field.pointer, field.manager) == ("/metadata/annotations/a", "cert-manager")
    (field,) = found(ingress("git", namespace=""), ingress("live", "cert-manager"))
    assert field.live is not None


def test_argo_cd_people_and_fields_that_git_does_not_give() -> None:
    assert not found(ingress("git"), ingress("git", "argocd-controller"))
    assert not found(ingress("git"), ingress("live", "kubectl-edit"))
    assert not found(ingress("git"), ingress("live", "x"), "/metadata/annotations/b")


def test_a_rule_for_another_kind() -> None:
    assert not found(ingress("git", kind="IngressClass"), None)


def test_what_a_sync_with_respect_leaves_alone() -> None:
    (entry,) = rules_of(
        {
            "ignoreDifferences": [
                {
                    "group": "networking.k8s.io",
                    "kind": "Ingress",
                    "jsonPointers": ["/metadata/annotations/a"],
                }
            ]
        }
    )
    live = tuple(found(ingress("git"), ingress("live", "cert-manager")))
    assert are_kept(entry, live, Settings.parse(None))
    unseen = Overwritten(live[0].object, live[0].pointer, "", "", live[0].target, None)
    assert not are_kept(entry, (unseen,), Settings.parse(None))
