"""The report as a terminal shows it: what is printed is worked out, and nothing else."""

from typing import Final

from auditor.engine.result import Audit
from auditor.report.appendix_view import Provenance
from auditor.report.check import check_brief
from auditor.report.draft import Draft, Edition
from auditor.report.findings import brief_causes, brief_rules
from auditor.report.gaps import gaps, sections
from auditor.report.policy import policy, waivers
from auditor.report.population import matrix, population, tallies, verdict
from auditor.report.provenance import brief_identity
from auditor.report.view import SCHEMA, Deltas, ReportView

_NOT_TOLD: Final = Provenance(
    command="",
    context="",
    identity="",
    snapshot_digest="",
    pack_digest="",
    rules=0,
    calls=None,
    refusals=None,
    excluded=(),
    fonts=(),
    limits=(),
)


def brief(audit: Audit, edition: Edition, most: int) -> ReportView:
    """Return page one of the report on `audit`, with `most` lines of each rule.

    Evidence, changes and the whole appendix are left out; raise Unbalanced as `build` does.
    """
    draft = Draft.of(audit, edition)
    view = ReportView(
        schema=SCHEMA,
        language=draft.edition.language,
        identity=brief_identity(draft),
        verdict=verdict(draft),
        population=population(draft),
        tallies=tallies(draft),
        deltas=Deltas(),
        matrix=matrix(draft),
        causes=brief_causes(draft),
        rules=brief_rules(draft, most),
        gaps=gaps(draft),
        sections=sections(draft),
        applications=(),
        catalogue=(),
        waivers=waivers(draft),
        policy=policy(draft),
        provenance=_NOT_TOLD,
    )
    check_brief(view)
    return view
