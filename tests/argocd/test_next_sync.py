"""What the next sync does to a difference, and who made it, on recorded objects and variations."""

import copy
import json
from typing import Any

import pytest

from auditor.argocd.application import Application
from auditor.argocd.drift import drift_of, prepared
from auditor.argocd.list_owners import owners_of_difference
from auditor.argocd.next_sync import Outcome, Start, next_sync, of_extra, start_of
from auditor.argocd.object_state import State, state_of
from auditor.argocd.releases import NEWEST
from auditor.argocd.settings import Settings
from auditor.kube.manifest import Manifest
from tests.argocd.test_drift import D2, compared_by_argocd
from tests.argocd.test_ignore_suggestion import (
    CUSTOM,
    DEPLOYMENT,
    INGRESS,
    ORIGIN,
    PLAIN,
    appending,
    application,
    both,
    owned,
    placed,
    setting,
)

RESPECT = "RespectIgnoreDifferences=true"
ONE = "/metadata/annotations/a~1one"
TWO = "/metadata/annotations/b~1two"
ABOUT = {"group": "networking.k8s.io", "kind": "Ingress"}


def applying(*options: str, rules: tuple[dict[str, Any], ...] = (), **automated: bool) -> Any:
    app = application(*options)
    policy = {"syncOptions": list(options)}
    if automated:
        policy["automated"] = {k: v for k, v in automated.items() if k != "on"}  # type: ignore[assignment]
    spec = {**app.spec, "ignoreDifferences": list(rules), "syncPolicy": policy}
    return Application.of(Manifest({**app.manifest.raw, "spec": spec}, ORIGIN), None, NEWEST)


def outcome(
    app: Application,
    target: dict[str, Any],
    live: dict[str, Any],
    place: str,
    *,
    is_out: bool = True,
    settings: Settings = PLAIN,
) -> Outcome:
    there = Manifest(live, ORIGIN)
    wanted = prepared(app, there.ref, target, settings)
    return next_sync(app, wanted, live, settings, is_out=is_out).of(place)


CHANGED = placed(
    both(setting(ONE), setting(TWO))(INGRESS), owned([("metadata", "annotations", "a/one")])
)
RULE = {**ABOUT, "jsonPointers": [ONE]}
BY_MANAGER = {**ABOUT, "managedFieldsManagers": ["some-operator"]}


@pytest.mark.parametrize(
    ("options", "rules", "one", "two"),
    [
        ((), (), Outcome.OVERWRITE, Outcome.OVERWRITE),
        ((), (RULE,), Outcome.OVERWRITE, Outcome.OVERWRITE),
        ((RESPECT,), (RULE,), Outcome.KEEP, Outcome.OVERWRITE),
        ((RESPECT,), (BY_MANAGER,), Outcome.KEEP, Outcome.OVERWRITE),
        ((RESPECT,), ({**RULE, "name": "other"},), Outcome.OVERWRITE, Outcome.OVERWRITE),
        ((RESPECT, "Replace=true"), (RULE,), Outcome.KEEP, Outcome.OVERWRITE),
        (("Replace=true",), (RULE,), Outcome.OVERWRITE, Outcome.OVERWRITE),
        (("ServerSideApply=true",), (), Outcome.OVERWRITE, Outcome.OVERWRITE),
        ((RESPECT, "ServerSideApply=true"), (RULE,), Outcome.KEEP, Outcome.OVERWRITE),
    ],
)
def test_a_changed_annotation(
    options: tuple[str, ...], rules: tuple[dict[str, Any], ...], one: Outcome, two: Outcome
) -> None:
    app = applying(*options, rules=rules)
    assert outcome(app, INGRESS, CHANGED, ONE) is one
    assert outcome(app, INGRESS, CHANGED, TWO) is two


def test_a_rule_of_the_installation_is_respected_as_well() -> None:
    text = f"jsonPointers: [{ONE}]"
    key = "resource.customizations.ignoreDifferences.networking.k8s.io_Ingress"
    settings = Settings.parse({key: text})
    assert outcome(applying(RESPECT), INGRESS, CHANGED, ONE, settings=settings) is Outcome.KEEP
    assert outcome(applying(), INGRESS, CHANGED, ONE, settings=settings) is Outcome.OVERWRITE


def test_a_selective_sync_leaves_an_object_alone_that_counts_as_synced() -> None:
    app = applying("ApplyOutOfSyncOnly=true", rules=(RULE,))
    assert outcome(app, INGRESS, CHANGED, ONE, is_out=False) is Outcome.NOTHING
    assert outcome(app, INGRESS, CHANGED, ONE, is_out=True) is Outcome.OVERWRITE


def test_what_git_dropped_is_removed_and_what_it_never_had_is_kept() -> None:
    live = placed(
        {**INGRESS, "metadata": {"name": "web", "annotations": {"old": "1", "other": "2"}}}
    )
    before = copy.deepcopy(live)
    del before["metadata"]["annotations"]["other"]
    copy_of = "kubectl.kubernetes.io/last-applied-configuration"
    live["metadata"]["annotations"][copy_of] = json.dumps(before)
    target = {**INGRESS, "metadata": {"name": "web"}}
    assert outcome(applying(), target, live, "/metadata/annotations/old") is Outcome.REMOVE
    assert outcome(applying(), target, live, "/metadata/annotations/other") is Outcome.KEEP


def test_replacing_takes_everything_that_git_does_not_have() -> None:
    live = placed({**INGRESS, "metadata": {"name": "web", "annotations": {"other": "2"}}})
    target = {**INGRESS, "metadata": {"name": "web"}}
    app = applying("Replace=true")
    assert outcome(app, target, live, "/metadata/annotations/other") is Outcome.REMOVE


def test_a_default_in_a_list_of_a_custom_resource_goes_under_server_side_apply() -> None:
    live = placed(setting("/spec/items/0/extra")(CUSTOM))
    place = "/spec/items/0/extra"
    assert outcome(applying("ServerSideApply=true"), CUSTOM, live, place) is Outcome.REMOVE
    assert outcome(applying(), CUSTOM, live, place) is Outcome.KEEP


def test_the_object_itself_may_refuse_server_side_apply() -> None:
    notes = {"argocd.argoproj.io/sync-options": "ServerSideApply=false"}
    target = {**CUSTOM, "metadata": {"name": "w", "annotations": notes}}
    live = placed(setting("/spec/items/0/extra")(target))
    app = applying("ServerSideApply=true")
    assert outcome(app, target, live, "/spec/items/0/extra") is Outcome.KEEP


@pytest.mark.parametrize(
    ("name", "places"),
    [
        (
            "plate-web",
            {
                "/metadata/annotations/cert-manager.io~1cluster-issuer": Outcome.KEEP,
                "/metadata/annotations/nginx.ingress.kubernetes.io~1proxy-body-size": Outcome.KEEP,
            },
        ),
        ("plate-api", {"/spec/rules": Outcome.OVERWRITE}),
    ],
)
def test_exact_rules_and_the_option_end_as_the_recorded_sync_did(
    name: str, places: dict[str, Outcome]
) -> None:
    """The annotations outlived the sync that was recorded, the appended rule did not."""
    annotations = [place for place in places if place.startswith("/metadata")]
    jq = '.spec.rules[] | select(.host == "acme.api.plate.example")'
    rules = ({**ABOUT, "jsonPointers": annotations}, {**ABOUT, "jqPathExpressions": [jq]})
    seen = 0
    for _, item in compared_by_argocd(D2):
        target, live = (json.loads(item.get(s) or "null") for s in ("targetState", "liveState"))
        if target and live and target["metadata"]["name"] == name:
            if target["metadata"]["namespace"] != "plate-prod" or target["kind"] != "Ingress":
                continue
            for place, wanted in places.items():
                assert outcome(applying(RESPECT, rules=rules), target, live, place) is wanted
                assert outcome(applying(rules=rules), target, live, place) is Outcome.OVERWRITE
                seen += 1
    assert seen == len(places)


@pytest.mark.parametrize(
    ("annotation", "options", "prunes", "wanted"),
    [
        ("", (), True, Outcome.PRUNE),
        ("", (), False, Outcome.KEEP),
        ("Prune=false", (), True, Outcome.KEEP),
        ("Prune=confirm", (), True, Outcome.CONFIRM),
        ("", ("Prune=false",), True, Outcome.KEEP),
        ("Prune=true", ("Prune=false",), True, Outcome.PRUNE),
    ],
)
def test_an_object_that_left_git(
    annotation: str, options: tuple[str, ...], *, prunes: bool, wanted: Outcome
) -> None:
    notes = {"argocd.argoproj.io/sync-options": annotation} if annotation else {}
    live = {**INGRESS, "metadata": {"name": "web", "annotations": notes}}
    assert of_extra(applying(*options, prune=prunes), live, NEWEST) is wanted
    assert of_extra(applying(), None, NEWEST) is Outcome.UNKNOWN


def test_what_starts_the_next_sync() -> None:
    assert start_of(applying()) is Start.MANUAL
    assert start_of(applying(on=True)) is Start.COMMIT
    healing = applying(selfHeal=True)
    assert start_of(healing) is Start.COMMIT, "nothing is OutOfSync"
    raw = {**healing.manifest.raw, "status": {"sync": {"status": "OutOfSync"}}}
    live = Manifest(raw, ORIGIN)
    assert start_of(Application.of(healing.declared, live, NEWEST)) is Start.HEALS


def test_an_object_that_another_application_has_marked_is_out_of_sync() -> None:
    live = placed(INGRESS)
    mark = "other:networking.k8s.io/Ingress:shop/web"
    live["metadata"]["annotations"]["argocd.argoproj.io/tracking-id"] = mark
    there = Manifest(live, ORIGIN)
    found = state_of(applying(), there.ref, Manifest(INGRESS, ORIGIN), there, PLAIN, "OutOfSync")
    assert found.state is State.DIFFERS
    (field,) = found.fields
    assert (field.live, field.outcome) == (mark, Outcome.OVERWRITE)


CONTAINERS = "/spec/template/spec/containers"
INJECTED = {"name": "proxy", "image": "proxy:1"}


def test_an_item_that_git_adds_was_written_by_nobody() -> None:
    """The injected container is somebody's, and no part of the difference."""
    path = ("spec", "template", "spec", "containers", 'k:{"name":"proxy"}')
    entry = owned([])
    entry["fieldsV1"] = {
        "f:spec": {"f:template": {"f:spec": {"f:containers": {path[-1]: {"f:image": {}}}}}}
    }
    live = placed(appending(CONTAINERS, INJECTED)(DEPLOYMENT), entry)
    target = appending(CONTAINERS, {"name": "new", "image": "new:1"})(DEPLOYMENT)
    there = Manifest(live, ORIGIN)
    found = drift_of(applying(), there.ref, Manifest(target, ORIGIN), there, PLAIN)
    owners = [owner.manager for field in found.fields for owner in field.owners]  # type: ignore[union-attr]
    assert owners == []


def test_only_the_owner_of_the_odd_item_counts() -> None:
    entries = []
    for name, manager in (("app", "one"), ("side", "two"), ("proxy", "three")):
        entry = owned([], manager)
        key = f'k:{{"name":"{name}"}}'
        inner: dict[str, Any] = {"f:containers": {key: {".": {}, "f:image": {}, "f:name": {}}}}
        entry["fieldsV1"] = {"f:spec": {"f:template": {"f:spec": inner}}}
        entries.append(entry)
    live = placed(
        both(appending(CONTAINERS, INJECTED), setting(f"{CONTAINERS}/1/image"))(DEPLOYMENT),
        *entries,
    )
    seen = live["spec"]["template"]["spec"]["containers"]
    desired = DEPLOYMENT["spec"]["template"]["spec"]["containers"]  # type: ignore[index]

    def who(seen: Any, desired: Any) -> list[str]:
        return [o.manager for o in owners_of_difference(live, CONTAINERS, desired, seen)]

    assert who(seen, desired) == ["two", "three"]
    assert who(seen, [*desired, INJECTED]) == ["two"]
    assert who(seen[1:], desired) == ["two", "three"], "another rule has hidden the first"
