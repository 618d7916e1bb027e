"""The audit as JSON: flat lists for programs, the view for people, and the schema of both."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from auditor.renderer.plain import spelt
from auditor.report.policy_record import PolicyRecord, WaiverRecord
from auditor.report.record import (
    CauseRecord,
    CoverageRecord,
    FindingRecord,
    NotAssessedRecord,
    PopulationRecord,
    RuleRecord,
)
from auditor.report.view import SCHEMA, ReportView


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The published document; keys are added, never renamed, within one version."""

    schema: str
    tool: Mapping[str, str]
    inputs: Mapping[str, Any]
    findings: tuple[FindingRecord, ...]
    waived: tuple[FindingRecord, ...]
    waivers: tuple[WaiverRecord, ...]
    policy: PolicyRecord
    causes: tuple[CauseRecord, ...]
    population: PopulationRecord
    coverage: tuple[CoverageRecord, ...]
    not_assessed: tuple[NotAssessedRecord, ...]
    rules: tuple[RuleRecord, ...]
    report: ReportView
    """What HTML and PDF are laid out from, without the lists above."""


def json(view: ReportView) -> bytes:
    """Return the document, one key a line; `schema` names the version."""
    # nothing keeps a second copy: of a large cluster it is a hundred megabytes
    return spelt(
        msgspec.json.format(msgspec.json.encode(document(view)), indent=1).decode() + "\n"
    ).encode()


def document(view: ReportView) -> Document:
    """Return what `json` writes; raise ValueError for a view without its record."""
    found = view.record
    if found is None:
        raise ValueError("a view is written with the record it was built with")
    return Document(
        schema=view.schema,
        tool=found.tool,
        inputs=found.inputs,
        findings=found.findings,
        waived=found.waived,
        waivers=found.waivers,
        policy=found.policy,
        causes=found.causes,
        population=found.population,
        coverage=found.coverage,
        not_assessed=found.not_assessed,
        rules=found.rules,
        report=replace(view, record=None),
    )


_REF: Final = "#/$defs/{name}"


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the `json` format."""
    schemas, definitions = msgspec.json.schema_components([Document], ref_template=_REF)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{SCHEMA.replace('/', ':')}",
        **schemas[0],
        "$defs": dict(sorted(definitions.items())),
    }


def schema_text() -> bytes:
    """Return the schema as the published file has it."""
    return msgspec.json.format(msgspec.json.encode(schema(), order="sorted"), indent=2) + b"\n"
