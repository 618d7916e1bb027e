"""YAML text to nodes, bounded: LibYAML, but for what would exhaust the stack or the memory."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import yaml
from yaml import MappingNode, Node, ScalarNode, SequenceNode
from yaml.composer import Composer, ComposerError

MAX_DEPTH: Final = 100
"""Levels of nesting; Kubernetes' own schemas stay below 40."""
MAX_NODES: Final = 1_000_000
"""Values of one document after aliases are followed; an alias bomb has more."""
CORE: Final = "tag:yaml.org,2002:"
PLAIN: Final = "plain"
"""Tag of scalars that are neither quoted nor tagged."""
_SECOND_ANCHOR: Final = "second occurrence"
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


def compose(chunk: Chunk) -> list[Node]:
    """Return the root node of every document of a chunk, normally one; raise BadYaml."""
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
        _Sizes().size(node, chunk.line - 1)
    return nodes


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


class _Loader(yaml.CSafeLoader):
    """LibYAML's composer; tags are only noted, `_Builder` decides what they mean."""

    def resolve(self, kind: type[Node], _value: str | None, implicit: Any) -> str:
        if kind is ScalarNode:
            return PLAIN if implicit[0] else f"{CORE}str"
        return f"{CORE}map" if kind is MappingNode else f"{CORE}seq"

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
