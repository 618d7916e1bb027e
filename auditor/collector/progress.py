"""How collecting tells the one who waits where it is; what is shown is the caller's business."""

from typing import Any, Protocol


class Progress(Protocol):
    """Told from one thread only, in order."""

    def step(self, code: str, **facts: Any) -> None:
        """Say that a step begins: `connect`, `lists`, `argocd`, `objects`, `events`.

        `total` among the facts is the number of `advance` calls that will follow.
        """

    def advance(self, count: int = 1) -> None:
        """Say that `count` more parts of the present step are done."""


class Silent:
    """Nobody waits."""

    def step(self, code: str, **facts: Any) -> None:
        """Say nothing."""

    def advance(self, count: int = 1) -> None:
        """Say nothing."""
