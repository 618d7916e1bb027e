"""Audit → ReportView: one pass over the parts, then the hash, then the sums."""

import hashlib
from dataclasses import replace

import msgspec

from auditor.engine.result import Audit
from auditor.report.applications import applications, catalogue
from auditor.report.check import check
from auditor.report.draft import Draft, Edition
from auditor.report.findings import causes, rules
from auditor.report.gaps import gaps, sections
from auditor.report.objects import objects
from auditor.report.policy import policy, waivers
from auditor.report.population import matrix, population, tallies, verdict
from auditor.report.provenance import identity, provenance
from auditor.report.record import record
from auditor.report.view import SCHEMA, Deltas, ReportView


def build(audit: Audit, edition: Edition | None = None) -> ReportView:
    """Return the report on `audit`; raise Unbalanced where its sums disagree."""
    draft = Draft.of(audit, edition or Edition())
    view = ReportView(
        schema=SCHEMA,
        language=draft.edition.language,
        identity=identity(draft),
        verdict=verdict(draft),
        population=population(draft),
        tallies=tallies(draft),
        deltas=Deltas(),
        matrix=matrix(draft),
        causes=causes(draft),
        rules=rules(draft),
        gaps=gaps(draft),
        sections=sections(draft),
        applications=applications(draft),
        catalogue=catalogue(draft),
        waivers=waivers(draft),
        policy=policy(draft),
        provenance=provenance(draft),
        objects=objects(draft),
        record=record(draft),
    )
    check(view)
    return sealed(view)


def sealed(view: ReportView) -> ReportView:
    """Return `view` with the hash over everything else in it."""
    bare = replace(view, identity=replace(view.identity, content_hash=""))
    content = hashlib.sha256(msgspec.json.encode(bare, order="sorted")).hexdigest()
    return replace(view, identity=replace(view.identity, content_hash=content))
