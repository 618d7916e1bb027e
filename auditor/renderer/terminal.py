"""The console of every form of text: nothing in a view reaches a terminal as a command to it."""

import io
from collections.abc import Callable
from typing import Any, TypeVar

from auditor.renderer.plain import harmless

V = TypeVar("V")


def drawn(
    view: V, draw: Callable[[Any, V], None], *, color: bool, width: int, soft_wrap: bool = False
) -> str:
    """Return what `draw` prints of `view` on a `rich` console `width` columns wide.

    ANSI colours where `color`; with `soft_wrap` lines keep their length. `draw` is handed the view
    made harmless: names and messages in it are data of a cluster or a repository.
    """
    from rich.console import Console  # noqa: PLC0415 - only terminals need it

    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=color,
        color_system="standard" if color else None,
        highlight=False,
        legacy_windows=False,
        soft_wrap=soft_wrap,
    )
    draw(console, harmless(view))
    return "\n".join(line.rstrip() for line in out.getvalue().split("\n"))
