"""What could not be judged and what could not be read: each kind of reason with its remedy."""

from collections import defaultdict

from auditor.engine.result import EXCLUSIONS, Batch
from auditor.kube.gap import Gap
from auditor.report.appendix_view import GapCase, GapView, SectionView
from auditor.report.draft import Draft
from auditor.snapshot import Collected, Excluded, Look, Missing
from auditor.snapshot.sections import ALL

REASONS = 8
"""Distinct reasons told of one section; of the rest only the number."""


def gaps(draft: Draft) -> tuple[GapView, ...]:
    """Return why checks are NotAssessed, by kind of reason, the most checks first."""
    kinds: dict[str, dict[str, list[Batch]]] = defaultdict(lambda: defaultdict(list))
    for batch in sorted(draft.audit.unseen, key=lambda batch: batch.rule):
        if batch.why:
            kinds[batch.why.code][batch.why.key].append(batch)
    views = [_kind(draft, code, list(cases.values())) for code, cases in kinds.items()]
    return tuple(sorted(views, key=lambda view: (view.is_asked_for, -view.checks, view.code)))


def _kind(draft: Draft, code: str, cases: list[list[Batch]]) -> GapView:
    first = _why(cases[0])
    told = sorted(
        (_case(draft, case) for case in cases), key=lambda c: (-c.checks, c.sentence, c.subjects)
    )
    return GapView(
        code,
        draft.gap(first, "title"),
        draft.gap(first, "remedy"),
        sum(case.checks for case in told),
        code in EXCLUSIONS,
        tuple(told),
    )


def _case(draft: Draft, batches: list[Batch]) -> GapCase:
    # rules that were asked about the same objects share one tuple of their names
    places = {id(batch.places): batch.places for batch in batches}.values()
    subjects = {draft.subject(ref) for one in places for ref, _ in one if ref}
    rules = {batch.rule for batch in batches}
    why = draft.gap(_why(batches), "says")
    checks = sum(len(batch.places) for batch in batches)
    return GapCase(why, tuple(sorted(subjects)), tuple(sorted(rules)), checks)


def _why(batches: list[Batch]) -> Gap:
    return next(batch.why for batch in batches if batch.why)


def sections(draft: Draft) -> tuple[SectionView, ...]:
    """Return what was read, section by section, in the order of collection."""
    looks = draft.audit.snapshot.sections
    return tuple(
        _section(draft, section.name, looks[section.name])
        for section in ALL
        if section.name in looks
    )


def _section(draft: Draft, name: str, look: Look) -> SectionView:
    match look:
        case Missing(why):
            return _view(draft, name, "missing", 0, (why,))
        case Excluded(why):
            return _view(draft, name, "excluded", 0, (why,))
        case Collected(items, partly):
            state = "partial" if partly else "collected"
            return _view(draft, name, state, len(items), partly)


def _view(draft: Draft, name: str, state: str, items: int, reasons: tuple[Gap, ...]) -> SectionView:
    told = list(dict.fromkeys(draft.gap(reason, "says") for reason in reasons))
    if len(told) > REASONS:
        more = draft.words.text("gap_card.more", n=len(told) - REASONS)
        told = [*told[:REASONS], more]
    remedies = dict.fromkeys(draft.gap(reason, "remedy") for reason in reasons)
    return SectionView(name, state, items, tuple(told), tuple(remedies))
