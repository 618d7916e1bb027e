"""Reading values of one type out of raw objects that may hold anything; a wrong type is absence."""

from collections.abc import Mapping, Sequence
from typing import Any

from auditor.kube.manifest import at


def text(raw: Any, *path: str | int) -> str:
    """Return the string at `path`, or an empty one."""
    found = at(raw, *path)
    return found if isinstance(found, str) else ""


def texts(raw: Any, *path: str | int) -> tuple[str, ...]:
    """Return the strings of the list at `path`, without items of any other type."""
    found = sequence(raw, *path)
    return tuple(item for item in found if isinstance(item, str)) if found else ()


def mapping(raw: Any, *path: str | int) -> Mapping[str, Any]:
    """Return the mapping at `path`, or an empty one."""
    found = at(raw, *path)
    return found if type(found) is dict or isinstance(found, Mapping) else {}


def mappings(raw: Any, *path: str | int) -> tuple[Mapping[str, Any], ...]:
    """Return the mappings of the list at `path`, without items of any other type."""
    found = sequence(raw, *path)
    return tuple(item for item in found if isinstance(item, Mapping)) if found else ()


def sequence(raw: Any, *path: str | int) -> Sequence[Any]:
    """Return the list at `path`, or an empty one."""
    found = at(raw, *path)
    return found if type(found) is list or isinstance(found, list | tuple) else ()


def is_true(raw: Any, *path: str | int) -> bool:
    """Tell whether the value at `path` is the boolean true."""
    return at(raw, *path) is True


def boolean(raw: Any, *path: str | int) -> bool | None:
    """Return the boolean at `path`, or None."""
    found = at(raw, *path)
    return found if isinstance(found, bool) else None


def integer(raw: Any, *path: str | int) -> int | None:
    """Return the integer at `path`, or None; 3.0 counts, as it does in JSON."""
    found = at(raw, *path)
    if isinstance(found, float) and found.is_integer():
        return int(found)
    return found if isinstance(found, int) and not isinstance(found, bool) else None
