"""A waiver for something that has changed since it was granted."""

from collections.abc import Iterator

from auditor.findings import Breach, Severity, everywhere
from auditor.findings.waiver import State, WaiverUse
from auditor.rulebook import NoOptions, rule
from auditor.rulebook.waivers import WAIVERS


@rule("WVR-006", severity=everywhere(Severity.MEDIUM), over=WAIVERS, options=NoOptions)
def waiver_has_lapsed(use: WaiverUse, _: NoOptions) -> Iterator[Breach]:
    """Tell those whose digest is no longer that of what they accept."""
    if use.state is State.LAPSED:
        yield Breach(
            at=use.at,
            facts={
                "rule": use.waiver.rule,
                "about": use.name,
                "then": use.waiver.content,
                "now": use.content,
            },
            identity=use.identity,
        )
