"""The objects in what templates gave; mirrors `SortManifests` and `SplitManifests` of Helm."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor.collector import yaml_reader
from auditor.collector.render.documents import expanded
from auditor.collector.render.failure import NotRendered, wrong
from auditor.collector.yaml_nodes import BadYaml, Chunk

_SEPARATOR: Final = re.compile(r"^---[ \t]*", re.MULTILINE)
_TESTS: Final = frozenset({"test", "test-success"})
_EVENTS: Final = _TESTS | {
    f"{when}-{event}"
    for when in ("pre", "post")
    for event in ("install", "upgrade", "delete", "rollback")
}


def is_manifest(name: str, text: str) -> bool:
    """Say whether Helm reads the output of a template as manifests."""
    base = name.rpartition("/")[2]
    return bool(text.strip()) and not base.startswith("_") and not name.endswith("NOTES.txt")


def objects_of(text: str, file: str, *, skip_tests: bool) -> list[dict[str, Any]]:
    """Return the objects of one rendered template; raise NotRendered naming `file`.

    Objects whose `helm.sh/hook` holds an event that Helm does not know are left out, as Helm does.
    """
    found: list[dict[str, Any]] = []
    for part in _documents(text):
        # Helm prints each document with a line end of its own.
        for raw in _values(Chunk(part.text + "\n", part.line), file):
            if _is_printed(raw, file, skip_tests=skip_tests):
                found += expanded(raw)
    return found


def definitions_of(text: str, file: str) -> list[dict[str, Any]]:
    """Return the objects of a text that Helm passed on as it is, such as a file of `crds/`."""
    chunks = yaml_reader.chunks(text)
    return [item for chunk in chunks for raw in _values(chunk, file) for item in expanded(raw)]


def _documents(text: str) -> Iterator[Chunk]:
    starts = [(0, 0), *((found.start(), found.end()) for found in _SEPARATOR.finditer(text))]
    ends = [*(start for start, _ in starts[1:]), len(text)]
    line, counted = 1, 0
    for (_, start), end in zip(starts, ends, strict=True):
        part = text[start:end]
        if not part.strip():
            continue
        begin = start + len(part) - len(part.lstrip())
        line, counted = line + text.count("\n", counted, begin), begin
        yield Chunk(part.lstrip(), line)


def _values(chunk: Chunk, file: str) -> Iterator[dict[str, Any]]:
    try:
        for document in yaml_reader.read(chunk):
            if document.value is not None:
                yield _object(document.value, file, document.line)
    except BadYaml as bad:
        # The line end that was added is no line of the template.
        line = min(bad.line, chunk.line + max(chunk.text.count("\n") - 1, 0))
        raise wrong("render_failed", file=file, line=line, message=bad.reason) from bad


def _object(value: Any, file: str, line: int) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _bad(file, "a document is no object", line)
    if not isinstance(value.get("kind"), str) or not value["kind"]:
        raise _bad(file, "Object 'Kind' is missing", line)
    return value


def _is_printed(raw: Mapping[str, Any], file: str, *, skip_tests: bool) -> bool:
    hooks = _annotations(raw, file).get("helm.sh/hook")
    if hooks is None:
        return True
    events = {event.strip().lower() for event in _text(hooks).split(",")}
    return events <= _EVENTS and not (skip_tests and events & _TESTS)


def _annotations(raw: Mapping[str, Any], file: str) -> Mapping[str, Any]:
    """Return the annotations as Helm reads them; it refuses what is neither text nor number."""
    meta = raw.get("metadata")
    if meta is None:
        return {}
    if not isinstance(meta, Mapping) or isinstance(meta.get("name"), dict | list):
        raise _bad(file, "metadata cannot be read")
    found = meta.get("annotations")
    if found is None:
        return {}
    if not isinstance(found, Mapping) or any(isinstance(v, dict | list) for v in found.values()):
        raise _bad(file, "metadata.annotations cannot be read as texts")
    return found


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _bad(file: str, message: str, line: int | None = None) -> NotRendered:
    where = {} if line is None else {"line": line}
    return wrong("render_failed", file=file, message=message, **where)
