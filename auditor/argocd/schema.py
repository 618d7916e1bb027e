"""What the API server drops or refuses of Argo CD's kinds; mirrors `manifests/crds`.

Pruning, removal of nulls and validation are those of `k8s.io/apiextensions-apiserver`; the field
tree in `data/schema.json` is generated from the CRDs of the newest known version.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

from auditor.argocd import schema_clean, schema_metadata
from auditor.argocd.misplacement import misplacement
from auditor.kube.go_text import INT64_MAX, INT64_MIN

__all__ = [
    "Kind",
    "SchemaResult",
    "Violation",
    "check",
    "kept",
    "misplacement",
    "path_of",
    "pointer_of",
]

Kind = Literal["Application", "ApplicationSet", "AppProject"]
Place = tuple[str | int, ...]
Node = Mapping[str, Any]

_ROOT_FIELDS = ("apiVersion", "kind", "metadata")
_DATE_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[tT]\d\d:\d\d:\d\d([.]\d+)?([zZ]|[+-]\d\d:?\d\d)\Z", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Violation:
    """One reason to refuse an object.

    `code` is `required`, `type` (facts `expected`, `actual`), `not_int64`, `enum` (`value`,
    `supported`), `pattern` (`value`, `pattern`), `too_short`, `too_long` (`limit`), or `format`
    (`value`, `format`).
    """

    place: Place
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SchemaResult:
    """What becomes of a manifest on its way into the cluster."""

    unknown: tuple[str, ...] = ()
    """JSON pointers of fields the schema does not have; a warning at most tells of them."""
    dropped: tuple[str, ...] = ()
    """JSON pointers of everything that does not arrive: unknown fields, nulls, empty metadata."""
    errors: tuple[tuple[str, str, Mapping[str, Any]], ...] = ()
    """JSON pointer, code and facts of every `Violation`; with any the object is refused."""
    unknown_paths: tuple[str, ...] = ()
    """`unknown` as kubectl prints it, such as `spec.sources[0].branch`."""
    violations: tuple[Violation, ...] = ()
    decode_error: str | None = None
    """Why the object cannot even be read; then nothing else is known."""


_CLEAN: Final = SchemaResult()


def check(kind: Kind, manifest: Any) -> SchemaResult:
    """Return what the API server drops of a manifest and why it would refuse it.

    `manifest` may be anything; what is no mapping has the wrong type as a whole.
    """
    if schema_clean.is_clean(manifest, _fields(kind), _is_text):
        return _CLEAN
    root, nodes = _tree(kind)
    if not isinstance(manifest, Mapping):
        return _result((), (), [_wrong_type((), "object", manifest)])
    metadata = manifest.get("metadata")
    decode_error = schema_metadata.decode_error(metadata)
    if decode_error:
        return SchemaResult(decode_error=decode_error)
    strange = [("metadata", *place) for place in schema_metadata.unknown(metadata)]
    empty = [("metadata", *place) for place in schema_metadata.emptied(metadata)]
    pruned: list[Place] = []
    kept = _pruned(manifest, root, nodes, (), pruned)
    nulls: list[Place] = []
    kept = _without_nulls(kept, root, nodes, (), nulls)
    violations = list(_violations(kept, root, nodes, ()))
    pruned.sort(key=path_of)
    return _result((*strange, *pruned), (*empty, *nulls), violations)


def kept(kind: Kind, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return a manifest without the fields the schema does not have, and without nulls."""
    root, nodes = _tree(kind)
    out: dict[str, Any] = _without_nulls(
        _pruned(manifest, root, nodes, (), []), root, nodes, (), []
    )
    return out


def pointer_of(place: Place) -> str:
    """Return a place as JSON pointer."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in place)


def path_of(place: Place) -> str:
    """Return a place as the API server prints it, such as `spec.sources[0].path`."""
    parts = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return "".join(parts).removeprefix(".")


def _result(
    unknown: Iterable[Place], further: Iterable[Place], violations: list[Violation]
) -> SchemaResult:
    strange = tuple(unknown)
    return SchemaResult(
        unknown=tuple(map(pointer_of, strange)),
        dropped=tuple(sorted(map(pointer_of, (*strange, *further)))),
        errors=tuple((pointer_of(v.place), v.code, v.facts) for v in violations),
        unknown_paths=tuple(map(path_of, strange)),
        violations=tuple(violations),
    )


@cache
def _tree(kind: Kind) -> tuple[Node, tuple[Node, ...]]:
    text = resources.files("auditor.argocd").joinpath("data/schema.json").read_text("utf-8")
    data = json.loads(text)
    nodes = tuple(data["nodes"])
    return nodes[data["roots"][kind]], nodes


@cache
def _fields(kind: Kind) -> schema_clean.Field:
    root, nodes = _tree(kind)
    return schema_clean.fields(nodes)[next(i for i, node in enumerate(nodes) if node is root)]


def _is_text(value: str, node: Node) -> bool:
    return next(_text_violations(value, node, ()), None) is None


def _child(node: Node, key: str, nodes: tuple[Node, ...]) -> Node | None:
    number = node.get("p", {}).get(key, node.get("a"))
    return None if number is None else nodes[number]


def _item(node: Node, nodes: tuple[Node, ...]) -> Node:
    return nodes[node["i"]] if "i" in node else {}


def _pruned(
    value: Any, node: Node, nodes: tuple[Node, ...], place: Place, dropped: list[Place]
) -> Any:
    if isinstance(value, list):
        item = _item(node, nodes)
        return [_pruned(v, item, nodes, (*place, i), dropped) for i, v in enumerate(value)]
    if not isinstance(value, Mapping):
        return value
    out = {}
    for key, part in value.items():
        here = (*place, str(key))
        child = _child(node, key, nodes)
        if not place and key in _ROOT_FIELDS:
            out[key] = part
        elif child is not None:
            out[key] = _pruned(part, child, nodes, here, dropped)
        elif node.get("x"):
            out[key] = part
        else:
            dropped.append(here)
    return out


def _without_nulls(
    value: Any, node: Node, nodes: tuple[Node, ...], place: Place, dropped: list[Place]
) -> Any:
    if isinstance(value, list):
        item = _item(node, nodes)
        return [_without_nulls(v, item, nodes, (*place, i), dropped) for i, v in enumerate(value)]
    if not isinstance(value, Mapping):
        return value
    out = {}
    for key, part in value.items():
        child = _child(node, key, nodes)
        here = (*place, str(key))
        if child is None:
            out[key] = part
        elif part is None and not child.get("n"):
            dropped.append(here)
        else:
            out[key] = _without_nulls(part, child, nodes, here, dropped)
    return out


def _violations(
    value: Any, node: Node, nodes: tuple[Node, ...], place: Place
) -> Iterator[Violation]:
    yield from _type_violations(value, node, place)
    if isinstance(value, str):
        yield from _text_violations(value, node, place)
    elif isinstance(value, list):
        item = _item(node, nodes)
        for index, part in enumerate(value):
            yield from _violations(part, item, nodes, (*place, index))
    elif isinstance(value, Mapping):
        for key in node.get("r", ()):
            if key not in value:
                yield Violation((*place, key), "required")
        for key, part in value.items():
            child = _child(node, key, nodes)
            if child is not None:
                yield from _violations(part, child, nodes, (*place, str(key)))


def _type_violations(value: Any, node: Node, place: Place) -> Iterator[Violation]:
    actual = type_name(value)
    if node.get("o"):
        if actual not in {"integer", "string"}:
            yield _wrong_type(place, "integer,string", value)
        return
    expected = node.get("t")
    if expected is None or actual == expected or (value is None and node.get("n")):
        return
    if expected == "number" and actual == "integer":
        return
    if expected == "integer" and actual == "number":
        yield Violation(place, "not_int64")
        return
    yield _wrong_type(place, expected, value)


def _wrong_type(place: Place, expected: str, value: Any) -> Violation:
    return Violation(place, "type", {"expected": expected, "actual": type_name(value)})


def _text_violations(value: str, node: Node, place: Place) -> Iterator[Violation]:
    if len(value) > node.get("h", len(value)):
        yield Violation(place, "too_long", {"limit": node["h"]})
    elif len(value) < node.get("l", 0):
        yield Violation(place, "too_short", {"limit": node["l"]})
    elif "m" in node and not re.search(node["m"], value):
        yield Violation(place, "pattern", {"value": value, "pattern": node["m"]})
    if "e" in node and value not in node["e"]:
        yield Violation(place, "enum", {"value": value, "supported": tuple(node["e"])})
    if node.get("f") == "date-time" and not _DATE_TIME.match(value):
        yield Violation(place, "format", {"value": value, "format": "date-time"})


def type_name(value: object) -> str:
    """Return the JSON type of a value; numbers without a fraction that fit 64 bits are integers."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer" if INT64_MIN <= value <= INT64_MAX else "number"
        case float():
            return "integer" if value.is_integer() and abs(value) < 2.0**63 else "number"
        case Mapping():
            return "object"
        case list() | tuple():
            return "array"
        case _:
            return "string"
