"""The built-in kinds as Go structs and OpenAPI describe them: fields, patch and list types.

The table `data/types.json` was generated from the Go struct tags of k8s.io/api 0.36 (JSON name,
omitempty, omitzero, patchStrategy, patchMergeKey) and from the schema of server-side apply that
client-go carries (list and map types, defaults of list keys).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Field:
    """One JSON field of a struct."""

    type: str
    """A type expression: `string`, `[]core/v1.Container`, `{}string`, `*int32`, `quantity`, …"""
    omit_empty: bool
    omit_zero: bool
    strategies: tuple[str, ...]
    """Patch strategies: `merge`, `replace`, `retainKeys`."""
    merge_key: str
    relation: str
    """`atomic`, `set`, `keys:a,b` or empty: how server-side apply sees a list or map."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of a keyed list."""
        return tuple(self.relation[5:].split(",")) if self.relation.startswith("keys:") else ()


@dataclass(frozen=True, slots=True)
class Types:
    """All known structs, the kinds that have one, and the defaults that stand in the schema."""

    kinds: Mapping[str, str]
    structs: Mapping[str, Mapping[str, Field]]
    schema_defaults: Mapping[str, Mapping[str, Any]]


@lru_cache(maxsize=1)
def load() -> Types:
    """Read the table; it is package data and never changes."""
    text = resources.files("auditor.kube").joinpath("data/types.json").read_text(encoding="utf-8")
    raw = json.loads(text)
    structs = {
        name: {key: _field(*entry) for key, entry in fields.items()}
        for name, fields in raw["types"].items()
    }
    return Types(raw["kinds"], structs, raw["key_defaults"])


def struct_of(api_version: object, kind: object) -> str | None:
    """Return the struct of a built-in kind; None for custom resources and garbage."""
    if not isinstance(api_version, str) or not isinstance(kind, str):
        return None
    group, slash, version = api_version.partition("/")
    if not slash:
        group, version = "", api_version
    return load().kinds.get(f"{group}/{version}/{kind}")


def field_of(struct: str, name: str) -> Field | None:
    """Find a field as encoding/json does: by its name, else ignoring case."""
    fields = load().structs.get(struct)
    if fields is None:
        return None
    found = fields.get(name)
    if found is not None:
        return found
    folded = name.casefold()
    return next((f for key, f in fields.items() if key.casefold() == folded), None)


def element(expression: str) -> str:
    """Strip pointer, list and map marks once: the type inside."""
    expression = expression.removeprefix("*")
    return expression[2:] if expression.startswith(("[]", "{}")) else expression


def _field(
    type_: str, flags: str = "", strategy: str = "", merge_key: str = "", relation: str = ""
) -> Field:
    return Field(
        type_,
        "e" in flags,
        "z" in flags,
        tuple(strategy.split(",")) if strategy else (),
        merge_key,
        relation,
    )
