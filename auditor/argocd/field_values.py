"""Values of fields as one line of text, for sentences."""

import json
from typing import Any, Final

LONGEST: Final = 120


def one_line(value: Any, other: Any = None) -> str | None:
    """Return a value in one line, cut where it is long.

    Of two lists only what the other lacks is told; `…` stands for what both have.
    """
    if value is None:
        return None
    if isinstance(value, list) and isinstance(other, list):
        own = [_text(item) for item in value if item not in other]
        text = f"[{', '.join(['…'] * (len(own) < len(value)) + own)}]"
    else:
        text = value if isinstance(value, str) else _text(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
