"""The schema of server-side apply: nodes, names of list items, validation.

Mirrors structured-merge-diff `schema`, `typed/helpers.go` and `typed/validate.go`. A node is a
type of `auditor.kube.types` with the relation of the field it belongs to; `any` is the deduced
type that custom resources without a schema get.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from auditor.kube.field_sets import Element, key_element, value_element
from auditor.kube.types import load


class NotTypedError(Exception):
    """A value does not fit its schema; the message starts with the path."""


class _Missing:
    """The absence of a value, which is not null."""


MISSING: Final = _Missing()


@dataclass(frozen=True, slots=True)
class Node:
    """A place in the schema."""

    type: str
    relation: str = ""

    @property
    def atom(self) -> str:
        """Return `map`, `list`, `scalar` or `any`."""
        bare = self.type.removeprefix("*")
        if bare.startswith("{}") or bare in load().structs:
            return "map"
        if bare.startswith("[]"):
            return "list"
        return "any" if bare in {"any", "raw"} else "scalar"

    @property
    def struct(self) -> str | None:
        """Return the struct's name, None for free maps, lists and scalars."""
        bare = self.type.removeprefix("*")
        return bare if bare in load().structs else None

    def child(self, key: str) -> "Node | None":
        """Return the schema of a map's key, None where it is not declared."""
        if self.atom == "any":
            return self
        struct = self.struct
        if struct is None:
            return Node(self.type.removeprefix("*")[2:])
        found = load().structs[struct].get(key)
        return None if found is None else Node(found.type, found.relation)

    @property
    def item(self) -> "Node":
        """Return the schema of a list's items."""
        return self if self.atom == "any" else Node(self.type.removeprefix("*")[2:])

    def is_atomic(self, value: Any) -> bool:
        """Say whether the value is replaced as a whole; lists are unless they say otherwise."""
        if self.relation == "atomic":
            return True
        return isinstance(value, list) and not self.relation

    def is_declared(self, key: str) -> bool:
        """Say whether the key is a field of a struct, not a key of a free map."""
        struct = self.struct
        return struct is not None and key in load().structs[struct]


def validate(value: Any, node: Node, path: str = "", *, may_repeat: bool = False) -> None:
    """Raise NotTypedError where the value does not fit."""
    if value is None:
        return
    atom = node.atom
    if atom == "scalar":
        _validate_scalar(value, node, path)
    elif atom == "map":
        if not isinstance(value, dict):
            raise NotTypedError(f"{path}: expected map, got {value!r}")
        for key, item in value.items():
            child = node.child(key)
            if child is None:
                raise NotTypedError(f"{path}.{key}: field not declared in schema")
            validate(item, child, f"{path}.{key}", may_repeat=may_repeat)
    elif atom == "list":
        _validate_list(value, node, path, may_repeat=may_repeat)


def elements(items: list[Any], node: Node) -> Iterator[tuple[Element, Any]]:
    """Yield list items with the element that names each. Raises NotTypedError."""
    for item in items:
        yield element_of(item, node), item


def element_of(item: Any, node: Node) -> Element:
    """Return what names an item of a list that is a set or has keys. Raises NotTypedError."""
    if node.relation == "set":
        if item is None or isinstance(item, (dict, list)):
            raise NotTypedError("associative list without keys has an element that's no scalar")
        return value_element(item)
    if not isinstance(item, dict):
        raise NotTypedError("associative list with keys may not have non-map elements")
    struct = node.item.struct or ""
    defaults = load().schema_defaults.get(struct, {})
    keys = node.relation.removeprefix("keys:").split(",")
    found = {
        key: item[key] if key in item else defaults[key]
        for key in keys
        if key in item or key in defaults
    }
    if not found:
        raise NotTypedError(
            f"associative list with keys has an element that omits all key fields {keys}"
        )
    return key_element(found)


def _validate_scalar(value: Any, node: Node, path: str) -> None:
    if isinstance(value, (dict, list)):
        raise NotTypedError(f"{path}: expected scalar, got {value!r}")
    expected = _SCALAR_TYPES.get(node.type.removeprefix("*"))
    is_wrong = expected is not None and (
        not isinstance(value, expected) or (isinstance(value, bool) and expected is not bool)
    )
    if is_wrong:
        name = _SCALAR_NAMES[expected] if expected else "any scalar"
        raise NotTypedError(f"{path}: expected {name}, got {value!r}")


def _validate_list(value: Any, node: Node, path: str, *, may_repeat: bool) -> None:
    if not isinstance(value, list):
        raise NotTypedError(f"{path}: expected list, got {value!r}")
    is_associative = bool(node.relation) and node.relation != "atomic"
    seen: set[Element] = set()
    for index, item in enumerate(value):
        mark = f"[{index}]"
        if is_associative:
            try:
                element = element_of(item, node)
            except NotTypedError as error:
                raise NotTypedError(f"{path}: element {index}: {error}") from error
            if element in seen and not may_repeat:
                raise NotTypedError(f"{path}: duplicate entries for key {element[1]}")
            seen.add(element)
            mark = f"[{element[1]}]"
        validate(item, node.item, f"{path}{mark}", may_repeat=may_repeat)


_SCALAR_TYPES: Mapping[str, Any] = {
    "string": str,
    "bytes": str,
    "bool": bool,
    "float": (int, float),
    **{f"{sign}int{bits}": (int, float) for sign in ("", "u") for bits in (8, 16, 32, 64)},
}


_SCALAR_NAMES: Mapping[Any, str] = {
    str: "string",
    bool: "boolean",
    (int, float): "numeric (int or float)",
}
