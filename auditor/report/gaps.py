"""What could not be judged and what could not be read: each kind of reason with its remedy."""

from collections import defaultdict

from auditor.engine.result import EXCLUSIONS
from auditor.findings import NotAssessed
from auditor.kube.gap import Gap
from auditor.report.appendix_view import GapCase, GapView, SectionView
from auditor.report.draft import Draft
from auditor.snapshot import Collected, Excluded, Look, Missing
from auditor.snapshot.sections import ALL

REASONS = 8
"""Distinct reasons told of one section; of the rest only the number."""


def gaps(draft: Draft) -> tuple[GapView, ...]:
    """Return why checks are NotAssessed, by kind of reason, the most checks first."""
    kinds: dict[str, dict[str, list[NotAssessed]]] = defaultdict(lambda: defaultdict(list))
    for verdict in draft.audit.not_assessed:
        kinds[verdict.why.code][verdict.why.key].append(verdict)
    views = [_kind(draft, code, list(cases.values())) for code, cases in kinds.items()]
    return tuple(sorted(views, key=lambda view: (view.is_asked_for, -view.checks, view.code)))


def _kind(draft: Draft, code: str, cases: list[list[NotAssessed]]) -> GapView:
    first = cases[0][0].why
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


def _case(draft: Draft, verdicts: list[NotAssessed]) -> GapCase:
    subjects = {draft.subject(v.subject) for v in verdicts if v.subject}
    rules = {v.rule for v in verdicts}
    why = draft.gap(verdicts[0].why, "says")
    return GapCase(why, tuple(sorted(subjects)), tuple(sorted(rules)), len(verdicts))


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
