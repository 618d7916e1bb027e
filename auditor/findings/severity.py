"""How much a finding matters, and where."""

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from types import MappingProxyType


class Severity(IntEnum):
    """Ordered, so that `max()` and `>=` mean what they say."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    def lowered(self, steps: int) -> "Severity":
        """Return the severity `steps` below, never below INFO."""
        return Severity(max(Severity.INFO, self - steps))


class Tier(StrEnum):
    """What an environment is to the people who depend on it."""

    PRODUCTION = "production"
    STAGING = "staging"
    DEVELOPMENT = "development"
    SHARED = "shared"
    UNASSIGNED = "unassigned"

    @property
    def rank(self) -> int:
        """Return 0 for the tier that matters most."""
        return list(Tier).index(self)


Severities = Mapping[Tier, Severity]


def by_tier(*, production: Severity, other: Severity) -> Severities:
    """Return one severity for production and another everywhere else."""
    table = dict.fromkeys(Tier, other) | {Tier.PRODUCTION: production}
    return MappingProxyType(table)


def everywhere(severity: Severity) -> Severities:
    """Return the same severity for every tier."""
    return MappingProxyType(dict.fromkeys(Tier, severity))


def production_only(severity: Severity) -> Severities:
    """Return a table without other tiers: there the rule does not apply."""
    return MappingProxyType({Tier.PRODUCTION: severity})
