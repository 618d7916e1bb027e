"""How much an ApplicationSet may make of itself before it is given up."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

_WORK: Final = 2_000_000
"""Steps of templates; 10,000 Applications of 5 kB each stay below it."""
_PER_STEP: Final = 50
"""Characters that count as much as one step."""
LONGEST: Final = 10_000_000
"""Characters of one text."""
_COMBINATION: Final = 100
"""Steps that one set of parameters of a matrix counts as."""
P = TypeVar("P", bound=Mapping[str, object])


class Unbounded(Exception):
    """What an ApplicationSet generates has no measure; Argo CD would go on."""


@dataclass(slots=True)
class Budget:
    """What is left of the work allowed for one ApplicationSet."""

    left: int = _WORK

    def spend(self, characters: int, steps: int = 1) -> None:
        """Count one step that gave so many characters; raise Unbounded."""
        self.left -= steps + characters // _PER_STEP
        if self.left < 0 or characters > LONGEST:
            raise Unbounded

    def paid(self, params: P) -> P:
        """Return one set of parameters of a matrix, counted; raise Unbounded."""
        self.spend(0, steps=_COMBINATION)
        return params
