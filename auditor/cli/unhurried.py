"""Garbage looked for seldom, in commands that read much and then keep it to their end."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_SELDOM: Final = (200_000, 50, 1000)
"""Allocations between two looks for garbage; the interpreter's own is 700."""


@contextmanager
def unhurried() -> Iterator[None]:
    """Look for garbage seldom: what is read stays until the end, and there is much of it.

    What is frozen stays so, for the interpreter looks once more on its way out.
    """
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
