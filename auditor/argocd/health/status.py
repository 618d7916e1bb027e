"""Health codes and their order.

Mirrors upstream gitops-engine `pkg/health/health.go` (`IsWorse`).
"""

from dataclasses import dataclass
from typing import Final

HEALTHY: Final = "Healthy"
SUSPENDED: Final = "Suspended"
PROGRESSING: Final = "Progressing"
MISSING: Final = "Missing"
DEGRADED: Final = "Degraded"
UNKNOWN: Final = "Unknown"
ORDER: Final = (HEALTHY, SUSPENDED, PROGRESSING, MISSING, DEGRADED, UNKNOWN)


@dataclass(frozen=True, slots=True)
class Health:
    """Health of one object. A failed check is `Unknown` with the error as message."""

    status: str
    message: str = ""
    error: str | None = None
    """Why the check failed, None where it did not."""


class CheckError(Exception):
    """A health check cannot be carried out; the message says why."""


def is_worse(current: str, new: str) -> bool:
    """Say whether `new` replaces `current`; unknown codes count as `Healthy`."""
    return _rank(new) > _rank(current)


def _rank(code: str) -> int:
    return ORDER.index(code) if code in ORDER else 0
