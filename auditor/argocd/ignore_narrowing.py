"""What one entry of ignoreDifferences hides at present, and the smaller entries that would do."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from auditor.argocd.application import Application
from auditor.argocd.broad_entries import Pair
from auditor.argocd.drift import FieldDrift, ObjectDrift, drift_of
from auditor.argocd.field_owners import Writers
from auditor.argocd.ignore_differences import IgnoreRule
from auditor.argocd.ignore_suggestion import suggest
from auditor.argocd.ignored_fields import applies_to
from auditor.argocd.paired import placed
from auditor.argocd.settings import Settings
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest


@dataclass(frozen=True, slots=True)
class HiddenNow:
    """The differences of one object that the entry alone keeps out of sight."""

    drift: ObjectDrift
    """Its fields are those that are hidden."""
    needed: tuple[FieldDrift, ...]
    """Those that something besides Git writes; the others need no rule."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """An entry at work."""

    hidden: tuple[HiddenNow, ...]
    entries: tuple[dict[str, Any], ...]
    """What would hide the needed fields and no more; none where nothing needs the entry."""
    is_whole: bool
    """Every needed field is covered by `entries`."""


def narrowing(
    app: Application, entry: IgnoreRule, pairs: Sequence[Pair], settings: Settings, writers: Writers
) -> Narrowing | Gap:
    """Compare each live object with the entry and without it; a Gap where one cannot be compared.

    `pairs` are all objects of the Application. Secrets are left out: their values are not read.
    """
    hidden: list[HiddenNow] = []
    for pair in pairs:
        if pair.live is None or not applies_to(entry, pair.target.raw, pair.namespace):
            continue
        found = _hidden(app, entry, pair.target, pair.live, settings)
        if isinstance(found, Gap):
            return found
        if found and found.fields:
            needed = tuple(f for f in found.fields if _is_needed(f, writers))
            hidden.append(HiddenNow(found, needed))
    others = tuple(rule for rule in app.ignore_rules if rule is not entry)
    made = [
        (one, suggest(_among(one, hidden, pairs), one.needed, others, settings, writers))
        for one in hidden
        if one.needed
    ]
    entries = [
        replace(found.rule, namespace=entry.namespace, name=found.rule.name or entry.name)
        for _, found in made
        if found and not found.frozen
    ]
    covered = all(found and len(found.pointers) == len(one.needed) for one, found in made)
    return Narrowing(tuple(hidden), tuple(_written(entries)), covered)


def _hidden(
    app: Application, entry: IgnoreRule, target: Manifest, live: Manifest, settings: Settings
) -> ObjectDrift | Gap | None:
    if (live.ref.group, live.ref.kind) == ("", "Secret"):
        return None
    others = tuple(rule for rule in app.ignore_rules if rule is not entry)
    bare = drift_of(replace(app, ignore_rules=others), live.ref, target, live, settings)
    if isinstance(bare, Gap):
        return None if bare.code == "difference_not_found" else bare
    seen = drift_of(app, live.ref, target, live, settings)
    shown = {field.pointer for field in seen.fields} if isinstance(seen, ObjectDrift) else set()
    return replace(bare, fields=tuple(f for f in bare.fields if f.pointer not in shown))


def _among(one: HiddenNow, hidden: Sequence[HiddenNow], pairs: Sequence[Pair]) -> ObjectDrift:
    """Return the drift with the other objects of its kind, which no rule may hide by accident."""
    ref = one.drift.ref
    known = {other.drift.ref: other.needed for other in hidden}
    siblings = tuple(
        (
            pair.target.raw,
            pair.live.raw if pair.live else None,
            frozenset(field.pointer for field in known.get(placed(pair), ())),
        )
        for pair in pairs
        if (pair.target.ref.group, pair.target.ref.kind) == (ref.group, ref.kind)
        and placed(pair) != ref
    )
    return replace(one.drift, siblings=siblings)


def _is_needed(field: FieldDrift, writers: Writers) -> bool:
    is_respelled = field.habit is not None and field.habit.by == "api"
    return bool(writers.others(field.owners)) or (is_respelled and not field.is_pending)


def _written(rules: Iterable[IgnoreRule]) -> Iterator[dict[str, Any]]:
    """Return the entries as they are written, one for objects of a kind that share it."""
    merged: dict[tuple[str, ...], dict[str, Any]] = {}
    for rule in rules:
        about = {
            "group": rule.group,
            "kind": rule.kind,
            "name": rule.name,
            "namespace": rule.namespace,
        }
        lists = {
            "jsonPointers": rule.json_pointers,
            "jqPathExpressions": rule.jq_path_expressions,
            "managedFieldsManagers": rule.managed_fields_managers,
        }
        entry = merged.setdefault(tuple(about.values()), {k: v for k, v in about.items() if v})
        for name, paths in lists.items():
            if paths:
                entry[name] = list(dict.fromkeys((*entry.get(name, ()), *paths)))
    yield from merged.values()
