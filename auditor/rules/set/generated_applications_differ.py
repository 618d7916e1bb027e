"""Applications that are not what their ApplicationSet computes."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor.argocd import jq_paths
from auditor.argocd.application import Application
from auditor.argocd.applicationset import Generated
from auditor.argocd.applicationset_object import ApplicationSet, comparable, made_of
from auditor.argocd.applicationset_policy import Controller, deletes, is_rolling, updates
from auditor.argocd.schema import kept
from auditor.findings import Basis, Breach, Evidence, Severity, Unseen, everywhere
from auditor.kube import pointer
from auditor.kube.gap import Gap
from auditor.kube.loose import mapping, mappings, text, texts
from auditor.rulebook import NoOptions, rule
from auditor.snapshot import sections
from auditor.snapshot.applicationsets import APPLICATIONSETS, CONTROLLER
from auditor.snapshot.section import Collected, Excluded, Missing

_AUTOMATED: Final = "/spec/syncPolicy/automated"


@rule(
    "SET-006",
    severity=everywhere(Severity.MEDIUM),
    over=APPLICATIONSETS,
    needs=(sections.LIVE_APPLICATIONS,),
    uses=(sections.LIVE_APPLICATIONSETS, CONTROLLER),
    options=NoOptions,
)
def generated_applications_differ(
    applicationset: ApplicationSet,
    _: NoOptions,
    _applications: Collected,
    sets: Collected | Missing | Excluded,
    controller: Controller | Missing | Excluded,
) -> Iterator[Breach | Unseen]:
    """Compute what the live object makes and compare it with what it owns.

    Git's stands in where the sets were not read, but the Applications show that it is live.
    """
    if applicationset.live is None and (isinstance(sets, Collected) or not applicationset.owned):
        facts = {"name": applicationset.ref.qualified}
        why = Gap("applicationset_not_live", facts) if isinstance(sets, Collected) else sets.why
        yield Unseen(why)
        return
    raw = (applicationset.live or applicationset.manifest).raw
    if text(raw, "metadata", "deletionTimestamp"):
        return
    made = made_of(raw)
    if isinstance(made, Gap):
        yield Unseen(made)
        return
    known = controller if isinstance(controller, Controller) else Controller()
    wanted = text(raw, "spec", "syncPolicy", "applicationsSync")
    policy = known.effective(wanted)
    is_sure = isinstance(controller, Controller) or bool(wanted)
    found = list(_differences(applicationset, made, raw, policy))
    if found and not is_sure and isinstance(controller, Missing | Excluded):
        yield Unseen(controller.why)
        return
    yield from found


def _differences(
    applicationset: ApplicationSet, made: Generated, raw: Mapping[str, Any], policy: str
) -> Iterator[Breach]:
    owned = {app.ref.name: app for app in applicationset.owned if not app.is_deleting}
    computed = {text(app, "metadata", "name"): app for app in made.applications}
    for name in sorted(computed.keys() - owned.keys()):
        yield _breach(applicationset, name, "missing")
    # A generation that failed in part deletes nothing.
    if deletes(policy) and not made.error:
        for name in sorted(owned.keys() - computed.keys()):
            yield _breach(applicationset, name, "extra")
    for name in sorted(computed.keys() & owned.keys()) if updates(policy) else ():
        yield from _changed(applicationset, computed[name], owned[name], mapping(raw, "spec"))


def _changed(
    applicationset: ApplicationSet,
    wanted: Mapping[str, Any],
    app: Application,
    spec: Mapping[str, Any],
) -> Iterator[Breach]:
    live = app.live.raw if app.live else {}
    left, right = (_compared(one, app.ref.name, spec) for one in (wanted, live))
    place = _first_difference(left, right)
    if place:
        values = (pointer.get(side, place) for side in (left, right))
        declared, actual = values
        yield Breach(
            at=f"/spec/template{place}",
            facts={"application": app.ref, "field": place.lstrip("/").replace("/", ".")},
            basis=Basis.OBSERVED,
            group=applicationset.ref.qualified,
            keys=frozenset({("object", applicationset.ref.label), ("object", app.ref.label)}),
            evidence=(
                Evidence(
                    pointer=place,
                    object=app.ref,
                    declared=declared,
                    live=actual,
                    is_declared=pointer.has(left, place),
                    is_live=pointer.has(right, place),
                ),
            ),
            identity=app.ref.name,
        )


def _compared(raw: Mapping[str, Any], name: str, spec: Mapping[str, Any]) -> Any:
    """Return labels and spec without what the set lets others write."""
    shown: Any = {"metadata": {"labels": dict(mapping(raw, "metadata", "labels"))}}
    shown["spec"] = kept("Application", {"metadata": {}, **raw}).get("spec") or {}
    if is_rolling(spec):
        shown, _ = pointer.remove(shown, _AUTOMATED)
    for entry in mappings(spec, "ignoreApplicationDifferences"):
        if text(entry, "name") not in ("", name):
            continue
        for place in texts(entry, "jsonPointers"):
            shown, _ = pointer.remove(shown, place)
        for expression in texts(entry, "jqPathExpressions"):
            result = jq_paths.delete(shown, expression)
            shown = shown if isinstance(result, jq_paths.JqError) else result
    labels = mapping(shown, "metadata", "labels")
    return {"metadata": {"labels": dict(labels)}, "spec": comparable(mapping(shown, "spec"))}


def _first_difference(wanted: Any, live: Any) -> str:
    """Return the pointer of the first field that differs; labels may be added by others."""
    have = mapping(live, "metadata", "labels")
    for key, value in mapping(wanted, "metadata", "labels").items():
        if have.get(key) != value:
            return pointer.join(("metadata", "labels", key))
    return _deep(wanted["spec"], live["spec"], "/spec")


def _deep(one: Any, other: Any, place: str) -> str:
    if one == other:
        return ""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in sorted({*one, *other}):
            if found := _deep(one.get(key), other.get(key), f"{place}/{pointer.escape(key)}"):
                return found
    return place


def _breach(applicationset: ApplicationSet, name: str, variant: str) -> Breach:
    return Breach(
        at="/spec/generators",
        variant=variant,
        facts={"name": name},
        basis=Basis.OBSERVED,
        group=applicationset.ref.qualified,
        keys=frozenset({("object", applicationset.ref.label)}),
        identity=f"{variant} {name}",
    )
