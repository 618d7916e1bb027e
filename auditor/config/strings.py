"""Text as a TOML file has it between quotes."""

import json
import re
from typing import Final

_CONTROLS: Final = re.compile("[\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]")
"""The first TOML refuses; the others steer a terminal, or turn what a reader sees."""


def quoted(text: str) -> str:
    """Return `text` as a basic string on one line, for a value or a key."""
    # JSON escapes as TOML does, but for the control characters it lets stand
    told = json.dumps(text, ensure_ascii=False)
    return _CONTROLS.sub(lambda found: rf"\u{ord(found[0]):04x}", told)
