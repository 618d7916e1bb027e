"""What each ignore rule keeps out of sight at present, counted over the objects it is about."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from auditor.argocd.field_owners import Writers
from auditor.argocd.ignore_differences import IgnoreRule
from auditor.argocd.object_state import HiddenField, ObjectState, State
from auditor.kube.ref import ResourceRef


class Use(StrEnum):
    """What a rule is good for, judged by what it hides now; what needs a look first."""

    HOLDS_BACK = "holds_back"
    """It hides something that nobody but Argo CD wrote: Git's own change does not show."""
    ABOUT_NOTHING = "about_nothing"
    """The Application has no object that it is about."""
    UNKNOWN = "unknown"
    """None of the objects it is about could be compared."""
    HIDES_NOTHING = "hides_nothing"
    IN_USE = "in_use"


@dataclass(frozen=True, slots=True)
class Effect:
    """One rule at work."""

    rule: IgnoreRule
    use: Use
    objects: tuple[ResourceRef, ...]
    """Those of which it hides something."""
    pointers: tuple[str, ...]
    """What it hides, each place once."""


def effects(
    rules: Iterable[IgnoreRule], objects: Sequence[ObjectState], writers: Writers
) -> tuple[Effect, ...]:
    """Return what each of `rules` does to the objects of one Application."""
    hidden: dict[tuple[str, int], list[tuple[ResourceRef, HiddenField]]] = defaultdict(list)
    for one in objects:
        for field in one.hidden:
            # a rule is told by its place; each of its paths may hide the same field
            for at in {(single.origin, single.index) for single in field.rules}:
                hidden[at].append((one.ref, field))
    return tuple(_effect(rule, hidden[rule.origin, rule.index], objects, writers) for rule in rules)


def _effect(
    rule: IgnoreRule,
    found: list[tuple[ResourceRef, HiddenField]],
    objects: Sequence[ObjectState],
    writers: Writers,
) -> Effect:
    return Effect(
        rule,
        _use(rule, [field for _, field in found], objects, writers),
        tuple(dict.fromkeys(ref for ref, _ in found)),
        tuple(sorted({field.pointer for _, field in found})),
    )


def _use(
    rule: IgnoreRule, found: list[HiddenField], objects: Sequence[ObjectState], writers: Writers
) -> Use:
    if any(_is_gits(field, writers) for field in found):
        return Use.HOLDS_BACK
    if found:
        return Use.IN_USE
    about = [one for one in objects if _is_about(rule, one.ref)]
    if not about:
        return Use.ABOUT_NOTHING
    is_seen = any(one.state not in (State.UNKNOWN, State.HOOK) for one in about)
    return Use.HIDES_NOTHING if is_seen else Use.UNKNOWN


def _is_about(rule: IgnoreRule, ref: ResourceRef) -> bool:
    about = (ref.group, ref.kind, ref.namespace, ref.name)
    return rule.matches(*about) or rule.trusts_managers_of(*about)


def _is_gits(field: HiddenField, writers: Writers) -> bool:
    owners = [owner for owner in field.owners if owner.subresource != "status"]
    return bool(owners) and all(writers.is_argocd(owner.manager) for owner in owners)
