"""Which manifests the API server surely takes as they are: the quick answer before `schema`.

Saying no costs nothing but the time of the whole check; saying yes must be right.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from auditor.kube.go_text import INT64_MAX, INT64_MIN

Node = Mapping[str, Any]
IsText = Callable[[str, Node], bool]

_TYPES: Final[Mapping[str | None, frozenset[type]]] = {
    None: frozenset({str, bool, int, dict, list}),
    "object": frozenset({dict}),
    "array": frozenset({list}),
    "string": frozenset({str}),
    "boolean": frozenset({bool}),
    "integer": frozenset({int}),
    "number": frozenset({int}),
}
_TESTS: Final = frozenset("hlmef")
"""What a node may ask of a text: its length, a pattern, an enumeration, a format."""
_TEXTS: Final = frozenset({"name", "namespace"})
_MAPS: Final = frozenset({"labels", "annotations"})


@dataclass(slots=True, eq=False)
class Field:
    """One node of the schema, its neighbours looked up."""

    types: frozenset[type]
    test: Node | None
    """What a text must pass; None where any will do."""
    required: tuple[str, ...]
    keeps_unknown: bool
    known: dict[str, "Field"] = field(default_factory=dict)
    others: "Field | None" = None
    """What keys that are not known hold."""
    item: "Field | None" = None


def fields(nodes: tuple[Node, ...]) -> tuple[Field, ...]:
    """Return the nodes of a schema as fields, in the same order."""
    found = tuple(_field(node) for node in nodes)
    for node, one in zip(nodes, found, strict=True):
        one.known.update({key: found[number] for key, number in node.get("p", {}).items()})
        one.others = found[node["a"]] if node.get("a") is not None else None
        one.item = found[node["i"]] if "i" in node else None
    return found


def _field(node: Node) -> Field:
    types = frozenset({int, str}) if node.get("o") else _TYPES[node.get("t")]
    test = node if _TESTS & node.keys() else None
    return Field(types, test, tuple(node.get("r", ())), bool(node.get("x")))


def is_clean(manifest: Any, root: Field, is_text: IsText) -> bool:
    """Say whether nothing of `manifest` is dropped or refused; False where that is not certain."""
    if type(manifest) is not dict or not _is_plain_metadata(manifest.get("metadata")):
        return False
    spec = {key: part for key, part in manifest.items() if key != "metadata"}
    return _is_clean(spec, _without_metadata(root), is_text)


@cache
def _without_metadata(root: Field) -> Field:
    required = tuple(key for key in root.required if key != "metadata")
    known = {key: one for key, one in root.known.items() if key != "metadata"}
    return Field(root.types, root.test, required, root.keeps_unknown, known, root.others)


def _is_plain_metadata(metadata: Any) -> bool:
    """Say whether there are names, texts and finalizers and nothing else; empty ones are lost."""
    return type(metadata) is dict and all(
        value and _is_plain_part(key, value) for key, value in metadata.items()
    )


def _is_plain_part(key: str, value: Any) -> bool:
    if key in _TEXTS:
        return type(value) is str
    if key in _MAPS:
        return type(value) is dict and all(type(part) is str for part in value.values())
    is_list = key == "finalizers" and type(value) is list
    return is_list and all(type(part) is str for part in value)


def _is_clean(value: Any, here: Field, is_text: IsText) -> bool:
    kind = type(value)
    if kind not in here.types:
        return False
    if kind is dict:
        return _is_clean_mapping(value, here, is_text)
    if kind is list:
        item = here.item
        return not value or (item is not None and all(_is_clean(v, item, is_text) for v in value))
    if kind is str:
        return here.test is None or is_text(value, here.test)
    return kind is bool or INT64_MIN <= value <= INT64_MAX


def _is_clean_mapping(value: dict[str, Any], here: Field, is_text: IsText) -> bool:
    for key in here.required:
        if key not in value:
            return False
    known, others = here.known, here.others
    for key, part in value.items():
        one = known.get(key, others)
        if one is None:
            if not here.keeps_unknown:
                return False
        elif type(part) is str and one.test is None and str in one.types:
            continue
        elif not _is_clean(part, one, is_text):
            return False
    return True
