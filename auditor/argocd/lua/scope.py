"""Names in scope, and the jumps a script makes: break, goto, return."""

from dataclasses import dataclass, field
from typing import Any


class Break(Exception):
    """Leave the innermost loop."""


class Goto(Exception):
    """Continue at a label."""

    def __init__(self, label: str) -> None:
        super().__init__(label)
        self.label = label


class Return(Exception):
    """Leave the function with values."""

    def __init__(self, values: list[Any]) -> None:
        super().__init__()
        self.values = values


@dataclass(slots=True)
class Scope:
    """The local names of a block."""

    parent: "Scope | None"
    names: dict[str, Any] = field(default_factory=dict)
    varargs: list[Any] = field(default_factory=list)

    def holder(self, name: str) -> "Scope | None":
        """Return the innermost block that has a name."""
        scope: Scope | None = self
        while scope is not None and name not in scope.names:
            scope = scope.parent
        return scope
