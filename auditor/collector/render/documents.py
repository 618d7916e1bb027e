"""The objects in the output of a tool; mirrors `SplitYAML` of gitops-engine `util/kube`."""

from typing import Any

from auditor.collector import yaml_reader
from auditor.collector.render.failure import wrong
from auditor.collector.yaml_nodes import BadYaml


def objects_of(text: str, file: str) -> list[dict[str, Any]]:
    """Return the objects of `text`, lists expanded; raise NotRendered naming `file`."""
    try:
        values = yaml_reader.values(text)
    except BadYaml as bad:
        raise wrong("render_failed", file=file, line=bad.line, message=bad.reason) from bad
    found: list[dict[str, Any]] = []
    for value in values:
        if value is None:
            continue
        if not isinstance(value, dict):
            raise wrong("render_failed", file=file, message="a document is no object")
        if not isinstance(value.get("kind"), str) or not value["kind"]:
            raise wrong("render_failed", file=file, message="Object 'Kind' is missing")
        found += expanded(value)
    return found


def expanded(value: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the items of a list, or the object alone."""
    items = value.get("items")
    if not isinstance(items, list):
        return [value]
    return [item for item in items if isinstance(item, dict)]
