"""Secret values never enter a snapshot: what is kept of a Secret, and of a URL with a password."""

import re
from collections.abc import Mapping
from typing import Any, Final

REDACTED: Final = "(redacted)"
_LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
_USERINFO: Final = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]{0,30}://)[^/@\s]+@", re.IGNORECASE)
_LOGIN: Final = re.compile(
    r"""(?P<scheme>\b[a-z][a-z0-9+.-]{0,30}://)(?P<user>[^/?\#\s"'`<>:@]*)(?P<password>:[^/?\#\s"'`<>]*)?@""",
    re.IGNORECASE,
)
_WORD: Final = r"(?:[A-Za-z]{1,20}[0-9]{0,4}|[0-9]{1,4})"
_PLAIN_USER: Final = re.compile(rf"(?=.{{1,40}}\Z){_WORD}(?:[._+-]{_WORD})*")
"""A user name that is no token: what it shows of the way to log in is worth keeping."""
_TOKEN: Final = re.compile(r"(?:gh[opusr]|glpat|github_pat|gldt|xox[a-z])[_-]|ATBB")
_PLACEHOLDER: Final = re.compile(
    r"\$[A-Za-z_]+|\$\{[^}]*\}|\$\([^)]*\)|\{\{.*\}\}|%[A-Za-z_]+%|x{3,}|\*+"
    r"|(?i:change[-_]?me)"
)
"""What a document writes where a user name or password is to be put."""


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
    if not may_hold(value):
        return value
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


def may_hold(value: Any) -> bool:
    """Say whether a URL with a user may be in `value`: nearly nothing has one, so it is quick."""
    kind = type(value)
    if kind is str:
        return "@" in value and "://" in value
    if kind is dict:
        return any(map(may_hold, value.values()))
    if kind is list or kind is tuple:
        return any(map(may_hold, value))
    return not (value is None or kind is bool or kind is int or kind is float)


def _login(found: re.Match[str]) -> str:
    user, password = found["user"], found["password"]
    if password is None and _is_plain(user):
        return found[0]
    if password is not None and _PLACEHOLDER.fullmatch(password[1:]) and _is_plain(user):
        return found[0]
    return f"{found['scheme']}{REDACTED}@"


def _is_plain(user: str) -> bool:
    if _PLACEHOLDER.fullmatch(user):
        return True
    return bool(_PLAIN_USER.fullmatch(user)) and not _TOKEN.match(user)


def _without_copies(meta: Mapping[str, Any]) -> Mapping[str, Any]:
    """Drop annotations that repeat the whole object, values included."""
    notes = meta.get("annotations")
    if not isinstance(notes, Mapping) or _LAST_APPLIED not in notes:
        return meta
    return {
        **meta,
        "annotations": {k: REDACTED if k == _LAST_APPLIED else v for k, v in notes.items()},
    }
