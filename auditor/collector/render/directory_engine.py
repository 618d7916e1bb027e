"""Plain manifests of a folder; mirrors `findManifests` of Argo CD's `repository.go`."""

from collections.abc import Mapping
from typing import Any, Final

from auditor.collector import yaml_reader
from auditor.collector.render import jsonnet_engine
from auditor.collector.render.documents import expanded
from auditor.collector.render.failure import wrong
from auditor.collector.yaml_nodes import BadYaml
from auditor.collector.yaml_scalar import json_value

SKIP: Final = b"+argocd:skip-file-rendering"
_LOOKS: Final = ("apiVersion:", "kind:", "metadata:")


def render(job: Mapping[str, Any], _output: int) -> list[dict[str, Any]]:
    """Return the objects of `job["files"]` (path and content) in order; raise NotRendered."""
    found = []
    for path, data in job["files"]:
        if path.endswith(".jsonnet"):
            raws = jsonnet_engine.objects_of(path, data, job["jsonnet"])
        else:
            raws = objects_of_file(path, data)
        found += [{"template": path, "manifest": raw} for raw in raws]
    return found


def objects_of_file(path: str, data: bytes) -> list[dict[str, Any]]:
    """Return the objects of one file, none for YAML that is no manifest; raise NotRendered."""
    if SKIP in data:
        return []
    try:
        text = yaml_reader.text_of(data)
    except BadYaml as bad:
        raise wrong("render_failed", file=path, line=bad.line, message=bad.reason) from bad
    if path.endswith(".json"):
        return _json(path, text)
    return _yaml(path, text)


def _json(path: str, text: str) -> list[dict[str, Any]]:
    try:
        value = json_value(text)
    except ValueError as error:
        raise wrong("render_failed", file=path, message=str(error)[:200]) from error
    if not isinstance(value, dict):
        raise wrong("render_failed", file=path, message="the file holds no single object")
    return expanded(value) if value.get("kind") else []


def _yaml(path: str, text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    try:
        for chunk in yaml_reader.chunks(text):
            for document in yaml_reader.read(chunk):
                if document.value is not None:
                    found += expanded(_object(document.value, document.line))
    except BadYaml as bad:
        if found or all(word in text for word in _LOOKS):
            raise wrong("render_failed", file=path, line=bad.line, message=bad.reason) from bad
        # Argo CD passes over other YAML, such as the values of a chart.
        return []
    return found


def _object(value: Any, line: int) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadYaml("a document is no object", line)
    if not isinstance(value.get("kind"), str) or not value["kind"]:
        raise BadYaml("Object 'Kind' is missing", line)
    return value
