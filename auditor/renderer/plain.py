"""Texts from a cluster or a repository made harmless for a terminal."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final, TypeVar

V = TypeVar("V")

_COMMANDS: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 and C1: a title, a colour, a line written over
    r"\u202a-\u202e\u2066-\u2069\u2028\u2029"  # what turns the order of characters, or ends a line
    r"\ud800-\udfff]"  # half a character: no terminal and no file takes it
)


def plain(text: str) -> str:
    """Return `text` without what a terminal takes for a command, such as a change of its title."""
    return _COMMANDS.sub("\ufffd", text.replace("\r\n", "\n").replace("\t", " "))


def spelt(json: str) -> str:
    """Return JSON that says the same and has no such character: each is spelt by its number.

    They stand in strings only, and JSON itself spells those below 0x20.
    """
    return _COMMANDS.sub(lambda found: rf"\u{ord(found[0]):04x}", json)


def harmless(value: V) -> V:
    """Return a view with every text in it made plain, however deep; itself where all are."""
    safe: V = _harmless(value)
    return safe


def _harmless(value: Any) -> Any:
    # what is fine stays the very same object, so that a long report is not copied
    if type(value) is str:
        said = plain(value)
        return value if said == value else said
    if type(value) in (tuple, list):
        parts = [_harmless(part) for part in value]
        return type(value)(parts) if _differ(parts, value) else value
    if isinstance(value, Mapping):
        told = {_harmless(key): _harmless(part) for key, part in value.items()}
        is_new = _differ(told, value) or _differ(told.values(), value.values())
        return told if is_new else value
    if is_dataclass(value) and not isinstance(value, type):
        held = {field.name: getattr(value, field.name) for field in fields(value)}
        found = ((name, old, _harmless(old)) for name, old in held.items())
        changed = {name: new for name, old, new in found if new is not old}
        return replace(value, **changed) if changed else value
    return value


def _differ(new: Iterable[Any], old: Iterable[Any]) -> bool:
    return any(one is not other for one, other in zip(new, old, strict=False))
