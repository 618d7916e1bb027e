"""The smallest ignore rule that hides a drift, offered only after it has been tried out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from auditor.argocd import respect
from auditor.argocd.drift import FieldDrift, ObjectDrift, Sibling, compared
from auditor.argocd.field_owners import Writers
from auditor.argocd.field_paths import shown
from auditor.argocd.ignore_candidates import Paths, candidates
from auditor.argocd.ignore_differences import IgnoreRule
from auditor.argocd.ignored_fields import hidden_fields, trusted_fields
from auditor.argocd.list_elements import frozen_lists
from auditor.argocd.settings import Settings
from auditor.kube import pointer
from auditor.kube.merge import canonical, is_same

REPLICAS: Final = "/spec/replicas"
"""Never offered: where something scales, the field belongs out of Git."""
_MANY: Final = 3
"""Paths from which on naming the one manager that owns them all is the smaller rule."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A rule that was proven on the object, and what it takes care of."""

    rule: IgnoreRule
    pointers: tuple[str, ...]
    needs_respect: bool
    """Git sets a field, so that without RespectIgnoreDifferences=true a sync writes it again."""
    until_sync: tuple[str, ...] = ()
    """Of `pointers` those that the next sync puts back even so."""
    frozen: tuple[str, ...] = ()
    """Lists of which no change in Git would arrive any more; the rule is then the wrong answer."""

    @property
    def entry(self) -> dict[str, Any]:
        """Return the entry as it is written under `spec.ignoreDifferences`."""
        rule = self.rule
        texts = {"group": rule.group, "kind": rule.kind, "name": rule.name}
        lists = {
            "jsonPointers": list(rule.json_pointers),
            "jqPathExpressions": list(rule.jq_path_expressions),
            "managedFieldsManagers": list(rule.managed_fields_managers),
        }
        return {key: value for key, value in {**texts, **lists}.items() if value}


def suggest(
    drift: ObjectDrift,
    fields: Iterable[FieldDrift],
    rules: tuple[IgnoreRule, ...],
    settings: Settings,
    writers: Writers | None = None,
) -> Suggestion | None:
    """Return one rule for as many of `fields` as can be proven; None where none can.

    Proven means: with the rule the comparison no longer names the field, and nothing else of
    this object, or of another of its kind, is hidden. Fields of replicas are left to Git.
    """
    todo = tuple(field for field in fields if field.pointer != REPLICAS)
    if drift.is_secret or not todo:
        return None
    trial = _Trial(drift, rules, settings)
    found = {field.pointer: way for field in todo if (way := _way(trial, field))}
    paths = _joined(found.values())
    done = tuple(field for field in todo if field.pointer in found)
    manager = _only_manager(todo, writers or Writers())
    if manager and (len(done) < len(todo) or sum(map(len, paths)) >= _MANY):
        trusting = _rule(drift, ((), ()), (manager,))
        if _is_proven(trial, todo, trusting):
            return _finished(trial, todo, trusting)
    return _finished(trial, done, _rule(drift, paths)) if done else None


def keeps(
    target: Mapping[str, Any],
    live: Mapping[str, Any],
    rules: Iterable[IgnoreRule],
    settings: Settings,
    pointers: Iterable[str],
) -> bool:
    """Say whether a respecting sync applies the target with the live values at `pointers`."""
    applied, error = respect.applied(target, live, rules, settings)
    wanted: Any = canonical(target)
    for place in pointers:
        wanted = pointer.set_(wanted, place, pointer.get(live, place))
    return error is None and is_same(applied, canonical(wanted))


@dataclass(frozen=True, slots=True)
class _Trial:
    """What a rule is tried out on."""

    drift: ObjectDrift
    rules: tuple[IgnoreRule, ...]
    settings: Settings


def _way(trial: _Trial, field: FieldDrift) -> Paths | None:
    drift = trial.drift
    found = candidates(field, drift.target.raw, drift.live.raw)
    return next((p for p in found if _is_proven(trial, (field,), _rule(drift, p))), None)


def _joined(found: Iterable[Paths]) -> Paths:
    pointers: dict[str, None] = {}
    expressions: dict[str, None] = {}
    for places, wanted in found:
        pointers |= dict.fromkeys(places)
        expressions |= dict.fromkeys(wanted)
    return tuple(pointers), tuple(expressions)


def _rule(drift: ObjectDrift, paths: Paths, managers: tuple[str, ...] = ()) -> IgnoreRule:
    return IgnoreRule(
        drift.ref.group,
        drift.ref.kind,
        drift.ref.name,
        json_pointers=paths[0],
        jq_path_expressions=paths[1],
        managed_fields_managers=managers,
    )


def _only_manager(fields: tuple[FieldDrift, ...], writers: Writers) -> str:
    """Return the one name under which all of it was written, by nobody else but Argo CD."""
    names = {frozenset(owner.manager for owner in writers.others(f.owners)) for f in fields}
    return next(iter(next(iter(names))), "") if len(names) == 1 and _is_one(names) else ""


def _is_one(names: set[frozenset[str]]) -> bool:
    return all(len(each) == 1 for each in names)


def _is_proven(trial: _Trial, fields: tuple[FieldDrift, ...], rule: IgnoreRule) -> bool:
    drift = trial.drift
    target, live = drift.target.raw, drift.live.raw
    every = (*trial.rules, rule)
    result = compared(target, live, every, trial.settings, is_server_side=drift.is_server_side)
    gone = {field.pointer for field in fields}
    if result.error is not None or any(d.pointer in gone for d in result.differences):
        return False
    known = {other.pointer for other in drift.fields}
    return _is_exact(rule, target, live, known)


def _is_exact(
    rule: IgnoreRule, target: Mapping[str, Any], live: Mapping[str, Any], known: set[str]
) -> bool:
    """Say whether the rule hides nothing but differences, and only those that are `known`.

    Items of lists that have a name are compared by it, as they may have moved.
    """
    lost = [_lost(rule, side, live) for side in (target, live)]
    if not all(_is_within(place, known) for places in lost for place in places):
        return False
    named = [
        {shown(place, side): pointer.get(side, place) for place in places}
        for side, places in zip((target, live), lost, strict=True)
    ]
    both = named[0].keys() & named[1].keys()
    return not any(is_same(named[0][name], named[1][name]) for name in both)


def _lost(rule: IgnoreRule, obj: Mapping[str, Any], live: Mapping[str, Any]) -> tuple[str, ...]:
    if not rule.managed_fields_managers:
        return hidden_fields(rule, obj)
    return trusted_fields(rule, obj, live) if obj is not live else ()


def _is_within(place: str, known: Iterable[str]) -> bool:
    return any(place == other or place.startswith(f"{other}/") for other in known)


def _finished(trial: _Trial, done: tuple[FieldDrift, ...], rule: IgnoreRule) -> Suggestion:
    """Leave the name out where it is not needed, and see what the next sync does."""
    drift = trial.drift
    anyone = replace(rule, name="")
    is_needed = any(_hides_more(anyone, beside) for beside in drift.siblings)
    rule = rule if is_needed else anyone
    given = [field.pointer for field in done if field.is_given]
    target, live = drift.target.raw, drift.live.raw
    lists = _frozen(rule, target, live, trial.settings)
    kept = [p for p in given if not lists and _is_kept(trial, rule, p)]
    lasting = {*kept, *(field.pointer for field in done if not field.is_given)}
    return Suggestion(
        rule,
        tuple(field.pointer for field in done),
        bool(kept),
        tuple(field.pointer for field in done if field.pointer not in lasting),
        lists,
    )


def _hides_more(rule: IgnoreRule, sibling: Sibling) -> bool:
    target, live, drifted = sibling
    sides = (target, live) if live else (target,)
    lost = [place for side in sides for place in _lost(rule, side, live or {})]
    return not all(_is_within(place, drifted) for place in lost)


def _frozen(
    rule: IgnoreRule, target: Mapping[str, Any], live: Mapping[str, Any], settings: Settings
) -> tuple[str, ...]:
    return frozen_lists(rule, target, live, settings) if rule.jq_path_expressions else ()


def _is_kept(trial: _Trial, rule: IgnoreRule, place: str) -> bool:
    """Say whether a respecting sync leaves the live value there; the rest goes as Git says."""
    drift = trial.drift
    applied, error = respect.applied(drift.target.raw, drift.live.raw, (rule,), trial.settings)
    wanted = pointer.get(canonical(drift.live.raw), place)
    return error is None and is_same(pointer.get(applied, place), wanted)
