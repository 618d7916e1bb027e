"""Values as TOML spells them."""

from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass
from datetime import date
from typing import Any

from auditor.config.lines import Path
from auditor.config.load import Loaded, leaves
from auditor.config.mistakes import dotted
from auditor.config.settings import WaiverSettings
from auditor.config.strings import quoted


def literal(value: Any) -> str:
    """Return `value` on one line."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return quoted(value)
        case date():
            return value.isoformat()
        case Mapping():
            inner = ", ".join(f"{dotted((k,))} = {literal(v)}" for k, v in value.items())
            return f"{{ {inner} }}" if inner else "{}"
        case list() | tuple():
            return f"[{', '.join(map(literal, value))}]"
        case _:
            return str(value)


def toml(loaded: Loaded) -> str:
    """Return the settings in force as a file that gives them again, each with its origin."""
    plain: list[tuple[str, str]] = []
    lists: dict[Path, list[tuple[str, str]]] = {}
    for path, value in leaves(loaded.settings):
        if value is None or (_is_table_of_many(path, value) and not value):
            continue
        at = next((n for n, step in enumerate(path) if isinstance(step, int)), None)
        told = f"  # {loaded.origin(path)}"
        if at is None:
            plain.append((f"{dotted(path)} = {literal(value)}", told))
        else:
            entry = (f"{dotted(path[at + 1 :])} = {literal(value)}", told)
            lists.setdefault(path[: at + 1], []).append(entry)
    parts = [_block(plain)]
    parts += [f"[[{path[0]}]]\n{_block(entries)}" for path, entries in lists.items()]
    return "\n".join(part for part in parts if part)


def waiver(entry: WaiverSettings) -> str:
    """Return one `[[waivers]]`; keys that are empty are left out."""
    told = ((path, value) for path, value in leaves(entry) if value != "")
    return "\n".join(("[[waivers]]", *(f"{dotted(p)} = {literal(v)}" for p, v in told))) + "\n"


def _is_table_of_many(path: Path, value: Any) -> bool:
    """Say whether an empty value stands for tables there are none of."""
    is_list = isinstance(value, tuple) and path in (("overrides",), ("waivers",))
    return is_list or isinstance(value, Mapping) or is_dataclass(value)


def _block(entries: Iterable[tuple[str, str]]) -> str:
    return "".join(f"{line}{told}\n" for line, told in entries)
