"""Values with a schema, as server-side apply sees them: validate, compare, remove, list fields.

Mirrors structured-merge-diff `typed` (validate.go, compare.go, remove.go, tofieldset.go). A node
of the schema is a type of `auditor.kube.types` with the relation of the field it belongs to;
`any` is the deduced type that custom resources without a schema get.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from auditor.kube.field_sets import Element, FieldSet, Path, below, key_element, value_element
from auditor.kube.merge import is_same
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


@dataclass(frozen=True, slots=True)
class Comparison:
    """Which fields differ between two values of one schema."""

    removed: set[Path] = field(default_factory=set)
    modified: set[Path] = field(default_factory=set)
    added: set[Path] = field(default_factory=set)


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


def compare(left: Any, right: Any, node: Node) -> Comparison:
    """Compare two validated values. Raises NotTypedError for items that have no key."""
    result = Comparison()
    _compare(left, right, node, (), result)
    return result


def remove(value: Any, fields: FieldSet, node: Node) -> Any:
    """Return the value without the given fields; containers that become empty stay."""
    if isinstance(value, dict) and node.atom in {"map", "any"}:
        return _remove_keys(value, fields, node)
    if isinstance(value, list) and node.atom in {"list", "any"}:
        return _remove_items(value, fields, node)
    return value


def fields_of(value: Any, node: Node) -> FieldSet:
    """Return every leaf and item the value mentions."""
    found: set[Path] = set()
    _fields(value, node, (), found)
    return frozenset(found)


def with_named_parents(fields: FieldSet, node: Node) -> FieldSet:
    """Add the parents that are fields of structs: pruning treats them as members."""
    found = set(fields)
    for path in fields:
        place: Node | None = node
        for depth, (kind, name) in enumerate(path[:-1]):
            if place is None:
                break
            if kind == "f" and place.is_declared(name):
                found.add(path[: depth + 1])
            place = place.child(name) if kind == "f" else place.item
    return frozenset(found)


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
    found = {key: item[key] if key in item else defaults[key] for key in keys if key in item or key in defaults}
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


def _compare(left: Any, right: Any, node: Node, path: Path, result: Comparison) -> None:
    value = left if right is MISSING else right
    sample = value if value is not None else left
    is_container = isinstance(sample, (dict, list)) and node.atom != "scalar"
    are_empty = not _content(left) and not _content(right)
    if not is_container or node.is_atomic(sample) or are_empty:
        _compare_leaf(left, right, path, result)
        return
    if isinstance(sample, dict):
        _compare_maps(_content(left), _content(right), node, path, result)
    else:
        _compare_lists(_content(left), _content(right), node, path, result)
    if left is MISSING:
        result.added.add(path)
    elif right is MISSING:
        result.removed.add(path)


def _content(value: Any) -> Any:
    return value if isinstance(value, (dict, list)) else {}


def _compare_leaf(left: Any, right: Any, path: Path, result: Comparison) -> None:
    if left is MISSING:
        result.added.add(path)
    elif right is MISSING:
        result.removed.add(path)
    elif not is_same(left, right):
        result.modified.add(path)


def _compare_maps(
    left: Mapping[str, Any], right: Mapping[str, Any], node: Node, path: Path, result: Comparison
) -> None:
    for key in dict.fromkeys((*left, *right)):
        child = node.child(key) or Node("any")
        _compare(
            left.get(key, MISSING), right.get(key, MISSING), child, (*path, ("f", key)), result
        )


def _compare_lists(left: Any, right: Any, node: Node, path: Path, result: Comparison) -> None:
    before = _grouped(left or [], node)
    after = _grouped(right or [], node)
    for element in dict.fromkeys((*before, *after)):
        old, new = before.get(element, []), after.get(element, [])
        here = (*path, element)
        if len(old) > 1 and len(new) > 1:
            if not is_same(old, new):
                result.modified.add(here)
            continue
        if len(old) > 1:
            result.removed.add(here)
            old = []
        elif len(new) > 1:
            result.added.add(here)
            new = []
        if old or new:
            first = old[0] if old else MISSING
            _compare(first, new[0] if new else MISSING, node.item, here, result)


def _grouped(items: list[Any], node: Node) -> dict[Element, list[Any]]:
    groups: dict[Element, list[Any]] = {}
    for element, item in elements(items, node):
        groups.setdefault(element, []).append(item)
    return groups


def _remove_keys(value: dict[str, Any], fields: FieldSet, node: Node) -> Any:
    if not value or node.is_atomic(value):
        return None
    kept: dict[str, Any] = {}
    had_matches = False
    for key, item in value.items():
        element = ("f", key)
        if (element,) in fields:
            continue
        inner = below(fields, element)
        had_matches = had_matches or bool(inner)
        kept[key] = _removed(item, inner, node.child(key) or Node("any")) if inner else item
    return kept if kept or had_matches else None


def _remove_items(value: list[Any], fields: FieldSet, node: Node) -> Any:
    if not value or node.is_atomic(value):
        return None
    kept: list[Any] = []
    had_matches = False
    for element, item in elements(value, node):
        if (element,) in fields:
            continue
        inner = below(fields, element)
        had_matches = had_matches or bool(inner)
        kept.append(_removed(item, inner, node.item) if inner else item)
    return kept if kept or had_matches else None


def _removed(item: Any, fields: FieldSet, node: Node) -> Any:
    """Remove inside an item, which stays even when nothing is left in it."""
    rest = remove(item, fields, node)
    if rest is None and isinstance(item, (dict, list)):
        return type(item)()
    return rest


def _fields(value: Any, node: Node, path: Path, found: set[Path]) -> None:
    if node.atom == "scalar" or not isinstance(value, (dict, list)):
        if node.atom not in {"map", "list"}:
            found.add(path)
        return
    if node.is_atomic(value):
        found.add(path)
    elif isinstance(value, dict):
        for key, item in value.items():
            here = (*path, ("f", key))
            _fields(item, node.child(key) or Node("any"), here, found)
            if item is None or item == {} or not node.is_declared(key):
                found.add(here)
    else:
        for element, items in _grouped(value, node).items():
            found.add((*path, element))
            if len(items) == 1:
                _fields(items[0], node.item, (*path, element), found)


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
