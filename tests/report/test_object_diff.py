"""Desired against live of one Application, on the sample and on changes of it."""

from typing import Any

import msgspec
import pytest

from auditor import pipeline
from auditor.kube.gap import Gap
from auditor.renderer.object_diff import object_diff
from auditor.report.draft import Draft, Edition
from auditor.report.object_diff import ObjectDiff, ObjectDiffs, object_diffs
from auditor.snapshot import Excluded, Snapshot, sections
from auditor.snapshot.derived import APPLICATIONS
from tests.report import changed


def viewed(snapshot: Snapshot, name: str = changed.APPLICATION) -> ObjectDiffs:
    audit = pipeline.judge(snapshot, selected=())
    look = audit.snapshot.look(APPLICATIONS)
    assert isinstance(look, tuple)
    (app,) = (app for app in look if app.name == name)
    return object_diffs(Draft.of(audit, Edition()), app)


def named(view: ObjectDiffs, name: str) -> ObjectDiff:
    (found,) = (one for one in view.objects if one.object == name)
    return found


def issuer(view: ObjectDiffs) -> Any:
    web = named(view, "Ingress plate-prod/plate-web")
    (field,) = (field for field in web.fields if field.pointer == changed.ISSUER)
    return field


def test_a_field_that_differs_is_shown_with_its_owner() -> None:
    view = viewed(changed.sample())
    assert view.counts == {"differs": 2}
    web = named(view, "Ingress plate-prod/plate-web")
    assert (web.state, web.argocd) == ("differs", "OutOfSync")
    field = issuer(view)
    assert (field.desired, field.live) == ("letsencrypt-production", "letsencrypt-dns")
    (owner,) = field.owners
    assert (owner.manager, owner.operation) == ("cert-manager", "Update")
    assert owner.time == "2026-11-23 08:54:03+00:00"
    assert field.outcome == "overwrite"
    assert view.start == "commit"
    lines = [(mark, line.strip()) for mark, line in web.lines]
    assert ("-", "cert-manager.io/cluster-issuer: letsencrypt-dns") in lines
    assert ("+", "cert-manager.io/cluster-issuer: letsencrypt-production") in lines


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ({"jsonPointers": [changed.ISSUER]}, changed.ISSUER),
        (
            {"jqPathExpressions": ['.metadata.annotations["cert-manager.io/cluster-issuer"]']},
            '.metadata.annotations["cert-manager.io/cluster-issuer"]',
        ),
    ],
    ids=["pointer", "jq"],
)
def test_an_ignored_field_is_marked_with_the_entry_that_hides_it(
    rule: dict[str, Any], path: str
) -> None:
    other = {"group": "apps", "kind": "Deployment", "jsonPointers": [changed.ISSUER]}
    view = viewed(
        changed.ignoring(other, {"group": "networking.k8s.io", "kind": "Ingress", **rule})
    )
    field = issuer(view)
    assert field.is_hidden
    assert field.rules == (f"spec.ignoreDifferences[1] {path}",)
    web = named(view, "Ingress plate-prod/plate-web")
    assert web.state == "differs", "the other annotation still does"
    assert field.outcome == "overwrite", "the status alone is quiet"
    assert not any("letsencrypt" in line for _, line in web.lines)
    assert any("letsencrypt-dns" in line for _, line in web.hidden_lines)


def test_a_trusted_manager_hides_all_it_owns_and_leaves_the_object_the_same() -> None:
    rule = {"group": "*", "kind": "*", "managedFieldsManagers": ["cert-manager"]}
    view = viewed(changed.ignoring(rule))
    web = named(view, "Ingress plate-prod/plate-web")
    assert {field.rules for field in web.fields if field.is_hidden} == {
        ("spec.ignoreDifferences[0] cert-manager",)
    }
    # Argo CD's word is from before the entry, so the object is not called different by us
    assert web.state == "same"
    assert web.argocd == "OutOfSync"


def test_an_entry_of_the_settings_is_named_by_its_setting() -> None:
    field = issuer(viewed(changed.ignoring_everywhere()))
    setting = "argocd-cm resource.customizations.ignoreDifferences.networking.k8s.io_Ingress"
    assert field.rules == (f"{setting} {changed.ISSUER}",)


def test_of_a_secret_only_keys_and_owners_are_told() -> None:
    view = viewed(changed.holding_a_secret())
    secret = named(view, "Secret plate-prod/plate-db")
    keys = {field.pointer: field for field in secret.fields if field.is_unread}
    assert set(keys) == {"/data/password", "/data/user"}
    assert [owner.manager for owner in keys["/data/password"].owners] == ["openbao-agent"]
    assert secret.lines == secret.hidden_lines == ()
    assert secret.why
    told = msgspec.json.encode(view).decode() + object_diff(view) + object_diff(view, color=True)
    assert changed.PLANTED not in told
    assert changed.ENCODED not in told


def test_objects_on_one_side_and_unreadable_ones_are_told_apart() -> None:
    view = viewed(changed.sample(), "plate-batch-prod")
    states = {one.object: one.state for one in view.objects}
    assert states == {
        "ConfigMap plate-batch/batch-settings": "only_git",
        "Deployment plate-batch/batch-worker": "only_git",
        # the cluster does not serve the kind, so there can be no such object
        "Role plate-batch/batch-leader": "only_git",
    }
    assert {one.outcome for one in view.objects} == {"create"}
    assert "rbac.authorization.k8s.io" in named(view, "Role plate-batch/batch-leader").why


def test_a_kind_that_argo_cd_leaves_out_is_not_called_missing() -> None:
    view = viewed(changed.leaving_out_ingresses())
    assert {one.state for one in view.objects} == {"unknown"}
    assert all("resource.exclusions" in one.why for one in view.objects)


def test_every_verdict_on_the_sample_agrees_with_argo_cds_own() -> None:
    look = changed.sample().look(APPLICATIONS)
    assert isinstance(look, tuple)
    expected = {"Synced": {"same"}, "OutOfSync": {"differs", "only_git", "unknown"}}
    seen = 0
    for app in look:
        for one in viewed(changed.sample(), app.name).objects:
            assert one.state in expected[one.argocd], one
            seen += 1
    assert seen > 40


def test_without_a_rendering_argo_cds_own_word_is_all_there_is() -> None:
    sample = changed.sample()
    looks = {**sample.sections, sections.RENDERINGS.name: Excluded(Gap("no_git"))}
    view = viewed(Snapshot(looks, sample.header))
    assert {one.state for one in view.objects} == {"unknown"}
    assert {one.argocd for one in view.objects} == {"OutOfSync"}
    assert view.remarks


def test_colours_only_where_asked() -> None:
    view = viewed(changed.ignoring({"group": "*", "kind": "*", "jsonPointers": [changed.ISSUER]}))
    assert "\x1b[" not in object_diff(view)
    coloured = object_diff(view, color=True)
    (grey,) = (line for line in coloured.splitlines() if "letsencrypt-dns" in line)
    assert grey.startswith("\x1b[2m")
