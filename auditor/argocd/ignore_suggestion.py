"""The smallest ignore rule that hides a drift, offered only after it has been tried out."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from auditor.argocd import respect
from auditor.argocd.drift import FieldDrift, ObjectDrift, compared
from auditor.argocd.field_paths import goes_through_list, jq, jq_of_pattern, natural_key
from auditor.argocd.ignore_differences import IgnoreRule
from auditor.argocd.ignored_fields import hidden_fields
from auditor.argocd.settings import Settings
from auditor.kube import pointer
from auditor.kube.merge import canonical, is_same

REPLICAS: Final = "/spec/replicas"
"""Never offered: where something scales, the field belongs out of Git."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A rule that was proven on the object, and what it takes care of."""

    rule: IgnoreRule
    pointers: tuple[str, ...]
    needs_respect: bool
    """Git sets a field, so that without RespectIgnoreDifferences=true a sync writes it again."""

    @property
    def entry(self) -> dict[str, Any]:
        """Return the entry as it is written under `spec.ignoreDifferences`."""
        rule = self.rule
        texts = {"group": rule.group, "kind": rule.kind, "name": rule.name}
        lists = {
            "jsonPointers": list(rule.json_pointers),
            "jqPathExpressions": list(rule.jq_path_expressions),
        }
        return {key: value for key, value in {**texts, **lists}.items() if value}


def suggest(
    drift: ObjectDrift,
    fields: Iterable[FieldDrift],
    rules: tuple[IgnoreRule, ...],
    settings: Settings,
) -> Suggestion | None:
    """Return one rule for as many of `fields` as can be proven; None where none can.

    Proven means: with the rule the comparison no longer names the field, nothing else of either
    object is hidden, and a sync that respects the rule leaves the live value as it is.
    """
    if drift.is_secret:
        return None
    pointers: list[str] = []
    jqs: list[str] = []
    done: list[FieldDrift] = []
    for field in fields:
        found = next(
            (r for r in _candidates(drift, field) if _holds(drift, field, r, rules, settings)), None
        )
        if found:
            pointers += found.json_pointers
            jqs += found.jq_path_expressions
            done.append(field)
    if not done:
        return None
    rule = _rule(drift, tuple(dict.fromkeys(pointers)), tuple(dict.fromkeys(jqs)))
    needs_respect = any(field.is_given for field in done)
    return Suggestion(rule, tuple(field.pointer for field in done), needs_respect)


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


def _candidates(drift: ObjectDrift, field: FieldDrift) -> Iterator[IgnoreRule]:
    """Yield rules for one field, the steadiest first; positions in lists are never among them."""
    place, live = field.pointer, drift.live.raw
    if place == REPLICAS:
        return
    if not goes_through_list(place, live) and not _is_appended_list(field):
        yield _rule(drift, (place,), ())
        return
    if field.habit and field.habit.by == "api":
        yield _rule(drift, (), (jq_of_pattern(field.habit.path),))
    if _is_appended_list(field):
        expressions = tuple(_items_only_live(field))
        if expressions:
            yield _rule(drift, (), expressions)
        return
    expression = jq(place, live)
    if expression:
        yield _rule(drift, (), (expression,))


def _rule(
    drift: ObjectDrift, pointers: tuple[str, ...], expressions: tuple[str, ...]
) -> IgnoreRule:
    ref = drift.ref
    return IgnoreRule(
        ref.group, ref.kind, ref.name, json_pointers=pointers, jq_path_expressions=expressions
    )


def _is_appended_list(field: FieldDrift) -> bool:
    return isinstance(field.live, list) and isinstance(field.desired, list)


def _items_only_live(field: FieldDrift) -> Iterator[str]:
    for item in field.live:
        if any(is_same(item, other) for other in field.desired):
            continue
        key = natural_key(field.live, item)
        base = jq(field.pointer, {}) if key else None
        if base:
            yield f"{base}[]? | select(.{key} == {json.dumps(item[key])})"


def _holds(
    drift: ObjectDrift,
    field: FieldDrift,
    rule: IgnoreRule,
    rules: tuple[IgnoreRule, ...],
    settings: Settings,
) -> bool:
    target, live = drift.target.raw, drift.live.raw
    every = (*rules, rule)
    result = compared(target, live, every, settings, is_server_side=drift.is_server_side)
    if result.error is not None or any(d.pointer == field.pointer for d in result.differences):
        return False
    known = {other.pointer for other in drift.fields}
    lost = (*hidden_fields(rule, target), *hidden_fields(rule, live))
    if not all(_is_within(place, known) for place in lost):
        return False
    return not field.is_given or keeps(target, live, (rule,), settings, (field.pointer,))


def _is_within(place: str, known: set[str]) -> bool:
    return any(place == other or place.startswith(f"{other}/") for other in known)
