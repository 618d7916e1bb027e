"""How far our account of the objects is Argo CD's, and every difference, for the report."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from auditor.argocd.agreement import Standing, Verdict
from auditor.argocd.field_owners import Writers
from auditor.argocd.ignore_effect import Effect, Use, effects
from auditor.argocd.object_state import ObjectState, State
from auditor.argocd.system_rules import SystemRules
from auditor.kube.gap import Gap
from auditor.kube.ref import ResourceRef
from auditor.report.draft import Draft
from auditor.report.object_diff import ObjectDiff, ObjectDiffs, differences_of, place_of
from auditor.snapshot.agreement import AGREEMENT, OBJECT_STATES
from auditor.snapshot.ignore_owners import IGNORE_OWNERS

LINES: Final = 200
"""Lines of YAML of one object; `auditor diff` prints them all."""


POINTERS: Final = 50
"""Objects and places of one entry that are told by name."""


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """One object on which the two verdicts disagree."""

    application: str
    object: str
    argocd: str
    """Empty where Argo CD does not list the object."""
    ours: str
    why: str
    remedy: str


@dataclass(frozen=True, slots=True)
class UncomparedRow:
    """Objects that could not be compared for one and the same reason."""

    why: str
    remedy: str
    applications: tuple[str, ...]
    objects: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnoreRow:
    """One entry of `spec.ignoreDifferences`, or of argocd-cm, at work."""

    owner: str
    """The Application, or `argocd-cm`."""
    entry: str
    """Where it is written and what it is about."""
    paths: tuple[str, ...]
    use: str
    """holds_back, about_nothing, unknown, hides_nothing or in_use."""
    objects: tuple[str, ...]
    """Those of which it hides something at present."""
    pointers: tuple[str, ...]
    """What it hides of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectsView:
    """Objects of live Applications; agree + disagree + not_comparable = total."""

    total: int
    agree: int
    disagree: int
    not_comparable: int
    agreement: str
    """Share of compared objects on which both agree, with its denominator; n/a for 0/0."""
    disagreements: tuple[VerdictRow, ...]
    uncompared: tuple[UncomparedRow, ...]
    """The most objects first."""
    differences: tuple[ObjectDiffs, ...]
    """By Application, only objects that differ, are on one side, or hide a difference."""
    ignored: tuple[IgnoreRow, ...]
    """Every entry there is; those that need a look first in front."""
    unreadable: str = ""
    """Why none of this is known; empty where it is."""


def objects(draft: Draft) -> ObjectsView:
    """Return the verdicts on the objects of audited Applications, and their differences."""
    found = draft.audit.snapshot.look(AGREEMENT)
    if not isinstance(found, Mapping):
        return _view(draft, {}, draft.gap(found.why, "says"))
    audited = frozenset(draft.audit.population.audited)
    return _view(draft, {ref: found[ref] for ref in sorted(found) if ref in audited}, "")


def _view(
    draft: Draft, found: Mapping[ResourceRef, tuple[Verdict, ...]], unreadable: str
) -> ObjectsView:
    count = Counter(one.standing for each in found.values() for one in each)
    agree, disagree = count[Standing.AGREES], count[Standing.DISAGREES]
    return ObjectsView(
        total=count.total(),
        agree=agree,
        disagree=disagree,
        not_comparable=count[Standing.NOT_COMPARABLE],
        agreement=draft.words.share(agree, agree + disagree),
        disagreements=tuple(_disagreements(draft, found)),
        uncompared=_uncompared(draft, found),
        differences=tuple(_differences(draft, found)),
        ignored=_ignored(draft, found),
        unreadable=unreadable,
    )


def _disagreements(
    draft: Draft, found: Mapping[ResourceRef, tuple[Verdict, ...]]
) -> Iterator[VerdictRow]:
    for ref, each in found.items():
        for one in each:
            if one.standing is Standing.DISAGREES and one.reason:
                yield VerdictRow(
                    draft.subject(ref),
                    one.ref.label,
                    one.argocd,
                    one.ours,
                    draft.gap(one.reason, "says"),
                    draft.gap(one.reason, "remedy"),
                )


def _uncompared(
    draft: Draft, found: Mapping[ResourceRef, tuple[Verdict, ...]]
) -> tuple[UncomparedRow, ...]:
    """Count by reason; that the reason names each object is no reason for a row each."""
    kinds: dict[str, list[tuple[ResourceRef, Gap]]] = defaultdict(list)
    for ref, each in found.items():
        for one in each:
            if one.standing is Standing.NOT_COMPARABLE and one.reason:
                about = {k: v for k, v in one.reason.facts.items() if k != "object"}
                kinds[Gap(one.reason.code, about).key].append((ref, one.reason))
    rows = [_uncompared_row(draft, cases) for cases in kinds.values()]
    return tuple(sorted(rows, key=lambda row: (-row.objects, row.why, row.applications)))


def _uncompared_row(draft: Draft, cases: list[tuple[ResourceRef, Gap]]) -> UncomparedRow:
    reason = cases[0][1]
    is_about_one = len(cases) == 1 or "object" not in reason.facts
    applications = tuple(dict.fromkeys(draft.subject(ref) for ref, _ in cases))
    return UncomparedRow(
        draft.gap(reason, "says" if is_about_one else "title"),
        draft.gap(reason, "remedy"),
        applications,
        len(cases),
    )


def _differences(
    draft: Draft, found: Mapping[ResourceRef, tuple[Verdict, ...]]
) -> Iterator[ObjectDiffs]:
    states = draft.audit.snapshot.look(OBJECT_STATES)
    if not isinstance(states, Mapping):
        return
    for ref in found:
        seen = states[ref]
        telling = tuple(one for one in seen.objects if _is_telling(one))
        if telling:
            made = differences_of(draft, draft.applications[ref], replace(seen, objects=telling))
            yield replace(made, objects=tuple(_shortened(one) for one in made.objects))


def _ignored(
    draft: Draft, found: Mapping[ResourceRef, tuple[Verdict, ...]]
) -> tuple[IgnoreRow, ...]:
    """Return the entries of the Applications, and those of argocd-cm over all of them."""
    states = draft.audit.snapshot.look(OBJECT_STATES)
    if not isinstance(states, Mapping):
        return ()
    owners = draft.audit.snapshot.look(IGNORE_OWNERS)
    everything = tuple(one for ref in found for one in states[ref].objects)
    rows = [
        (effect.use, _ignore_row(draft.subject(ref), effect))
        for ref in found
        for effect in effects(draft.applications[ref].ignore_rules, states[ref].objects, Writers())
    ]
    rows += [
        (effect.use, _ignore_row(owner.ref.name, effect))
        for owner in (owners if isinstance(owners, tuple) else ())
        if isinstance(owner, SystemRules)
        for effect in effects(owner.ignore_rules, everything, Writers())
    ]
    order = tuple(Use)
    return tuple(row for _, row in sorted(rows, key=lambda pair: order.index(pair[0])))


def _ignore_row(owner: str, effect: Effect) -> IgnoreRow:
    rule = effect.rule
    return IgnoreRow(
        owner=owner,
        entry=f"{place_of(rule)} {'/'.join(filter(None, (rule.group, rule.kind, rule.name)))}",
        paths=(*rule.json_pointers, *rule.jq_path_expressions, *rule.managed_fields_managers),
        use=effect.use.value,
        objects=tuple(one.label for one in effect.objects)[:POINTERS],
        pointers=effect.pointers[:POINTERS],
    )


def _is_telling(one: ObjectState) -> bool:
    """Say whether there is anything to see; a Secret of which nothing is known to differ has not.

    What could not be compared is counted by its reason instead.
    """
    is_known = one.state in (State.DIFFERS, State.ONLY_GIT, State.ONLY_LIVE)
    return is_known or bool(one.hidden) or (one.argocd == "OutOfSync" and one.state != State.HOOK)


def _shortened(one: ObjectDiff) -> ObjectDiff:
    cut = max(0, len(one.lines) - LINES) + max(0, len(one.hidden_lines) - LINES)
    return replace(one, lines=one.lines[:LINES], hidden_lines=one.hidden_lines[:LINES], cut=cut)
