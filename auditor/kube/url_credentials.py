"""Texts without the credentials that URLs and authorization headers in them carry."""

import re
from typing import Final

REDACTED: Final = "(redacted)"
_USERINFO: Final = re.compile(
    r"""(?P<scheme>\b[a-z][a-z0-9+.-]{0,30}://)[^/?\#\s"'`<>]+@""", re.IGNORECASE
)
_QUERY: Final = re.compile(
    r"""(?P<name>[?&;](?:access_token|auth|key|password|private_token|secret|sig|signature|token"""
    r"""|x-amz-credential|x-amz-security-token|x-amz-signature|x-goog-signature)=)[^&;\s"'`<>]+""",
    re.IGNORECASE,
)
_HEADER: Final = re.compile(r"(?P<scheme>\b(?:basic|bearer) )[a-z0-9._~+/=-]{16,}", re.IGNORECASE)


def without_credentials(text: str) -> str:
    """Return `text` without user names, passwords and tokens in URLs; hosts and paths stay."""
    bare = _USERINFO.sub(r"\g<scheme>", text)
    bare = _QUERY.sub(rf"\g<name>{REDACTED}", bare)
    return _HEADER.sub(rf"\g<scheme>{REDACTED}", bare)
