"""Parameters of list, matrix and merge generators; mirrors `applicationset/generators`."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from auditor.argocd.applicationset_budget import Budget
from auditor.argocd.applicationset_selector import is_selected
from auditor.argocd.applicationset_text import GenerationError, replaced_deep
from auditor.kube.go_yaml import BadYaml, load
from auditor.kube.loose import mapping, mappings, sequence, text, texts
from auditor.kube.manifest import at

Params = dict[str, Any]
INSIDE = ("list", "matrix", "merge")
"""Generators that need nothing from outside the ApplicationSet."""
KINDS = (
    "list",
    "clusters",
    "git",
    "scmProvider",
    "clusterDecisionResource",
    "pullRequest",
    "matrix",
    "merge",
    "plugin",
)

_OPAQUE = "valuesObject"


class NeedsOutside(ValueError):
    """A generator that asks a cluster, a repository or a service; the message is its kind."""


@dataclass(frozen=True, slots=True)
class Mode:
    """How the texts of an ApplicationSet are filled."""

    is_go: bool = False
    options: tuple[str, ...] = ()
    outside: "Outside | None" = field(default=None, compare=False)
    """Answers for generators that ask a cluster, a repository or a service."""
    budget: Budget = field(default_factory=Budget, compare=False)

    @classmethod
    def of(cls, spec: Any, outside: "Outside | None" = None) -> "Mode":
        """Read `goTemplate` and `goTemplateOptions`."""
        return cls(at(spec, "goTemplate") is True, texts(spec, "goTemplateOptions"), outside)


Outside = Callable[[str, Mapping[str, Any], Mode], list[Params]]
"""Kind and block of a generator to its parameters; raises `NeedsOutside`, `GenerationError`."""


@dataclass(frozen=True, slots=True)
class Result:
    """Parameter sets of one generator, and the template its Applications are made of."""

    params: tuple[Params, ...]
    template: Mapping[str, Any]


def transformed(
    generator: Mapping[str, Any],
    template: Mapping[str, Any],
    mode: Mode,
    outer: Mapping[str, Any] | None = None,
) -> list[Result]:
    """Return what one entry of `generators` yields (`Transform`); raise `GenerationError`.

    `outer` are the parameters of the first side of a matrix, which fill the second.
    """
    kinds = [kind for kind in KINDS if at(generator, kind) is not None]
    selector = at(generator, "selector")
    results, first = [], None
    for kind in kinds:
        try:
            results.append(_result(generator, kind, template, mode, outer))
        except GenerationError as error:
            first = first or error
    if first is not None:
        raise first
    if selector is None:
        return results
    return [
        Result(tuple(p for p in result.params if is_selected(selector, p)), result.template)
        for result in results
    ]


def _result(
    generator: Mapping[str, Any],
    kind: str,
    template: Mapping[str, Any],
    mode: Mode,
    outer: Mapping[str, Any] | None,
) -> Result:
    if kind not in INSIDE and mode.outside is None:
        raise NeedsOutside(kind)
    own = mapping(generator, kind, "template")
    filled = generator
    if outer:
        try:
            filled = replaced_deep(
                generator, outer, is_go=mode.is_go, options=mode.options, budget=mode.budget
            )
        except GenerationError as error:
            raise GenerationError(f"failed to replace parameters in generator: {error}") from None
    raw = mapping(filled, kind)
    return Result(tuple(_params(kind, raw, mode)), filled_up(own, template))


def _params(kind: str, raw: Mapping[str, Any], mode: Mode) -> list[Params]:
    if kind not in INSIDE and mode.outside is not None:
        return mode.outside(kind, raw, mode)
    return {"list": _list, "matrix": _matrix, "merge": _merge}[kind](raw, mode)


def filled_up(own: Any, base: Any) -> Any:
    """Return `own` with everything empty in it taken from `base` (`mergo.Merge`)."""
    if isinstance(own, Mapping) and isinstance(base, Mapping):
        out = dict(own)
        for key, value in base.items():
            is_whole = key == _OPAQUE and bool(out.get(key))
            out[key] = out[key] if is_whole else filled_up(out.get(key), value)
        return out
    return own or base


def _list(raw: Mapping[str, Any], mode: Mode) -> list[Params]:
    params = []
    for element in sequence(raw, "elements"):
        if element is not None and not isinstance(element, Mapping):
            kind = {str: "string", bool: "bool", list: "array"}.get(type(element), "number")
            raise GenerationError(
                f"error unmarshling list element json: cannot unmarshal {kind} into Go value of "
                "type map[string]interface {}"
            )
        params.append(dict(element or {}) if mode.is_go else _flat(element or {}))
    written = text(raw, "elementsYaml")
    return [*params, *_yaml_elements(written)] if written else params


def _yaml_elements(written: str) -> list[Params]:
    try:
        found = load(written)
    except BadYaml as error:
        raise GenerationError(f"error unmarshling decoded ElementsYaml {error}") from None
    return [dict(item) for item in found or () if isinstance(item, Mapping)]


def _flat(element: Mapping[str, Any]) -> Params:
    out: Params = {}
    for key, value in element.items():
        if key != "values":
            out[key] = _string(value)
        elif isinstance(value, Mapping):
            out |= {f"values.{name}": _string(part) for name, part in value.items()}
        else:
            raise GenerationError("error parsing values map")
    return out


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise GenerationError("error parsing value as string %!w(<nil>)")
    return value


def _matrix(raw: Mapping[str, Any], mode: Mode) -> list[Params]:
    children = mappings(raw, "generators")
    if len(children) != 2:
        found = "less" if len(children) < 2 else "more"
        raise GenerationError(f"found {found} than two generators, Matrix support only two")
    first = "error failed to get params for first generator in matrix generator"
    second = "failed to get params for second generator in the matrix generator"
    join = merged_under if mode.is_go else _combined
    return [
        mode.budget.paid(join(left, right))
        for left in _child(children[0], mode, None, first)
        for right in _child(children[1], mode, left, second)
    ]


def _child(
    generator: Mapping[str, Any], mode: Mode, outer: Mapping[str, Any] | None, start: str
) -> tuple[Params, ...]:
    try:
        results = transformed(generator, {}, mode, outer)
    except GenerationError as error:
        why = f"child generator returned an error on parameter generation: {error}"
        raise GenerationError(f"{start}: {why}") from None
    if not results:
        raise GenerationError(f"{start}: child generator generated no parameters")
    if len(results) > 1:
        raise GenerationError(f"{start}: found more than one generator in matrix.Generators")
    return results[0].params


def merged(base: Mapping[str, Any], override: Mapping[str, Any]) -> Params:
    """Return two parameter sets as one, deep, the second winning (`mergo.WithOverride`)."""
    out = dict(base)
    for key, value in override.items():
        here = out.get(key)
        both = isinstance(here, Mapping) and isinstance(value, Mapping)
        out[key] = merged(here, value) if both and isinstance(here, Mapping) else value
    return out


def merged_under(left: Mapping[str, Any], right: Mapping[str, Any]) -> Params:
    """Return both sides of a matrix as one set; the first side wins."""
    return merged(right, left)


def _combined(left: Mapping[str, Any], right: Mapping[str, Any]) -> Params:
    for key, value in right.items():
        if key in left and left[key] != value:
            raise GenerationError(
                "failed to combine string maps with merging params for the matrix generator: "
                f"found duplicate key {key} with different value, a: {left[key]} ,b: {value}"
            )
    return {**left, **right}


def _merge(raw: Mapping[str, Any], mode: Mode) -> list[Params]:
    children = mappings(raw, "generators")
    if len(children) < 2:
        raise GenerationError("found less than two generators, Merge requires two or more")
    count = len(children)
    sets = [
        _child(
            child,
            mode,
            None,
            "error getting param sets from generators: "
            f"error getting params from generator {number} of {count}",
        )
        for number, child in enumerate(children, 1)
    ]
    keys = texts(raw, "mergeKeys")
    base = _by_key(keys, sets[0])
    for others in sets[1:]:
        found = _by_key(keys, others)
        for key in base.keys() & found.keys():
            override = found[key]
            base[key] = merged(base[key], override) if mode.is_go else {**base[key], **override}
    return list(base.values())


def _by_key(keys: Sequence[str], sets: Sequence[Params]) -> dict[str, Params]:
    start = "error getting param sets by merge key"
    if not keys:
        why = "no merge keys were specified, Merge requires at least one"
        raise GenerationError(f"{start}: {why}")
    out: dict[str, Params] = {}
    for params in sets:
        named = {key: params.get(key) for key in sorted(set(keys))}
        key = json.dumps(named, separators=(",", ":"), ensure_ascii=False)
        if key in out:
            raise GenerationError(
                f"{start}: the parameters from a generator were not unique by the given mergeKeys, "
                f"Merge requires all param sets to be unique. Duplicate key was {key}"
            )
        out[key] = params
    return out
