"""Secret values never enter a snapshot: what is kept of a Secret, and of a URL with a password."""

import re
from collections.abc import Mapping
from typing import Any, Final

REDACTED: Final = "(redacted)"
_LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
_USERINFO: Final = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*://)[^/@\s]+@", re.IGNORECASE)


def manifest(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return `raw`, a Secret's values replaced; keys and metadata stay."""
    if raw.get("kind") != "Secret" or raw.get("apiVersion") not in ("v1", None):
        return raw
    kept = {key: value for key, value in raw.items() if key not in ("data", "stringData")}
    for part in ("data", "stringData"):
        if isinstance(values := raw.get(part), Mapping):
            kept[part] = {str(key): REDACTED for key in values}
        elif part in raw:
            kept[part] = REDACTED
    if isinstance(meta := kept.get("metadata"), Mapping):
        kept["metadata"] = _without_copies(meta)
    return kept


def url(text: str) -> str:
    """Return `text` without user names, passwords and tokens in URLs."""
    return _USERINFO.sub(r"\g<scheme>", text)


def _without_copies(meta: Mapping[str, Any]) -> Mapping[str, Any]:
    """Drop annotations that repeat the whole object, values included."""
    notes = meta.get("annotations")
    if not isinstance(notes, Mapping) or _LAST_APPLIED not in notes:
        return meta
    return {
        **meta,
        "annotations": {k: REDACTED if k == _LAST_APPLIED else v for k, v in notes.items()},
    }
