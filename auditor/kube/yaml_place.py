"""Where in a YAML text a pointer leads, by the marks of the parser."""

from dataclasses import dataclass
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Place:
    """The deepest thing on the way of a pointer that is there."""

    node: Any
    key: Any
    """The key whose value `node` is; None for an item of a list and for a document."""
    parent: Any
    parent_key: Any
    missing: tuple[str, ...]
    """Steps that lead on from `node` to what is not there."""
    is_in_block: bool
    """True where `parent` is written with lines and indents."""
    dash: int
    """Columns by which lists of this document stand to the right of their key."""

    @property
    def start(self) -> int:
        """Return the index at which the entry begins: its key, or the item itself."""
        return int((self.key or self.node).start_mark.index)


def place_of(text: str, document: int, steps: tuple[str, ...]) -> Place:
    """Return where `steps` lead in one document; raise LookupError, ValueError, YAMLError."""
    root = list(yaml.compose_all(text, Loader=yaml.SafeLoader))[document]
    node: Any = root
    key = parent = parent_key = None
    left = list(steps)
    while left:
        found = _below(node, left[0])
        if found is None:
            break
        step_key, value = found
        if value.start_mark.index < node.start_mark.index:
            raise ValueError("an alias leads elsewhere")
        if step_key is not None and value.start_mark.index < step_key.end_mark.index:
            raise ValueError("an alias leads elsewhere")
        parent, parent_key, key, node = node, key, step_key, value
        left.pop(0)
    return Place(
        node=node,
        key=key,
        parent=parent,
        parent_key=parent_key,
        missing=tuple(left),
        is_in_block=parent is not None and is_block(parent),
        dash=_dash(root),
    )


def is_block(node: Any) -> bool:
    """Say whether a collection is written with lines and indents."""
    return isinstance(node, yaml.CollectionNode) and not node.flow_style


def entry_end(node: Any) -> int:
    """Return the index just behind what belongs to `node`; comments after it do not."""
    if is_block(node) and node.value:
        last = node.value[-1]
        return entry_end(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.index)


def line_start(text: str, index: int) -> int:
    """Return the index at which the line of `index` begins."""
    return text.rfind("\n", 0, index) + 1


def line_end(text: str, index: int) -> int:
    """Return the index of the line break at or after `index`, or the end of the text."""
    found = text.find("\n", index)
    return len(text) if found < 0 else found


def _below(node: Any, step: str) -> tuple[Any, Any] | None:
    """Return (key, value) of one step, or None where it is not there."""
    if isinstance(node, yaml.MappingNode):
        pairs = [(k, v) for k, v in node.value if getattr(k, "value", None) == step]
        if len(pairs) > 1:
            raise ValueError("a key is given twice")
        return pairs[0] if pairs else None
    if isinstance(node, yaml.SequenceNode) and step.isdigit() and int(step) < len(node.value):
        return None, node.value[int(step)]
    return None


def _dash(root: Any) -> int:
    """Return how lists are indented below their keys: 0 or more columns; 2 where none shows it."""
    waiting = [root]
    while waiting:
        node = waiting.pop(0)
        if not isinstance(node, yaml.MappingNode):
            waiting += node.value if isinstance(node, yaml.SequenceNode) else []
            continue
        for key, value in node.value:
            if isinstance(value, yaml.SequenceNode) and is_block(value) and is_block(node):
                return int(value.start_mark.column - key.start_mark.column)
            waiting.append(value)
    return 2
