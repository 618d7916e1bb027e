"""The view itself, as JSON, and the schema that describes it."""

from typing import Any, Final

import msgspec

from auditor.report.view import SCHEMA, ReportView


def json(view: ReportView) -> bytes:
    """Return the view, one key a line; `schema` names the version."""
    return msgspec.json.format(msgspec.json.encode(view), indent=1) + b"\n"


_REF: Final = "#/$defs/{name}"


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the `json` format."""
    schemas, definitions = msgspec.json.schema_components([ReportView], ref_template=_REF)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{SCHEMA.replace('/', ':')}",
        **schemas[0],
        "$defs": dict(sorted(definitions.items())),
    }


def schema_text() -> bytes:
    """Return the schema as the published file has it."""
    return msgspec.json.format(msgspec.json.encode(schema(), order="sorted"), indent=2) + b"\n"
