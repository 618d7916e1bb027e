"""Why a request was not answered, as a gap: the code, and whether asking again can help.

The bodies are those a real API server gives: a Status object, or plain text from priority and
fairness (429) and from paths that do not exist (404).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from auditor.kube.gap import Gap
from auditor.kube.manifest import at
from auditor.snapshot import redact

ABSENT: Final = "absent"
"""The one code that is an answer: the kind exists, the named object does not."""

_LONGEST: Final = 300
_CREDENTIAL: Final = re.compile(
    r"(?P<word>\b(?:bearer|basic|token)[ :=]+)[\w.~+/-]{8,}=*"
    r"|\beyJ[\w-]{8,}(?:\.[\w-]+){0,2}",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(r"<[\w.]+ object at 0x[0-9a-f]+>: ?| at 0x[0-9a-f]+", re.IGNORECASE)
_BY_STATUS: Final = {
    401: "unauthorized",
    403: "forbidden",
    404: "kind_not_installed",
    408: "timed_out",
    410: "expired",
    429: "throttled",
    504: "timed_out",
}
_PASSING: Final = frozenset({408, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Refused:
    """One request that was not answered."""

    gap: Gap
    is_passing: bool = False
    """Asking again may help."""
    after: float | None = None
    """Seconds the server asks to wait."""
    fresh: str = ""
    """Token that continues an expired list, if the server gave one."""

    @property
    def is_lost(self) -> bool:
        """Say whether nothing came back at all."""
        return not self.gap.facts["status"]

    @property
    def is_absent(self) -> bool:
        """Say whether the server answered that there is no such object."""
        return self.gap.code == ABSENT


def of_answer(
    about: Mapping[str, str], status: int, headers: Mapping[str, str], body: bytes
) -> Refused:
    """Judge an answer whose status is not 2xx; `about` says what was asked for."""
    said = _status_object(body)
    message = said.get("message") if said else body.decode("utf-8", "replace")
    code = _BY_STATUS.get(status, "server_error" if status >= 500 else "bad_answer")
    name = about.get("name", "")
    if status == 404 and said and name and f'"{name}"' in str(message):
        code = ABSENT
    after = _seconds(headers.get("Retry-After")) or _seconds(
        at(said, "details", "retryAfterSeconds")
    )
    token = at(said, "metadata", "continue")
    return Refused(
        _gap(code, about, status, str(message or "")),
        is_passing=status in _PASSING,
        after=after,
        fresh=token if status == 410 and isinstance(token, str) else "",
    )


def of_error(about: Mapping[str, str], error: Exception) -> Refused:
    """Judge an error of the HTTP library: nothing, or no whole answer, came back."""
    from urllib3 import exceptions as http  # noqa: PLC0415 - comes with the client

    match error:
        case http.NewConnectionError():
            code, is_passing = "unreachable", True
        case http.TimeoutError():
            code, is_passing = "timed_out", True
        case http.SSLError():
            code, is_passing = "tls", False
        case http.ProxyError() if isinstance(error.original_error, http.SSLError):
            code, is_passing = "tls", False
        case http.LocationValueError() | http.DecodeError():
            code, is_passing = "bad_answer", False
        case _:
            code, is_passing = "unreachable", True
    return Refused(_gap(code, about, 0, str(error)), is_passing=is_passing)


def of_nonsense(about: Mapping[str, str], status: int, message: str) -> Refused:
    """Judge an answer of status 2xx that is not what was asked for."""
    return Refused(_gap("bad_answer", about, status, message))


def _gap(code: str, about: Mapping[str, str], status: int, message: str) -> Gap:
    return Gap(code, {**about, "status": status, "message": clean(message)})


def clean(message: str) -> str:
    """Return the first 300 characters of `message`, without credentials and memory addresses."""
    text = _CREDENTIAL.sub(rf"\g<word>{redact.REDACTED}", redact.url(_ADDRESS.sub("", message)))
    return " ".join(text.split())[:_LONGEST]


def _status_object(body: bytes) -> Mapping[str, Any]:
    try:
        said = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return said if isinstance(said, dict) and said.get("kind") == "Status" else {}


def _seconds(value: object) -> float | None:
    """Read a number of seconds; HTTP dates, which no API server sends, count as none."""
    try:
        seconds = float(str(value))
    except ValueError:
        return None
    return seconds if 0 < seconds < float("inf") else None
