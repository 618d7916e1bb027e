"""How live Applications differ from what their ApplicationSet computes.

Mirrors `applicationset/controllers/applicationset_controller.go` (createOrUpdateInCluster,
deleteInCluster): what the policy lets it write and delete, and what it lets others write.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from auditor.argocd import jq_paths
from auditor.argocd.application import Application
from auditor.argocd.applicationset import Generated
from auditor.argocd.applicationset_object import comparable
from auditor.argocd.applicationset_policy import deletes, is_rolling, updates
from auditor.argocd.schema import kept
from auditor.kube import pointer
from auditor.kube.loose import mapping, mappings, text, texts

_AUTOMATED: Final = "/spec/syncPolicy/automated"


class Change(StrEnum):
    """What is not as computed."""

    MISSING = "missing"
    EXTRA = "extra"
    FIELD = ""


@dataclass(frozen=True, slots=True)
class GeneratedDrift:
    """One Application that is not as computed; of a field that differs, both values."""

    change: Change
    name: str
    app: Application | None = None
    place: str = ""
    declared: Any = None
    live: Any = None
    is_declared: bool = False
    is_live: bool = False


def generated_drift(
    made: Generated, owned: tuple[Application, ...], spec: Mapping[str, Any], policy: str
) -> Iterator[GeneratedDrift]:
    """Yield what `policy` would have the controller change, by the names of Applications.

    `spec` is that of the set. A generation that failed in part deletes nothing.
    """
    there = {app.ref.name: app for app in owned if not app.is_deleting}
    computed = {text(app, "metadata", "name"): app for app in made.applications}
    for name in sorted(computed.keys() - there.keys()):
        yield GeneratedDrift(Change.MISSING, name)
    if deletes(policy) and not made.error:
        for name in sorted(there.keys() - computed.keys()):
            yield GeneratedDrift(Change.EXTRA, name)
    for name in sorted(computed.keys() & there.keys()) if updates(policy) else ():
        yield from _changed(computed[name], there[name], spec)


def _changed(
    wanted: Mapping[str, Any], app: Application, spec: Mapping[str, Any]
) -> Iterator[GeneratedDrift]:
    live = app.live.raw if app.live else {}
    left, right = (_compared(one, app.ref.name, spec) for one in (wanted, live))
    if place := _first_difference(left, right):
        yield GeneratedDrift(
            Change.FIELD,
            app.ref.name,
            app,
            place,
            declared=pointer.get(left, place),
            live=pointer.get(right, place),
            is_declared=pointer.has(left, place),
            is_live=pointer.has(right, place),
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
