"""Secret values never enter a snapshot: what is kept of a Secret, and of a URL with a password."""

import re
from collections.abc import Mapping
from typing import Any, Final

REDACTED: Final = "(redacted)"
_LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
_USERINFO: Final = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*://)[^/@\s]+@", re.IGNORECASE)
_LOGIN: Final = re.compile(
    r"""(?P<scheme>\b[a-z][a-z0-9+.-]*://)(?P<user>[^/?\#\s"'`<>:@]*)(?P<password>:[^/?\#\s"'`<>]*)?@""",
    re.IGNORECASE,
)
_PLAIN_USER: Final = re.compile(r"[A-Za-z][A-Za-z._-]{0,19}")
"""A user name that is no token: what it shows of the way to log in is worth keeping."""


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


def credentials(value: Any) -> Any:
    """Return `value` with the passwords and tokens of all URLs in it replaced; never changed.

    That there were some stays visible: `https://(redacted)@host`. Parts without any are the same
    objects as before.
    """
    match value:
        case str():
            return _LOGIN.sub(_login, value) if "://" in value and "@" in value else value
        case Mapping():
            kept: Any = {key: credentials(part) for key, part in value.items()}
            return kept if any(kept[key] is not part for key, part in value.items()) else value
        case list() | tuple():
            parts = [credentials(part) for part in value]
            is_same = all(new is old for new, old in zip(parts, value, strict=True))
            return value if is_same else type(value)(parts)
        case _:
            return value


def _login(found: re.Match[str]) -> str:
    if found["password"] is None and _PLAIN_USER.fullmatch(found["user"]):
        return found[0]
    return f"{found['scheme']}{REDACTED}@"


def _without_copies(meta: Mapping[str, Any]) -> Mapping[str, Any]:
    """Drop annotations that repeat the whole object, values included."""
    notes = meta.get("annotations")
    if not isinstance(notes, Mapping) or _LAST_APPLIED not in notes:
        return meta
    return {
        **meta,
        "annotations": {k: REDACTED if k == _LAST_APPLIED else v for k, v in notes.items()},
    }
