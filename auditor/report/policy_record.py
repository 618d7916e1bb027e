"""The policy and its waivers as machines read them."""

from collections.abc import Mapping
from dataclasses import dataclass

from auditor.findings.waiver import WaiverUse
from auditor.report.draft import Draft
from auditor.report.policy import policy


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverRecord:
    """One waiver, in force or not; days as `2026-12-31`, empty where there is none."""

    rule: str
    about: str
    state: str
    reason: str
    approver: str
    ticket: str
    granted: str
    expires: str
    until: str
    content: str
    source: str
    """`file` or `annotation`; the latter is self-approved."""
    place: str
    findings: tuple[str, ...]
    """Fingerprints of what it accepts, or would."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRecord:
    """What was in force."""

    persona: str
    file: str
    digest: str
    differences: Mapping[str, str]
    """Key to value, as the configuration spells them."""
    off: tuple[str, ...]


def waiver_record(draft: Draft, use: WaiverUse) -> WaiverRecord:
    """Return one entry of the register."""
    waiver, place = use.waiver, draft.place(use.manifest, use.at)
    days = (waiver.granted, waiver.expires)
    granted, expires = (day.isoformat() if day else "" for day in days)
    return WaiverRecord(
        rule=waiver.rule,
        about=use.name,
        state=use.state.value,
        reason=waiver.reason,
        approver=waiver.approver,
        ticket=waiver.ticket,
        granted=granted,
        expires=expires,
        until=waiver.ends(use.limits).isoformat() if all(days) else "",
        content=waiver.content,
        source=waiver.source.value,
        place=f"{place.file}:{place.line}" if place.line else place.file,
        findings=use.findings,
    )


def policy_record(draft: Draft) -> PolicyRecord:
    """Return what was in force."""
    told = policy(draft)
    return PolicyRecord(
        persona=told.persona,
        file=told.file,
        digest=told.digest,
        differences={one.key: one.value for one in told.differences},
        off=told.off,
    )
