"""A waiver that an Application gives itself, where the policy does not accept such."""

from collections.abc import Iterator

from auditor.findings import Breach, Severity, everywhere
from auditor.findings.waiver import State, WaiverUse
from auditor.rulebook import NoOptions, rule
from auditor.rulebook.waivers import WAIVERS


@rule("WVR-005", severity=everywhere(Severity.MEDIUM), over=WAIVERS, options=NoOptions)
def waiver_is_not_accepted(use: WaiverUse, _: NoOptions) -> Iterator[Breach]:
    """Tell those that the policy refuses for where they are written."""
    if use.state is State.NOT_ACCEPTED:
        yield Breach(
            at=use.at,
            facts={"rule": use.waiver.rule, "about": use.name, "approver": use.waiver.approver},
            identity=use.identity,
        )
