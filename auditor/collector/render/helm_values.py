"""The values Helm renders with: files, then `--set`; mirrors Helm's `strvals/parser.go`."""

import re
from collections.abc import Mapping
from typing import Any, Final

from auditor.collector import yaml_reader
from auditor.collector.render.failure import wrong
from auditor.collector.render.helm_integers import floats
from auditor.collector.yaml_nodes import BadYaml

_MAX_INDEX: Final = 65536
_MAX_LEVEL: Final = 30
_COMMA: Final = re.compile(r"(?<!\\),")
_NUMBER: Final = re.compile(r"[-+]?[0-9]+")
_INT64: Final = range(-(2**63), 2**63)


class BadSet(ValueError):
    """A parameter that Helm refuses."""


def merged(job: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a job: files in order, then parameters; raise NotRendered.

    Numbers of files are floats, whole numbers of parameters integers, as they are in Helm.
    """
    values: dict[str, Any] = {}
    for file in job["values"]:
        given = file["object"] if "object" in file else _file(file)
        values = merge(values, floats(given))
    for name, text, is_text in job["set"]:
        _set(values, name, escaped(text), is_text=is_text)
    for name, content in job["set_file"]:
        try:
            _Parser(f"{name}=", content).key(values, 0)
        except BadSet as bad:
            raise wrong("parameter_unreadable", name=name, message=str(bad)) from bad
    return values


def merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return both maps, `above` winning; null stays, it removes a chart's default later."""
    result = dict(below)
    for key, value in above.items():
        there = result.get(key)
        if isinstance(value, Mapping) and isinstance(there, Mapping):
            result[key] = merge(there, value)
        else:
            result[key] = value
    return result


def escaped(text: str) -> str:
    """Escape commas as Argo CD does, but not in a list (`cleanSetParameters` of `cmd.go`)."""
    if text.startswith("{") and text.endswith("}"):
        return text
    return _COMMA.sub(r"\\,", text)


def parse_into(values: dict[str, Any], text: str, *, is_text: bool = False) -> None:
    """Apply `a.b=1,c[0]=x` to `values`; raise BadSet. `is_text` is `--set-string`."""
    parser = _Parser(text, None, is_text=is_text)
    while not parser.is_at_end:
        parser.key(values, 0)


def _file(file: Mapping[str, Any]) -> Mapping[str, Any]:
    path = file["path"]
    try:
        found = next(iter(yaml_reader.values(file["text"])), None)
    except BadYaml as bad:
        raise wrong("values_file_unreadable", file=path, line=bad.line, message=bad.reason) from bad
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise wrong("values_file_unreadable", file=path, line=1, message="the values are no map")
    return found


def _set(values: dict[str, Any], name: str, text: str, *, is_text: bool) -> None:
    try:
        parse_into(values, f"{name}={text}", is_text=is_text)
    except BadSet as bad:
        raise wrong("parameter_unreadable", name=name, message=str(bad)) from bad


def typed(text: str) -> Any:
    """Return what an unquoted value of `--set` means (`typedVal`)."""
    match text:
        case "true" | "false":
            return text == "true"
        case "null":
            return None
        case "0":
            return 0
        case _:
            is_number = not text.startswith("0") and _NUMBER.fullmatch(text) is not None
            return int(text) if is_number and int(text) in _INT64 else text


def _put(data: dict[str, Any], name: str, value: Any) -> None:
    if name:
        data[name] = value


class _Parser:
    def __init__(self, text: str, content: str | None, *, is_text: bool = False) -> None:
        self.text = text
        self.content = content
        """Text of the file that `--set-file` names."""
        self.is_text = is_text
        self.position = 0

    @property
    def is_at_end(self) -> bool:
        return self.position >= len(self.text)

    def until(self, stops: str) -> tuple[str, str]:
        """Return the text before the first of `stops`, and which it was; empty at the end."""
        out: list[str] = []
        while not self.is_at_end:
            char = self.text[self.position]
            self.position += 1
            if char in stops:
                return "".join(out), char
            if char == "\\" and not self.is_at_end:
                char = self.text[self.position]
                self.position += 1
            out.append(char)
        return "".join(out), ""

    def key(self, data: dict[str, Any], level: int) -> None:
        if level > _MAX_LEVEL:
            raise BadSet(f"value name nested level is greater than maximum of {_MAX_LEVEL}")
        name, stop = self.until("=[,.")
        match stop:
            case "=":
                _put(data, name, self.value())
            case "[":
                index = self.index()
                there = data.get(name)
                _put(data, name, self.item(there if isinstance(there, list) else [], index, level))
            case ".":
                inner = data.get(name)
                inner = {} if inner is None else inner
                if not isinstance(inner, dict):
                    raise BadSet(f"interface conversion: {name} is no map")
                self.key(inner, level + 1)
                if not inner:
                    raise BadSet(f'key map "{name}" has no value')
                _put(data, name, inner)
            case _:
                if name or stop:
                    raise BadSet(f'key "{name}" has no value')

    def index(self) -> int:
        text, stop = self.until("]")
        if not stop or not _NUMBER.fullmatch(text):
            raise BadSet(f'error parsing index: "{text}"')
        index = int(text)
        if not 0 <= index <= _MAX_INDEX:
            raise BadSet(f"index of {index} is not allowed")
        return index

    def item(self, there: list[Any], index: int, level: int) -> list[Any]:
        rest, stop = self.until("[.=")
        if rest:
            raise BadSet(f'unexpected data at end of array index: "{rest}"')
        found = list(there)
        old = found[index] if index < len(found) else None
        match stop:
            case "=":
                new = self.value()
            case "[":
                new = self.item(old if isinstance(old, list) else [], self.index(), level)
            case ".":
                new = old if isinstance(old, dict) else {}
                self.key(new, level + 1)
            case _:
                return found
        found += [None] * (index + 1 - len(found))
        found[index] = new
        return found

    def value(self) -> Any:
        if self.content is not None:
            self.position = len(self.text)
            return self.content
        if self.text[self.position : self.position + 1] == "{":
            self.position += 1
            return self.list()
        text, _ = self.until(",")
        return self.read(text)

    def list(self) -> list[Any]:
        found: list[Any] = []
        while True:
            text, stop = self.until(",}")
            if not stop:
                raise BadSet("list must terminate with '}'")
            if stop == "}":
                if text or found:
                    found.append(self.read(text))
                if self.text[self.position : self.position + 1] == ",":
                    self.position += 1
                return found
            found.append(self.read(text))

    def read(self, text: str) -> Any:
        return text if self.is_text else typed(text)
