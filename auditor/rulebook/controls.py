"""Which rules are evidence for which control of SOC 2, ISO 27001 and ISMS-P, and how far."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.resources import files
from typing import Any, Final, Literal

Strength = Literal["strong", "partial", "supporting"]

_STRENGTHS: Final[tuple[Strength, ...]] = ("strong", "partial", "supporting")


@dataclass(frozen=True, slots=True)
class Control:
    """One control of one framework."""

    framework: str
    id: str
    title: str
    rules: Mapping[str, Strength]
    """How far each rule is evidence for it; where families overlap, the stronger counts."""


def controls(rules: Iterable[str], language: str) -> tuple[Control, ...]:
    """Return the controls that at least one of `rules`, ids, is evidence for, by framework."""
    known = sorted(rules)
    found: dict[tuple[str, str], dict[str, Strength]] = {}
    for family in _read("controls.toml")["family"]:
        mapped = [
            rule for rule in known if any(fnmatchcase(rule, glob) for glob in family["rules"])
        ]
        for framework, control, strength in family["controls"]:
            linked = found.setdefault((framework, control), {})
            for rule in mapped:
                linked[rule] = min(strength, linked.get(rule, strength), key=_STRENGTHS.index)
    said = words(language)
    return tuple(
        Control(framework, control, title, dict(sorted(found[framework, control].items())))
        for framework in said["framework"]
        for control, title in said[framework].items()
        if found.get((framework, control))
    )


def words(language: str) -> Mapping[str, Mapping[str, str]]:
    """Return the names of frameworks, of their controls, and of strengths."""
    return _read(f"controls.{language}.toml")


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files("auditor.rulebook") / name).read_text("utf-8"))
