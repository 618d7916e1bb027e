"""What is no failure is none, and no text takes long: hostile ones least of all."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from auditor.argocd.messages import roots
from auditor.signatures import Kind, Message, Where, match, signatures

ORDINARY: Final = [
    Message(text, Where(where), reason)
    for line in Path(__file__).with_name("ordinary.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
    for where, reason, text in [line.split("|", 2)]
]
MEGABYTE: Final = 1_000_000
PATIENCE: Final = 10.0
"""Seconds for one megabyte and some 200 patterns on a machine that others use as well."""
SHAPES: Final[dict[str, Callable[[], str]]] = {
    "one letter": lambda: "a" * MEGABYTE,
    "blanks": lambda: " " * MEGABYTE,
    "lines": lambda: "\n" * MEGABYTE,
    "quotes": lambda: '"' * MEGABYTE,
    "commas": lambda: "a,b" * (MEGABYTE // 3),
    "commas that may join reasons": lambda: "x y,z" * (MEGABYTE // 5),
    "open brackets": lambda: "([{" * (MEGABYTE // 3),
    "backquotes": lambda: "`helm " * (MEGABYTE // 6),
    "conditions": lambda: ";SyncError: x" * (MEGABYTE // 13),
    "wrappers inside wrappers": lambda: "Failed to load target state: " * (MEGABYTE // 29) + "end",
    "errors": lambda: "Error: " * (MEGABYTE // 7),
    "halves of one pattern": lambda: 'failed calling webhook "' * (MEGABYTE // 24),
    "halves of another": lambda: 'namespaces "' * (MEGABYTE // 12),
    "addresses": lambda: "http://a:b@c/ " * (MEGABYTE // 14),
    "an address without an end": lambda: "https://" + "a:" * (MEGABYTE // 2),
    "names with dots": lambda: "a." * (MEGABYTE // 2),
    "accents": lambda: "\u00e9\u0301" * (MEGABYTE // 4),
    "halves of characters": lambda: "\ud800" * (MEGABYTE // 3),
    "what every root says": lambda: (
        " ".join(text for one in signatures().values() for text in one.examples) * 40
    )[:MEGABYTE],
    "reasons that repeat": lambda: 'namespaces "x" not found,' * (MEGABYTE // 25),
    "reasons that differ": lambda: ",".join(
        f'namespaces "n{number}" not found' for number in range(MEGABYTE // 31)
    ),
}


def test_there_are_enough_of_them() -> None:
    assert len({(one.text, one.where, one.reason) for one in ORDINARY}) == len(ORDINARY) >= 200


@pytest.mark.parametrize("message", ORDINARY, ids=lambda one: one.text[:60] or one.reason)
def test_what_goes_well_has_no_root(message: Message) -> None:
    assert not [one.id for one in match([message]) if one.kind in (Kind.ROOT, Kind.WRAPPER)]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_megabyte_is_read_in_time(shape: str) -> None:
    text = SHAPES[shape]()
    began = time.monotonic()
    match([Message(text, Where.OPERATION), Message(text, Where.CONDITION, "SyncError")])
    roots(text)
    assert time.monotonic() - began < PATIENCE
