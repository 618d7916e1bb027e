"""The known messages and their words, read from the files beside this one when first asked for."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from auditor.signatures.signature import Kind, Seen, Signature, Where

LANGUAGES: Final = ("en", "ko")
_HOLES: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Words:
    """What is said about a signature in one language."""

    cause: str
    remedy: str


@cache
def signatures() -> Mapping[str, Signature]:
    """Return every signature by its id, families and entries in the order of their files."""
    found: dict[str, Signature] = {}
    for family in families():
        content = _read(f"{family}.toml")
        usual = content.pop("where")
        for name, entry in content.items():
            if name in found:
                raise ValueError(f"{family}.toml: {name} is in {found[name].family}.toml already")
            found[name] = _signature(name, family, {"where": usual, **entry})
    return MappingProxyType(found)


@cache
def words(language: str) -> Mapping[str, Words]:
    """Return the words of every signature in `language`, one of LANGUAGES, by id."""
    return MappingProxyType(
        {
            name: Words(entry["cause"], entry["remedy"])
            for family in families()
            for name, entry in _read(f"{family}.{language}.toml").items()
        }
    )


@cache
def families() -> tuple[str, ...]:
    """Return the names of the content files, sorted."""
    names = (path.name for path in files(__package__).iterdir())
    return tuple(sorted(n[:-5] for n in names if n.endswith(".toml") and n.count(".") == 1))


def command(signature: Signature, facts: Mapping[str, str]) -> str:
    """Return the command that confirms the cause, `facts` filled in and quoted for a shell.

    What is not known becomes a word in capitals for the reader to replace.
    """
    import shlex  # noqa: PLC0415  # only those who print commands need it

    def value(hole: re.Match[str]) -> str:
        known = facts.get(hole[1], "")
        return shlex.quote(known) if known else hole[1].upper()

    return _HOLES.sub(value, signature.confirm)


def _signature(name: str, family: str, entry: Mapping[str, Any]) -> Signature:
    return Signature(
        id=name,
        family=family,
        kind=Kind(entry["kind"]),
        priority=entry["priority"],
        pattern=entry["pattern"],
        reasons=frozenset(entry.get("reasons", ())),
        where=frozenset(map(Where, entry["where"])),
        join=MappingProxyType(dict(entry.get("join", {}))),
        confirm=entry["confirm"],
        seen=Seen(entry["seen"]),
        examples=tuple(entry["examples"]),
        scope=entry.get("scope", ""),
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / name).read_text(encoding="utf-8"))
