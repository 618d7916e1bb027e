"""Change one value in a YAML file and leave every other byte alone.

A value is found by the marks of the parser, and only its lines are written. What was written is
then parsed again and compared with the change made to the values: text that does not say exactly
that is refused, so that comments, order and style are kept or nothing is changed at all.
"""

from dataclasses import dataclass
from typing import Any

import yaml

from auditor.kube.pointer import tokens
from auditor.kube.yaml_place import Place, entry_end, is_block, line_end, line_start, place_of
from auditor.kube.yaml_values import block, flow, inserted, removed, spelled


class Unfit(Exception):
    """The text cannot be changed in place: an alias, a template, a style not known here."""


@dataclass(frozen=True, slots=True)
class Change:
    """One value to write or to take away."""

    document: int
    """Which document of the file, counted from 0."""
    at: str
    """JSON pointer below that document; its last step `-` appends to a list."""
    value: Any = None
    is_removal: bool = False


def edited(text: str, change: Change) -> str:
    """Return `text` with one change; raise Unfit where that cannot be done in place."""
    steps = tokens(change.at)
    if not steps:
        raise Unfit(change.at)
    if "\r\n" in text:
        if "\n" in text.replace("\r\n", ""):
            raise Unfit(change.at)
        return edited(text.replace("\r\n", "\n"), change).replace("\n", "\r\n")
    try:
        place = place_of(text, change.document, steps)
        new = _without(text, place) if change.is_removal else _with(text, place, change.value)
        before, after = _values(text), _values(new)
    except (yaml.YAMLError, LookupError, ValueError, RecursionError) as error:
        raise Unfit(change.at) from error
    wanted = list(before)
    document = wanted[change.document]
    wanted[change.document] = (
        removed(document, steps) if change.is_removal else inserted(document, steps, change.value)
    )
    if after != wanted:
        raise Unfit(change.at)
    return new


def _values(text: str) -> list[Any]:
    return list(yaml.safe_load_all(text))


def _with(text: str, place: Place, value: Any) -> str:
    """Write `value`: over what is there, or as a new entry of the nearest thing that is there."""
    node = place.node
    if not place.missing:
        if isinstance(node, yaml.ScalarNode) and not isinstance(value, dict | list):
            end = entry_end(node)
            # a block scalar ends where the next line begins
            new = spelled(value, node.style) + ("\n" if node.style in ("|", ">") else "")
            return text[: node.start_mark.index] + new + text[end:]
        return _rewritten(text, place, value)
    step, *rest = place.missing
    for name in reversed(rest):
        value = [value] if name == "-" else {name: value}
    if isinstance(node, yaml.ScalarNode):
        return _filled(text, place, [value] if step == "-" else {step: value})
    if isinstance(node, yaml.SequenceNode) != (step == "-" or step.isdigit()):
        raise ValueError(step)
    if not is_block(node) and not node.value and isinstance(value, dict | list):
        cleared = text[: node.start_mark.index] + text[node.end_mark.index :]
        return _below_key(cleared, place, [value] if step == "-" else {step: value})
    if not is_block(node):
        return _into_flow(text, node, value if step == "-" else {step: value})
    return _into_block(text, place, step, value)


def _filled(text: str, place: Place, value: Any) -> str:
    """Write a collection where a key has no value yet."""
    node = place.node
    if node.tag != "tag:yaml.org,2002:null":
        raise ValueError(node.tag)
    start = node.start_mark.index
    cleared = text[:start] + text[entry_end(node) :]
    return _below_key(cleared, place, value)


def _rewritten(text: str, place: Place, value: Any) -> str:
    """Write `value` over a collection, or a collection over a scalar."""
    node = place.node
    start, end = node.start_mark.index, entry_end(node)
    if not is_block(node) and not isinstance(value, dict | list):
        return text[:start] + spelled(value, None) + text[end:]
    if not is_block(node) and not isinstance(node, yaml.ScalarNode):
        return text[:start] + flow(value) + text[end:]
    if place.key is None:
        raise ValueError("an item of a list")
    key_end = place.key.end_mark.index
    colon = text.index(":", key_end) + 1
    cleared = text[:colon] + text[end:]
    if isinstance(value, dict | list) and value:
        return _below_key(cleared, place, value)
    return (
        f"{text[:colon]} {flow(value) if value in ({}, []) else spelled(value, None)}{text[end:]}"
    )


def _below_key(text: str, place: Place, value: Any) -> str:
    """Write `value` in block style under a key that has none."""
    if place.key is None or not place.is_in_block:
        raise ValueError("no key of its own line")
    key = place.key
    colon = text.index(":", key.end_mark.index) + 1
    end = line_end(text, colon)
    lines = block(value, key.start_mark.column, place.dash)
    return text[:colon] + text[colon:end].rstrip(" ") + "\n" + "\n".join(lines) + text[end:]


def _into_flow(text: str, node: yaml.Node, value: Any) -> str:
    """Add an entry before the closing bracket."""
    end = node.end_mark.index - 1
    inner = flow(value)
    if isinstance(node, yaml.MappingNode):
        inner = inner.removeprefix("{").removesuffix("}")
    before = text[:end].rstrip(" \n")
    comma = "" if not node.value else " " if before.endswith(",") else ", "
    return before + comma + inner + text[len(before) :]


def _into_block(text: str, place: Place, step: str, value: Any) -> str:
    """Add a line, or a few, after the last entry."""
    node = place.node
    if isinstance(node, yaml.SequenceNode):
        column = node.start_mark.column
        lines = block([value], column, 0)
        last = node.value[-1]
        style = last.style if isinstance(last, yaml.ScalarNode) else None
        if style in ("'", '"') and isinstance(value, str):
            lines = [f"{' ' * column}- {spelled(value, style)}"]
    else:
        column = node.value[0][0].start_mark.column
        lines = block({step: value}, column - 2, place.dash)
    at = entry_end(node)
    end = at if at and text[at - 1] == "\n" else line_end(text, at)
    head, tail = text[:end], text[end:]
    if head.endswith("\n"):
        return head + "\n".join(lines) + "\n" + tail
    return head + "\n" + "\n".join(lines) + tail


def _without(text: str, place: Place) -> str:
    """Take away an entry; a collection that holds nothing else becomes an empty one."""
    if place.missing or place.parent is None:
        raise LookupError("nothing is there")
    parent = place.parent
    if len(parent.value) == 1:
        empty = "{}" if isinstance(parent, yaml.MappingNode) else "[]"
        return _emptied(text, place, empty)
    if not is_block(parent):
        return _out_of_flow(text, place)
    start = place.start
    head = line_start(text, start)
    end = entry_end(place.node)
    end = end if text[end - 1] == "\n" and end > start else line_end(text, end) + 1
    if text[head:start].strip(" "):
        if text[head:start].strip(" ") != "-":
            raise ValueError("shares its line")
        if isinstance(parent, yaml.SequenceNode):
            return text[:head] + text[end:]
        # the first key of an item: what follows moves up behind the dash
        following = parent.value[1][0].start_mark.index
        return text[:start] + text[following:]
    return text[:head] + text[end:]


def _emptied(text: str, place: Place, empty: str) -> str:
    """Write an empty collection in place of one whose only entry goes."""
    parent = place.parent
    if parent is None or (is_block(parent) and place.parent_key is None):
        raise LookupError("a document of one entry")
    end = entry_end(parent)
    if not is_block(parent):
        return text[: parent.start_mark.index] + empty + text[end:]
    if place.parent_key is None:
        raise LookupError("an item of one entry")
    colon = text.index(":", place.parent_key.end_mark.index) + 1
    tail = text[end:]
    return f"{text[:colon]} {empty}" + ("\n" if text[end - 1] == "\n" else "") + tail


def _out_of_flow(text: str, place: Place) -> str:
    """Take an entry and its comma from between brackets."""
    start, end = place.start, entry_end(place.node)
    after = len(text[end:]) - len(text[end:].lstrip(" \n"))
    if text[end + after] == ",":
        rest = text[end + after + 1 :]
        return text[:start] + rest.lstrip(" ")
    before = text[:start].rstrip(" \n").removesuffix(",")
    return before + text[end:]
