"""YAML as Argo CD reads it: sigs.k8s.io/yaml, whose scalars follow go-yaml v2 (`resolve.go`)."""

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import yaml
from yaml import MappingNode, Node, ScalarNode, SequenceNode
from yaml.composer import Composer, ComposerError

from auditor.collector.yaml_scalar import scalar

MAX_DEPTH: Final = 100
"""Levels of nesting; Kubernetes' own schemas stay below 40."""
MAX_NODES: Final = 1_000_000
"""Values of one document after aliases are followed; an alias bomb has more."""

_CORE: Final = "tag:yaml.org,2002:"
_PLAIN: Final = "plain"
_SECOND_ANCHOR: Final = "second occurrence"
_SPLIT: Final = re.compile(r"^---(?=\s|$)", re.MULTILINE)
_ONLY_REMARKS: Final = re.compile(r"(?:[ \t]*(?:[#%][^\n]*)?\r?\n)*[ \t]*(?:[#%][^\n]*)?\Z")
_RUN_OF_INDENT: Final = re.compile(rf"^[ \t?:-]{{{MAX_DEPTH},}}", re.MULTILINE)


class BadYaml(Exception):
    """A document that Argo CD would refuse; `reason` is short, `line` counts from 1."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(f"line {line}: {reason}")
        self.reason = reason
        self.line = line


@dataclass(frozen=True, slots=True)
class Chunk:
    """The text between two `---` lines."""

    text: str
    line: int
    """Line of the file the text starts on, counted from 1."""


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
    _refuse_deep(chunk)
    try:
        nodes = _nodes(chunk.text, _Loader)
    except ComposerError as error:
        if error.problem != _SECOND_ANCHOR:
            raise _bad(error, chunk) from error
        nodes = _patient_nodes(chunk)
    except (yaml.YAMLError, ValueError) as error:
        raise _bad(error, chunk) from error
    for node in nodes:
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


def _patient_nodes(chunk: Chunk) -> list[Node]:
    try:
        return _nodes(chunk.text, _PatientLoader)
    except (yaml.YAMLError, ValueError) as error:
        raise _bad(error, chunk) from error


def _nodes(text: str, kind: "type[_Loader]") -> list[Node]:
    loader = kind(text)
    nodes = []
    while loader.check_node():
        node = loader.get_node()
        if node is not None:
            nodes.append(node)
    return nodes


def _bad(error: Exception, chunk: Chunk) -> BadYaml:
    if isinstance(error, yaml.MarkedYAMLError):
        line = getattr(error.problem_mark or error.context_mark, "line", 0)
        return BadYaml(error.problem or "not readable", line + chunk.line)
    return BadYaml("control characters are not allowed", chunk.line)


def _document(node: Node, offset: int, with_lines: Callable[[Any], bool] | None) -> Document:
    _Sizes().size(node, offset)
    builder = _Builder(offset)
    value = builder.value(node, "")
    lines: dict[str, int] = {}
    if with_lines is not None and with_lines(value):
        _lines(node, "", offset, lines)
    return Document(value, node.start_mark.line + 1 + offset, lines, tuple(builder.duplicates))


class _Loader(yaml.CSafeLoader):
    """LibYAML's composer; tags are only noted, `_Builder` decides what they mean."""

    def resolve(self, kind: type[Node], _value: str | None, implicit: Any) -> str:
        if kind is ScalarNode:
            return _PLAIN if implicit[0] else f"{_CORE}str"
        return f"{_CORE}map" if kind is MappingNode else f"{_CORE}seq"

    def descend_resolver(self, _node: Any, _index: Any) -> None:
        pass

    def ascend_resolver(self) -> None:
        pass


class _PatientLoader(Composer, _Loader):
    """Composes in Python, because LibYAML's composer refuses an anchor that is set again."""

    def __init__(self, text: str) -> None:
        _Loader.__init__(self, text)
        Composer.__init__(self)

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        if not self.check_event(yaml.AliasEvent):
            self.anchors.pop(getattr(self.peek_event(), "anchor", None), None)
        return super().compose_node(parent, index)


def _refuse_deep(chunk: Chunk) -> None:
    """Raise BadYaml before LibYAML's recursive composer could exhaust the stack."""
    text = chunk.text
    if text.count("[") + text.count("{") < MAX_DEPTH and not _RUN_OF_INDENT.search(text):
        return
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > MAX_DEPTH:
                line = getattr(event.start_mark, "line", 0) + chunk.line
                raise BadYaml(f"nested deeper than {MAX_DEPTH} levels", line)
    except yaml.YAMLError:
        # An error before the limit is reached is reported by the reading itself.
        return


class _Sizes:
    """Values a node stands for once its aliases are followed; each node is visited once."""

    def __init__(self) -> None:
        self.known: dict[int, tuple[int, int]] = {}

    def size(self, node: Node, offset: int) -> tuple[int, int]:
        """Return count and depth; raise BadYaml if either is too large or endless."""
        if isinstance(node, ScalarNode):
            return 1, 1
        mark = id(node)
        if mark in self.known:
            found = self.known[mark]
            if not found[0]:
                raise BadYaml("an anchor contains itself", node.start_mark.line + 1 + offset)
            return found
        self.known[mark] = (0, 0)
        count, depth = 1, 0
        for child in _children(node):
            more, deeper = self.size(child, offset)
            count, depth = count + more, max(depth, deeper)
            if count > MAX_NODES or depth >= MAX_DEPTH:
                raise BadYaml("aliases expand without measure", node.start_mark.line + 1 + offset)
        self.known[mark] = (count, depth + 1)
        return self.known[mark]


def _children(node: Node) -> Iterator[Node]:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            yield key
            yield value
    elif isinstance(node, SequenceNode):
        yield from node.value


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
        if tag == _PLAIN:
            return self.plain(text, node)
        if tag in (f"{_CORE}int", f"{_CORE}float", f"{_CORE}bool", f"{_CORE}null"):
            return self.plain(text, node)
        if tag == f"{_CORE}binary":
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
            if key_node.tag == _PLAIN and key_node.value == "<<":
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
