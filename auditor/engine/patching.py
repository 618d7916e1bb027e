"""Changes of files as text: all of a finding's changes, or none of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from auditor.engine.mending import Mend
from auditor.kube.pointer import tokens
from auditor.kube.yaml_edit import Change, Unfit, edited
from auditor.kube.yaml_values import documents

File = tuple[str, str]
"""Repository and path."""


@dataclass(frozen=True, slots=True)
class Patch:
    """What files become, and the mends that they could not take."""

    texts: Mapping[File, str]
    """New texts of the files that change."""
    done: tuple[Mend, ...]
    refused: tuple[Mend, ...]


def patched(texts: Mapping[File, str], mends: Iterable[Mend]) -> Patch:
    """Return `texts` with as many of `mends` as can be written; what has no text is refused."""
    by_file: dict[File, list[Mend]] = {}
    for mend in mends:
        by_file.setdefault((mend.repository, mend.path), []).append(mend)
    new: dict[File, str] = {}
    done: list[Mend] = []
    refused: list[Mend] = []
    for file, wanted in by_file.items():
        text, made = _file(texts.get(file), wanted)
        done += made
        refused += [mend for mend in wanted if mend not in made]
        if text is not None and text != texts[file]:
            new[file] = text
    return Patch(new, tuple(done), tuple(refused))


def _file(text: str | None, wanted: list[Mend]) -> tuple[str | None, list[Mend]]:
    """Write all of `wanted`, or as many as is possible when one after another is left out."""
    if text is None:
        return None, []
    kept = list(wanted)
    while kept:
        here, failed = text, None
        for change, owner in _ordered(text, kept):
            try:
                here = edited(here, change)
            except Unfit:
                failed = owner
                break
        if failed is None:
            return here, kept
        kept.remove(failed)
    return text, []


def _ordered(text: str, mends: list[Mend]) -> list[tuple[Change, Mend]]:
    """Return each change once: what is written first, then removals from the end of lists on."""
    values = documents(text)
    found: dict[str, tuple[Change, Mend]] = {}
    for mend in mends:
        for change in mend.changes:
            there = replace(change, at=_prefix(values, change.document, mend) + change.at)
            found.setdefault(repr(there), (there, mend))
    changes = list(found.values())
    written = [pair for pair in changes if not pair[0].is_removal]
    gone = [pair for pair in changes if pair[0].is_removal]
    return written + sorted(gone, key=lambda pair: _position(pair[0]), reverse=True)


def _position(change: Change) -> tuple[int, list[tuple[int, str]]]:
    """Return a key by which items of lists are in the order of their numbers."""
    steps = [(int(s), "") if s.isdigit() else (-1, s) for s in tokens(change.at)]
    return change.document, steps


def _prefix(values: tuple[Any, ...], number: int, mend: Mend) -> str:
    """Return where in its document the object is: empty, but for an item of a List."""
    document = values[number] if number < len(values) else None
    if not isinstance(document, Mapping) or not str(document.get("kind", "")).endswith("List"):
        return ""
    for at, item in enumerate(document.get("items") or ()):
        if isinstance(item, Mapping) and item.get("kind") == mend.kind:
            metadata = item.get("metadata")
            if isinstance(metadata, Mapping) and metadata.get("name") == mend.name:
                return f"/items/{at}"
    return ""
