"""Whole numbers of `--set`, which the SDK passes on as floats; Helm's are int64 (`typedVal`).

`{{ .Values.n }}` prints 1000000 for the one and 1e+06 for the other, and `eq` compares only like
with like. So a template is added that Helm executes before all others and that puts them right.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

_NAME: Final = "auditor.integers"

Steps = tuple[str | int, ...]


def path(deepest: int) -> str:
    """Return where the template has to lie in a chart whose files have `deepest` slashes at most.

    Helm executes the deepest templates first (`sortTemplates`).
    """
    return f"templates/{'0/' * deepest}integers.yaml"


def floats(value: Any) -> Any:
    """Return values of a file with all numbers as floats, as Helm reads them."""
    if isinstance(value, Mapping):
        return {key: floats(item) for key, item in value.items()}
    if isinstance(value, list):
        return [floats(item) for item in value]
    return _float(value) if type(value) is int else value


def _float(value: int) -> float | int:
    try:
        return float(value)
    except OverflowError:
        return value


def template(values: Mapping[str, Any]) -> str:
    """Return the template that sets the integers among `values`; an empty text for none."""
    return "".join(_settings(values))


def _settings(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield template actions, one for each map or list that holds integers."""
    for path, key, value in _places(values, ()):
        yield _action(path, key, _expression(value, "$old"))
        if path[:1] == ("global",) or (not path and key == "global"):
            yield _for_subcharts(path, key, value)


def _places(value: Any, path: Steps) -> Iterator[tuple[Steps, str, Any]]:
    """Yield path of a map, key in it and the value that has to be set there."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if type(item) is int or (isinstance(item, list) and _has_integers(item)):
                yield path, key, item
            if isinstance(item, dict | list):
                yield from _places(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _places(item, (*path, index))


def _has_integers(items: Sequence[Any]) -> bool:
    return any(
        type(item) is int or (isinstance(item, list) and _has_integers(item)) for item in items
    )


def _expression(value: Any, old: str) -> str:
    """Return the new value; whatever holds no integer is taken from the old one."""
    if type(value) is int:
        return f'(int64 "{value}")'
    items = []
    for index, item in enumerate(value):
        there = f"(index {old} {index})"
        is_new = type(item) is int or (isinstance(item, list) and _has_integers(item))
        items.append(_expression(item, there) if is_new else there)
    return f"(list {' '.join(items)})"


def _action(path: Steps, key: str, new: str, start: str = "$.Values") -> str:
    """Return what sets `key` of the map at `path`, if the map is still there."""
    steps = "".join(
        f"{{{{- if kindIs {kind} $m }}}}{{{{- $m = index $m {json.dumps(step)} }}}}"
        "{{- else }}{{- $m = false }}{{- end }}"
        for step in path
        for kind in ('"slice"' if isinstance(step, int) else '"map"',)
    )
    name = json.dumps(key)
    return (
        f"{{{{- $m := {start} }}}}{steps}"
        '{{- if kindIs "map" $m }}'
        f"{{{{- if hasKey $m {name} }}}}{{{{- $old := index $m {name} }}}}"
        f"{{{{- $_ := set $m {name} {new} }}}}{{{{- end }}}}{{{{- end }}}}\n"
    )


def _for_subcharts(path: Steps, key: str, value: Any) -> str:
    """Return what does the same in the copies of `global` that charts inside have."""
    name = f"{_NAME}.{'.'.join(map(str, (*path, key)))}"
    inner = _action(path, key, _expression(value, "$old"), "$scope.Values")
    called = json.dumps(name)
    return (
        f"{{{{- define {called} }}}}{{{{- range $_, $scope := .Subcharts }}}}\n{inner}"
        f"{{{{- template {called} $scope }}}}{{{{- end }}}}{{{{- end }}}}"
        f"{{{{- template {called} $ }}}}\n"
    )
