"""A waiver that cannot be understood, and so accepts nothing."""

from collections.abc import Iterator

from auditor.findings import Breach, Severity, everywhere
from auditor.findings.waiver import WaiverUse
from auditor.rulebook import NoOptions, rule
from auditor.rulebook.waivers import WAIVERS


@rule("WVR-004", severity=everywhere(Severity.MEDIUM), over=WAIVERS, options=NoOptions)
def waiver_is_ill_formed(use: WaiverUse, _: NoOptions) -> Iterator[Breach]:
    """Tell the first reason why it means nothing; the page has a sentence for each."""
    if use.waiver.mistake is not None:
        mistake = use.waiver.mistake
        yield Breach(
            at=use.at,
            facts={"about": use.name, **mistake.facts},
            variant=mistake.code,
            identity=use.identity,
        )
