"""A fix as the smallest diff of YAML: the keys on the way, and the lines that change."""

import copy
import difflib
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, Final

import yaml

from auditor.findings import Edit
from auditor.kube.pointer import tokens

_NAMES: Final = ("name", "kind", "group", "repoURL", "ref", "path")
_WIDTH: Final = 10_000
_OTHERS: Final = "__others__"
"""Stands for a mapping whose keys are all left out, which is not an empty one."""


def diff(raw: Mapping[str, Any], edits: Iterable[Edit]) -> tuple[tuple[str, str], ...]:
    """Return (mark, line) of what `edits` do to `raw`; empty where they change nothing."""
    todo = tuple(edits)
    after = copy.deepcopy(dict(raw))
    for edit in todo:
        apply(after, edit)
    paths = [tokens(edit.at) for edit in todo]
    before_lines = _lines(_along(raw, paths))
    after_lines = _lines(_along(after, paths))
    if before_lines == after_lines:
        return ()
    told = difflib.ndiff(before_lines, after_lines)
    return tuple((line[0], line[2:]) for line in told if line[0] in " +-")


def apply(document: dict[str, Any], edit: Edit) -> None:
    """Make one edit in place; what lies on the way is created, what is not there stays so."""
    *way, last = tokens(edit.at)
    here: Any = document
    for step, following in pairwise((*way, last)):
        below = _get(here, step)
        if not isinstance(below, dict | list):
            if edit.op == "remove":
                return
            below = [] if following == "-" else {}
            _put(here, step, below)
        here = below
    if edit.op == "set":
        _put(here, last, edit.value)
    else:
        _drop(here, last)


def _get(here: Any, step: str) -> Any:
    if isinstance(here, list):
        return here[int(step)] if step.isdigit() and int(step) < len(here) else None
    return here.get(step)


def _put(here: Any, step: str, value: Any) -> None:
    if not isinstance(here, list):
        here[step] = value
    elif step.isdigit() and int(step) < len(here):
        here[int(step)] = value
    else:
        here.append(value)


def _drop(here: Any, step: str) -> None:
    if isinstance(here, list):
        if step.isdigit() and int(step) < len(here):
            del here[int(step)]
    else:
        here.pop(step, None)


def _along(raw: Any, paths: list[tuple[str, ...]]) -> Any:
    """Return what lies on `paths`: other keys are left out, lists of plain values stay whole."""
    if any(not path for path in paths):
        return raw
    if isinstance(raw, list):
        return _items(raw, paths)
    if not isinstance(raw, Mapping):
        return raw
    steps = list(dict.fromkeys(path[0] for path in paths))
    kept = {step: [path[1:] for path in paths if path[0] == step] for step in steps}
    along = {key: _along(value, kept[key]) for key, value in raw.items() if key in kept}
    return along if along or not raw else _OTHERS


def _items(raw: list[Any], paths: list[tuple[str, ...]]) -> list[Any]:
    if not any(isinstance(item, Mapping | list) for item in raw):
        return raw
    if any(len(path) == 1 for path in paths):
        return raw
    out = []
    for index, item in enumerate(raw):
        below = [path[1:] for path in paths if path[0] == str(index)]
        if below:
            out.append(_named(item, _along(item, below)))
    return out


def _named(item: Any, along: Any) -> Any:
    """Return an item with what it is called, in the order in which it is written."""
    if not isinstance(item, Mapping):
        return along
    kept = along if isinstance(along, Mapping) else {}
    named = {k: kept.get(k, v) for k, v in item.items() if k in _NAMES or k in kept}
    return named or _OTHERS


def _lines(value: Any) -> list[str]:
    if value in ({}, [], None):
        return []
    dumped = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=_WIDTH)
    return [line.removesuffix(f" {_OTHERS}") for line in dumped.splitlines()]


def text(value: Any, longest: int = 400) -> str:
    """Return a value as one would write it in YAML, on one line where it is short."""
    if isinstance(value, str):
        shown = value or '""'
    else:
        flow = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=_WIDTH)
        shown = flow.removesuffix("\n").removesuffix("\n...")
    return shown if len(shown) <= longest else f"{shown[:longest]}…"
