"""Why something could not be looked at: a code with facts; the words are the report's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Gap:
    """One reason, such as `forbidden` with the resource and namespace that were refused."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Return a text that equal gaps share, for counting and ordering."""
        return " ".join((self.code, *(f"{k}={self.facts[k]}" for k in sorted(self.facts))))


class Unjudgeable(Exception):
    """Something that cannot be worked out, met where no gap can be returned; `gap` says why."""

    def __init__(self, gap: Gap) -> None:
        super().__init__(gap.code)
        self.gap = gap
