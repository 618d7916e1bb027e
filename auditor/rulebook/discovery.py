"""Find every rule by walking the package it is given."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

from auditor.rulebook.rule import Rule


def discover(package: ModuleType) -> tuple[Rule[Any, Any], ...]:
    """Return the rules under `package`, one a module, in id order; raise TypeError."""
    return tuple(sorted(_walk(package), key=lambda found: found.id))


def _walk(package: ModuleType) -> Iterator[Rule[Any, Any]]:
    for module_info in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if module_info.ispkg:
            continue
        module = import_module(module_info.name)
        found = [value for value in vars(module).values() if isinstance(value, Rule)]
        if len(found) != 1:
            raise TypeError(f"{module_info.name} must hold exactly one rule, holds {len(found)}")
        yield found[0]
