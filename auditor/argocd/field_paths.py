"""JSON pointers as people read them, and as the smallest jq expression for the same field."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from auditor.kube.pointer import tokens

_IDENTIFIER: Final = re.compile("[A-Za-z_][A-Za-z0-9_]*")
NATURAL_KEYS: Final = ("name", "key", "host", "type", "secretKey", "containerPort")
"""Keys that tell the items of a list apart, the commonest first."""


def shown(pointer: str, obj: Any) -> str:
    """Return `spec.containers[name=web].image`; positions are kept where items have no name."""
    out, here = "", obj
    for part in tokens(pointer):
        if isinstance(here, list):
            item = _item(here, part)
            key = natural_key(here, item)
            out += f"[{key}={item[key]}]" if key else f"[{part}]"
            here = item
        else:
            is_plain = part.replace("_", "").replace("-", "").isalnum()
            out += (f".{part}" if out else part) if is_plain else f'["{part}"]'
            here = here.get(part) if isinstance(here, Mapping) else None
    return out


def jq(pointer: str, obj: Any) -> str | None:
    """Return an expression that picks the field by names, None where an item has no name."""
    out, here = "", obj
    for part in tokens(pointer):
        if isinstance(here, list):
            item = _item(here, part)
            key = natural_key(here, item)
            if not key:
                return None
            out = f"{out or '.'}[]? | select(.{key} == {json.dumps(item[key])}) | "
            here = item
        else:
            out += jq_key(part)
            here = here.get(part) if isinstance(here, Mapping) else None
    return out.removesuffix(" | ")


def jq_of_pattern(pattern: str) -> str:
    """Return the expression for a pointer in which `*` stands for every item of a list."""
    out = ""
    for part in tokens(pattern):
        if part == "*":
            out += "[]?"
        else:
            out += jq_key(part)
    return out


def jq_key(name: str) -> str:
    """Return the step to a key of a map, quoted where jq has no shorter form for it."""
    return f".{name}" if _IDENTIFIER.fullmatch(name) else f".{json.dumps(name)}"


def natural_key(items: list[Any], item: Any) -> str | None:
    """Return the key whose value names `item` among `items`, and no other of them."""
    if not isinstance(item, Mapping):
        return None
    for key in NATURAL_KEYS:
        value = item.get(key)
        if isinstance(value, str | int) and not isinstance(value, bool):
            same = [
                other for other in items if isinstance(other, Mapping) and other.get(key) == value
            ]
            if len(same) == 1:
                return key
    return None


def _item(items: list[Any], part: str) -> Any:
    return items[int(part)] if part.isdecimal() and int(part) < len(items) else None
