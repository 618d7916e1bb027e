"""A waiver for more time than the policy gives: it ends with that time."""

from collections.abc import Iterator

from auditor.findings import Breach, Severity, everywhere
from auditor.findings.waiver import State, WaiverUse
from auditor.rulebook import NoOptions, rule
from auditor.rulebook.waivers import WAIVERS


@rule("WVR-003", severity=everywhere(Severity.MEDIUM), over=WAIVERS, options=NoOptions)
def waiver_lasts_too_long(use: WaiverUse, _: NoOptions) -> Iterator[Breach]:
    """Compare the time it asks for with the longest one, whether it is in force or not."""
    waiver = use.waiver
    if use.state is State.ILL_FORMED or not waiver.is_too_long(use.limits):
        return
    if waiver.expires is not None and waiver.granted is not None:
        yield Breach(
            at=use.at,
            facts={
                "rule": waiver.rule,
                "about": use.name,
                "days": (waiver.expires - waiver.granted).days,
                "most": use.limits.longest.days,
                "until": waiver.ends(use.limits).isoformat(),
            },
            identity=use.identity,
        )
