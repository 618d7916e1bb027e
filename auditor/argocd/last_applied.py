"""How large the annotations of an object become by client-side apply.

kubectl keeps the whole object in one annotation; the API server counts the bytes of all of them
(apimachinery `ValidateAnnotationsSize`).
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from auditor.argocd.annotations import annotations
from auditor.argocd.sync_context import (
    ApplySettings,
    applies_server_side,
    is_managed_by_sync,
    replaces,
)

LIMIT: Final = 262_144
LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"

_ESCAPED: Final = str.maketrans(
    {sign: f"\\u{ord(sign):04x}" for sign in ("<", ">", "&", "\u2028", "\u2029")}
)


def annotations_size(raw: Mapping[str, Any]) -> int:
    """Return the bytes of the annotations after a client-side apply, with those of its own."""
    own = {key: text for key, text in annotations(raw).items() if key != LAST_APPLIED}
    # Go's encoder escapes HTML; a newline ends the value
    kept = len(_compact(raw).translate(_ESCAPED).encode()) + 1
    return kept + sum(len(k.encode()) + len(v.encode()) for k, v in own.items()) + len(LAST_APPLIED)


def is_too_big(raw: Mapping[str, Any], live: Mapping[str, Any] | None, app: ApplySettings) -> bool:
    """Tell whether applying the object fails for its size: neither replaced nor server-side."""
    if not is_managed_by_sync(raw) or replaces(raw, live, app) or applies_server_side(raw, app):
        return False
    # A letter takes six bytes at most, and annotations stand in the copy once more.
    return 12 * len(_compact(raw)) > LIMIT and annotations_size(raw) > LIMIT


def _compact(raw: Mapping[str, Any]) -> str:
    return json.dumps(raw, separators=(",", ":"), ensure_ascii=False, default=str)
