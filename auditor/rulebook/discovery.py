"""Find every rule by walking the package it is given, and those of installed packages."""

import pkgutil
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any, Final

from auditor.rulebook.bad_rule import BadRule
from auditor.rulebook.rule import Rule

GROUP: Final = "auditor.rules"
"""Entry points of this group name packages of rules."""


def discover(package: ModuleType) -> tuple[Rule[Any, Any], ...]:
    """Return the rules under `package`, one a module, in id order; raise TypeError."""
    return tuple(sorted(_walk(package), key=lambda found: found.id))


def installed(known: Iterable[Rule[Any, Any]]) -> tuple[Rule[Any, Any], ...]:
    """Return the rules that other installed packages bring, in id order; raise BadRule.

    An entry point of GROUP names a package of rules, made as ours are: page and cases beside the
    code. What an audited repository brings is never loaded.
    """
    found = [(rule, point) for point in entry_points(group=GROUP) for rule in _brought(point)]
    chapters = {rule.chapter for rule in known}
    taken: set[str] = set()
    for rule, point in found:
        if rule.chapter in chapters or rule.id in taken:
            raise BadRule("own_rule_id", file=point.value, id=rule.id)
        taken.add(rule.id)
    return tuple(sorted((rule for rule, _ in found), key=lambda rule: rule.id))


def _brought(point: EntryPoint) -> tuple[Rule[Any, Any], ...]:
    try:
        return discover(point.load())
    except (ImportError, AttributeError, TypeError) as error:
        raise BadRule("own_rule_unreadable", file=point.value, reason=str(error)) from error


def _walk(package: ModuleType) -> Iterator[Rule[Any, Any]]:
    for module_info in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if module_info.ispkg:
            continue
        module = import_module(module_info.name)
        found = [value for value in vars(module).values() if isinstance(value, Rule)]
        if len(found) != 1:
            raise TypeError(f"{module_info.name} must hold exactly one rule, holds {len(found)}")
        yield found[0]
