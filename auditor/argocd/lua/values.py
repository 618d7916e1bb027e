"""Values of Lua: tables, their conversion from and to JSON, and how values are printed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Function = Callable[[list[Any]], list[Any]]


class LuaError(Exception):
    """A script that does not parse or fails; the message is what Argo CD would tell."""


@dataclass(slots=True, eq=False)
class Table:
    """A table; numbers that are whole are integer keys."""

    items: dict[Any, Any] = field(default_factory=dict)

    def get(self, key: Any) -> Any:
        """Return a value, None for nil."""
        return self.items.get(_key(key))

    def set(self, key: Any, value: Any) -> None:
        """Set a value; nil removes the key. Raises LuaError for a nil key."""
        if key is None:
            raise LuaError("table index is nil")
        if value is None:
            self.items.pop(_key(key), None)
        else:
            self.items[_key(key)] = value

    @property
    def length(self) -> int:
        """Return the border: the elements from 1 on without a gap."""
        size = 0
        while size + 1 in self.items:
            size += 1
        return size


def from_json(value: Any) -> Any:
    """Build tables from a JSON value; null is nil."""
    if isinstance(value, Mapping):
        pairs = ((str(key), from_json(item)) for key, item in value.items())
        return Table({key: item for key, item in pairs if item is not None})
    if isinstance(value, (list, tuple)):
        numbered = ((index, from_json(item)) for index, item in enumerate(value, 1))
        return Table({index: item for index, item in numbered if item is not None})
    return value


def to_json(value: Any, depth: int = 0) -> Any:
    """Turn a value into JSON; an empty table is an empty list. Raises LuaError."""
    if depth > 100:
        raise LuaError("cannot encode recursively nested tables to JSON")
    if not isinstance(value, Table):
        if callable(value):
            raise LuaError("cannot encode function to JSON")
        return value
    size = value.length
    if size == len(value.items):
        return [to_json(value.items[index], depth + 1) for index in range(1, size + 1)]
    if not all(isinstance(key, str) for key in value.items):
        raise LuaError("cannot encode mixed or invalid key types")
    return {key: to_json(item, depth + 1) for key, item in value.items.items()}


def type_name(value: Any) -> str:
    """Return what `type` says."""
    match value:
        case None:
            return "nil"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case Table():
            return "table"
        case _:
            return "function"


def text(value: Any) -> str:
    """Print a value as `tostring` does."""
    match value:
        case None:
            return "nil"
        case bool():
            return "true" if value else "false"
        case int() | float():
            is_whole = float(value).is_integer() and abs(value) < 1e15
            return str(int(value)) if is_whole else f"{value:.14g}"
        case str():
            return value
        case _:
            return f"{type_name(value)}: 0x0"


def number(value: Any) -> float | None:
    """Read a number as arithmetic does, texts too; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return value
    if not isinstance(value, str):
        return None
    stripped = value.strip()
    try:
        return int(stripped, 16) if stripped.lower().startswith("0x") else _decimal(stripped)
    except ValueError:
        return None


def _decimal(digits: str) -> float:
    if not digits or digits[0] not in "+-.0123456789" or "_" in digits:
        raise ValueError(digits)
    found = float(digits)
    return int(found) if found.is_integer() and abs(found) < 1e15 else found


def _key(key: Any) -> Any:
    if isinstance(key, bool):
        return ("boolean", key)
    return int(key) if isinstance(key, float) and key.is_integer() else key
