"""What the ported scripts share: reading an object as Lua reads it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from auditor.argocd.health.status import (
    DEGRADED,
    HEALTHY,
    ORDER,
    PROGRESSING,
    UNKNOWN,
    CheckError,
    Health,
)

Object = Mapping[str, Any]

_TABLE = "table: 0x0"
_WORDS = {"type", "status", "reason", "message", "observedGeneration"}
Check = Callable[[Object], Health]


def field(obj: Any, *path: str) -> Any:
    """Follow keys; indexing what is no table is an error of the script, as in Lua.

    Raises CheckError; an absent last key is None.
    """
    for key in path:
        if not isinstance(obj, Mapping):
            raise CheckError(f"attempt to index a non-table object(nil) with key '{key}'")
        obj = obj.get(key)
    return obj


def status_of(obj: Object) -> Object | None:
    """Return `status`, None where there is none."""
    found = obj.get("status")
    return found if isinstance(found, Mapping) else None


def conditions_of(holder: Object | None) -> list[Object] | None:
    """Return the conditions of a status; None where there are none."""
    found = holder.get("conditions") if holder is not None else None
    return entries(found) if isinstance(found, list) else None


def required_conditions(holder: Object | None) -> list[Object]:
    """Return the conditions where a script fails without them. Raises CheckError."""
    found = conditions_of(holder)
    if found is None:
        raise CheckError("bad argument #1 to ipairs (table expected, got nil)")
    return found


def entries(found: Any) -> list[Object]:
    """Return the maps of a list; a list or map inside is a text no script compares with."""
    items = found if isinstance(found, list) else []
    return [
        {
            key: _TABLE if isinstance(value, (list, dict)) and key in _WORDS else value
            for key, value in item.items()
        }
        for item in items
        if isinstance(item, Mapping)
    ]


def say(status: str, message: Any = "") -> Health:
    """Build the answer; a status Argo CD does not know becomes Unknown."""
    if status not in ORDER:
        return Health(UNKNOWN, "Lua returned an invalid health status")
    return Health(status, message if isinstance(message, str) else "")


def text_of(entry: Object, key: str) -> str:
    """Return a text that is joined to others; without it the script fails."""
    found = entry.get(key)
    if not isinstance(found, (str, int)):
        raise CheckError("cannot perform concat operation between string and nil")
    return str(found)


def is_condition(entry: Object, kind: str, status: str) -> bool:
    """Say whether a condition has a type and a status."""
    return entry.get("type") == kind and entry.get("status") == status


def ready(condition: str, waiting: str) -> Check:
    """Make a check: one condition, True is healthy, False degraded, none is waiting."""

    def check(obj: Object) -> Health:
        found = decided(conditions_of(status_of(obj)) or (), condition)
        return found or say(PROGRESSING, waiting)

    return check


def decided(found: Iterable[Object], condition: str) -> Health | None:
    """Return what the first True or False of a condition says."""
    for entry in found:
        if is_condition(entry, condition, "False"):
            return say(DEGRADED, entry.get("message"))
        if is_condition(entry, condition, "True"):
            return say(HEALTHY, entry.get("message"))
    return None
