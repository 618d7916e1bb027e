"""A waiver that accepts nothing: what it was for is mended, or it names something else."""

from collections.abc import Iterator

from auditor.findings import Breach, Severity, Unseen, everywhere
from auditor.findings.waiver import State, WaiverUse
from auditor.kube.gap import Gap
from auditor.rulebook import NoOptions, rule
from auditor.rulebook.waivers import WAIVERS


@rule("WVR-002", severity=everywhere(Severity.LOW), over=WAIVERS, options=NoOptions)
def waiver_matches_nothing(use: WaiverUse, _: NoOptions) -> Iterator[Breach | Unseen]:
    """Ask whether its rule has looked at what it names and found nothing there."""
    if use.state is State.UNKNOWN:
        yield Unseen(use.why or Gap("not_selected"))
    elif use.state is State.UNUSED:
        yield Breach(
            at=use.at,
            facts={
                "rule": use.waiver.rule,
                "about": use.name,
                "approver": use.waiver.approver,
                "until": use.waiver.ends(use.limits).isoformat(),
            },
            identity=use.identity,
        )
