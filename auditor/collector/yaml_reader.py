"""YAML as Argo CD reads it: sigs.k8s.io/yaml, whose scalars follow go-yaml v2 (`resolve.go`)."""

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from yaml import MappingNode, Node, ScalarNode, SequenceNode

from auditor.collector import yaml_plain
from auditor.collector.yaml_nodes import CORE, PLAIN, BadYaml, Chunk, compose
from auditor.collector.yaml_scalar import scalar

_SPLIT: Final = re.compile(r"^---(?=\s|$)", re.MULTILINE)
_ONLY_REMARKS: Final = re.compile(r"(?:[ \t]*(?:[#%][^\n]*)?\r?\n)*[ \t]*(?:[#%][^\n]*)?\Z")


@dataclass(frozen=True, slots=True)
class Document:
    """One document: its value, and where in the file things are written."""

    value: Any
    line: int
    lines: Mapping[str, int] = field(default_factory=dict)
    """JSON pointer to line; empty unless asked for."""
    duplicates: tuple[tuple[str, int], ...] = ()
    """JSON pointer and line of keys that repeat an earlier key of the same mapping."""


def text_of(data: bytes) -> str:
    """Return the text of a file without byte order mark; raise BadYaml if it is no UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadYaml("invalid UTF-8", line) from error


def chunks(text: str) -> Iterator[Chunk]:
    """Split a stream as Kubernetes' decoder does, on lines that start with `---`."""
    starts = [0, *(found.start() for found in _SPLIT.finditer(text) if found.start())]
    line, kept = 1, ""
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        part = kept + text[start:end]
        if _ONLY_REMARKS.fullmatch(part):
            # A %YAML directive belongs to the document that follows.
            kept = part
            continue
        yield Chunk(part, line)
        line, kept = line + part.count("\n"), ""


def read(chunk: Chunk, *, with_lines: Callable[[Any], bool] | None = None) -> Iterator[Document]:
    """Yield the documents of a chunk, normally one; raise BadYaml.

    `with_lines` is asked for each value whether the lines of its fields are wanted.
    """
    plain = yaml_plain.read(chunk.text, chunk.line, with_lines=with_lines is not None)
    if plain is not None:
        value, line, lines = plain
        yield Document(value, line, lines if with_lines is not None and with_lines(value) else {})
        return
    for node in compose(chunk):
        yield _document(node, chunk.line - 1, with_lines)


def values(text: str) -> list[Any]:
    """Return the values of all documents of `text`; raise BadYaml."""
    return [document.value for chunk in chunks(text) for document in read(chunk)]


def duplicate_keys(text: str) -> tuple[tuple[str, int], ...]:
    """Return pointer and line of every repeated key of the first document; raise BadYaml."""
    for chunk in chunks(text):
        for document in read(chunk):
            return document.duplicates
    return ()


def _document(node: Node, offset: int, with_lines: Callable[[Any], bool] | None) -> Document:
    builder = _Builder(offset)
    value = builder.value(node, "")
    lines: dict[str, int] = {}
    if with_lines is not None and with_lines(value):
        _lines(node, "", offset, lines)
    return Document(value, node.start_mark.line + 1 + offset, lines, tuple(builder.duplicates))


class _Builder:
    def __init__(self, offset: int) -> None:
        self.offset = offset
        self.duplicates: list[tuple[str, int]] = []

    def value(self, node: Node, pointer: str) -> Any:
        if isinstance(node, ScalarNode):
            return self.scalar(node)
        if isinstance(node, SequenceNode):
            return [self.value(item, f"{pointer}/{i}") for i, item in enumerate(node.value)]
        return self.mapping(node, pointer)

    def scalar(self, node: ScalarNode) -> Any:
        tag, text = node.tag, node.value
        if tag == PLAIN:
            return self.plain(text, node)
        if tag in (f"{CORE}int", f"{CORE}float", f"{CORE}bool", f"{CORE}null"):
            return self.plain(text, node)
        if tag == f"{CORE}binary":
            try:
                data = base64.b64decode("".join(text.split()), validate=True)
            except binascii.Error as error:
                raise self.bad("!!binary value contains invalid base64 data", node) from error
            return data.decode("utf-8", "replace")
        return text

    def plain(self, text: str, node: Node) -> Any:
        try:
            return scalar(text)
        except ValueError as error:
            raise self.bad("infinite numbers are no JSON", node) from error

    def mapping(self, node: Node, pointer: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        written: set[str] = set()
        for key_node, value_node in node.value:
            if key_node.tag == PLAIN and key_node.value == "<<":
                # In order, as go-yaml v2 does: what is merged wins over keys written before it.
                found |= self.merged(value_node)
                continue
            key = self.key(key_node)
            here = f"{pointer}/{escaped(key)}"
            if key in written:
                self.duplicates.append((here, key_node.start_mark.line + 1 + self.offset))
            written.add(key)
            found[key] = self.value(value_node, here)
        return found

    def merged(self, node: Node) -> dict[str, Any]:
        parts = node.value if isinstance(node, SequenceNode) else [node]
        result: dict[str, Any] = {}
        for part in parts:
            if not isinstance(part, MappingNode):
                raise self.bad("map merge requires map or sequence of maps as the value", node)
            result = _Builder(self.offset).mapping(part, "") | result
        return result

    def key(self, node: Node) -> str:
        value = self.scalar(node) if isinstance(node, ScalarNode) else None
        match value:
            case str():
                return value
            case bool():
                return "true" if value else "false"
            case int():
                return str(value)
            case float():
                return f"{value:g}"
            case _:
                raise self.bad("invalid map key", node)

    def bad(self, reason: str, node: Node) -> BadYaml:
        return BadYaml(reason, node.start_mark.line + 1 + self.offset)


def _lines(node: Node, pointer: str, offset: int, lines: dict[str, int]) -> None:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                continue
            here = f"{pointer}/{escaped(key.value)}"
            lines[here] = key.start_mark.line + 1 + offset
            if value.start_mark.line >= key.start_mark.line:
                # An alias leads back to its anchor; its parts are not written here.
                _lines(value, here, offset, lines)
    elif isinstance(node, SequenceNode):
        for i, item in enumerate(node.value):
            lines[f"{pointer}/{i}"] = item.start_mark.line + 1 + offset
            _lines(item, f"{pointer}/{i}", offset, lines)


def escaped(key: str) -> str:
    """Return `key` as a step of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")
