"""Values of fields as one line of text, for sentences."""

import json
from typing import Any, Final

LONGEST: Final = 120


def one_line(value: Any, other: Any = None) -> str | None:
    """Return a value in one line; of two lists only what the other lacks, long ones shortened."""
    if value is None:
        return None
    if isinstance(value, list) and isinstance(other, list):
        value = [item for item in value if item not in other]
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
