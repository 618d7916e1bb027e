"""A waiver whose time is over: what it accepted counts again."""

from collections.abc import Iterator

from auditor.findings import Breach, Severity, everywhere
from auditor.findings.waiver import State, WaiverUse
from auditor.rulebook import NoOptions, rule
from auditor.rulebook.waivers import WAIVERS


@rule("WVR-001", severity=everywhere(Severity.MEDIUM), over=WAIVERS, options=NoOptions)
def waiver_is_expired(use: WaiverUse, _: NoOptions) -> Iterator[Breach]:
    """Compare its last day with the day of the snapshot; without a finding it is only litter."""
    if use.state is State.EXPIRED:
        yield Breach(
            at=use.at,
            facts={
                "rule": use.waiver.rule,
                "about": use.name,
                "until": use.waiver.ends(use.limits).isoformat(),
                "approver": use.waiver.approver,
                "ticket": use.waiver.ticket,
            },
            variant="" if use.findings else "idle",
            lower=0 if use.findings else 2,
            identity=use.identity,
        )
