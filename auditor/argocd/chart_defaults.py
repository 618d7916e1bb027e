"""What the values of a chart of its own leave empty in the Applications that it makes."""

import re
from typing import Final

_HOLE: Final = re.compile(r"//|[-_](?:[./]|$)|(?:^|/)-")
"""An empty part of a path, or a separator that separates nothing."""


def has_hole(text: str) -> bool:
    """Say whether a path looks as if an empty value had been put in: `values-.yaml`, `envs//x`."""
    return bool(_HOLE.search(text))
