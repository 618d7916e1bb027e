"""What is wrong with a configuration: every mistake, each with its place and a suggestion."""

import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

import msgspec

from auditor.config.lines import Path
from auditor.config.strings import quoted

_LEAVES: Final = {str: "text", int: "number", bool: "switch", date: "date"}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to mend: `code` says what, `facts` name it; the place is added by who knows it."""

    code: str
    path: Path
    facts: Mapping[str, str] = field(default_factory=dict)


def mistakes(raw: Any, shape: Any, path: Path = ()) -> Iterator[Mistake]:
    """Yield where `raw`, as TOML was read, does not fit the type `shape`."""
    plain = _plain(shape)
    if is_dataclass(plain):
        yield from _of_table(raw, plain, path)
    elif get_origin(plain) is tuple:
        yield from _of_list(raw, get_args(plain)[0], path)
    elif get_origin(plain) is Mapping:
        if not isinstance(raw, Mapping):
            yield _wrong("config_table", raw, path)
            return
        for key, value in raw.items():
            yield from mistakes(value, get_args(plain)[1], (*path, key))
    elif plain is not Any:
        yield from _of_leaf(raw, shape, plain, path)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that was probably meant, or an empty text."""
    return next(iter(get_close_matches(word, list(known), n=1)), "")


def dotted(path: Path) -> str:
    """Return `rules."PRUNE-001".severity`, `waivers[0].rule`: as a reader of TOML names a key."""
    out = ""
    for step in path:
        if isinstance(step, int):
            out += f"[{step}]"
            continue
        bare = step.replace("-", "").replace("_", "")
        key = step if bare.isalnum() and step.isascii() else quoted(step)
        out += f".{key}" if out else key
    return out


def _plain(shape: Any) -> Any:
    """Return the type without its notes, and without None: TOML has no null."""
    if get_origin(shape) is Annotated:
        return _plain(get_args(shape)[0])
    if get_origin(shape) in (Union, types.UnionType):
        (kept,) = (one for one in get_args(shape) if one is not type(None))
        return _plain(kept)
    return shape


def _of_table(raw: Any, shape: Any, path: Path) -> Iterator[Mistake]:
    if not isinstance(raw, Mapping):
        yield _wrong("config_table", raw, path)
        return
    known = {one.name: one for one in fields(shape)}
    for key, value in raw.items():
        if key in known:
            yield from mistakes(value, known[key].type, (*path, key))
        else:
            near = nearest(key, known) or (f"options.{key}" if "options" in known else "")
            facts = {"suggestion": near, "meant": near or ", ".join(known)}
            yield Mistake("config_key", (*path, key), facts)
    for name, one in known.items():
        if name not in raw and one.default is MISSING and one.default_factory is MISSING:
            yield Mistake("config_lacks", path, {"name": name})


def _of_list(raw: Any, item: Any, path: Path) -> Iterator[Mistake]:
    if not isinstance(raw, list):
        yield _wrong("config_tables" if is_dataclass(_plain(item)) else "config_list", raw, path)
        return
    for number, value in enumerate(raw):
        yield from mistakes(value, item, (*path, number))


def _of_leaf(raw: Any, shape: Any, plain: Any, path: Path) -> Iterator[Mistake]:
    try:
        msgspec.convert(raw, shape)
    except msgspec.ValidationError:
        if get_origin(plain) is Literal:
            known = get_args(plain)
            near = nearest(str(raw), known)
            facts = {"suggestion": near, "meant": near or "-", "known": ", ".join(known)}
            yield _wrong("config_choice", raw, path, **facts)
        elif raw == "" and plain is str:
            yield Mistake("config_empty", path)
        else:
            yield _wrong(f"config_{_LEAVES[plain]}", raw, path)


def _wrong(code: str, raw: Any, path: Path, **facts: str) -> Mistake:
    text = str(raw) if not isinstance(raw, bool) else str(raw).lower()
    return Mistake(code, path, {"value": text if len(text) <= 40 else f"{text[:39]}…", **facts})
