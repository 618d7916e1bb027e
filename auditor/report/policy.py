"""Audit → the policy in force and the register of waivers."""

from dataclasses import replace
from datetime import date
from typing import Final

from auditor.engine.result import Audit
from auditor.findings.waiver import Source, State, WaiverUse
from auditor.kube.ref import ResourceRef
from auditor.report.draft import Draft, Edition
from auditor.report.findings import reference, sentence
from auditor.report.policy_view import DifferenceView, PolicyView, WaiverView

SOON: Final = 14
"""Days before the end from which on a waiver is said to expire."""


def policy(draft: Draft) -> PolicyView:
    """Return what was in force."""
    found = draft.audit.policy
    asked = {rule.id for rule in draft.audit.rules}
    return PolicyView(
        persona=found.persona,
        file=found.file,
        digest=found.digest,
        max_days=found.limits.longest.days,
        accepts_annotations=found.limits.accepts_annotations,
        differences=tuple(
            DifferenceView(one.key, one.value, one.origin) for one in found.differences
        ),
        off=tuple(sorted(found.known - asked)),
    )


def waivers(draft: Draft) -> tuple[WaiverView, ...]:
    """Return all waivers, those in force first, the next to end in front."""
    order = list(State)
    ranked = sorted(
        draft.audit.waivers,
        key=lambda use: (order.index(use.state), use.waiver.ends(use.limits), use.identity),
    )
    return tuple(_waiver(draft, f"W{number}", use) for number, use in enumerate(ranked, 1))


def of_application(audit: Audit, edition: Edition, ref: ResourceRef) -> tuple[WaiverView, ...]:
    """Return the waivers that are about one Application, numbered by themselves."""
    every = (*audit.waived, *audit.findings)
    own = {f.fingerprint for f in every if ref in (f.subject, *f.members)}
    uses = tuple(u for u in audit.waivers if u.ref == ref or own.intersection(u.findings))
    wanted = {use.waiver.rule for use in uses}
    rules = tuple(rule for rule in audit.rules if rule.id in wanted)
    return waivers(Draft.of(replace(audit, waivers=uses, rules=rules), edition))


def expiring(draft: Draft) -> int:
    """Return how many waivers in force end soon."""
    left = [_left(use) for use in draft.audit.waivers]
    return sum(days is not None and days <= SOON for days in left)


def _waiver(draft: Draft, name: str, use: WaiverUse) -> WaiverView:
    waiver = use.waiver
    known = {f.fingerprint: f for f in (*draft.audit.waived, *draft.audit.findings)}
    named = [known[one] for one in use.findings if one in known]
    return WaiverView(
        id=name,
        state=use.state.value,
        rule=waiver.rule,
        about=use.name,
        reason=waiver.reason,
        approver=waiver.approver,
        ticket=waiver.ticket,
        granted=_day(waiver.granted),
        expires=_day(waiver.expires),
        until=_day(waiver.ends(use.limits)) if waiver.expires and waiver.granted else "",
        days_left=_left(use),
        is_self_approved=waiver.source is Source.ANNOTATION,
        is_bound=bool(waiver.content),
        place=draft.place(use.manifest, use.at),
        findings=tuple(reference(draft, finding) for finding in named),
        sentences=tuple(sentence(draft, finding) for finding in named),
    )


def _left(use: WaiverUse) -> int | None:
    if use.state is not State.IN_FORCE or use.today is None:
        return None
    return (use.waiver.ends(use.limits) - use.today).days


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
