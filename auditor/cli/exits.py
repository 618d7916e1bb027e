"""What the exit status says; scripts and cron depend on it."""

from enum import IntEnum


class Exit(IntEnum):
    """Exit status of every command."""

    CLEAN = 0
    """Looked at everything asked for; nothing at or above the threshold."""
    FINDINGS = 1
    USAGE = 2
    """Wrong arguments or configuration; nothing was audited."""
    INCOMPLETE = 3
    """Something could not be looked at and that was not allowed, or there was nothing at all."""
    BUG = 4
