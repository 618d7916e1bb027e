"""The three things a rule can have to say about an object."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from auditor.findings.fix import Fix
from auditor.findings.severity import Severities, Severity, Tier
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef

Scalar = str | int | bool | timedelta | datetime | ResourceRef | None
Fact = Scalar | tuple[Scalar, ...]
Key = tuple[str, str]
"""What a cause and its effects share, such as `("namespace", "plate-batch")`."""


class Basis(StrEnum):
    """Whether the cluster shows it happening, or only the declaration says it will."""

    OBSERVED = "observed"
    DECLARED = "declared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One field: what Git says, what the cluster says, and who wrote that."""

    pointer: str
    object: ResourceRef | None = None
    declared: Any = None
    live: Any = None
    is_declared: bool = False
    """True where `declared` was looked up and is there."""
    is_live: bool = False
    manager: str = ""
    time: str = ""
    """RFC 3339, from managedFields."""
    manifest: Manifest | None = None
    """Where `pointer` is declared, for file and line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """What a rule yields: where it is broken, and the facts that say so."""

    at: str
    facts: Mapping[str, Fact]
    variant: str = ""
    """Which of the page's sentences fits; empty is the usual one."""
    severity: Severities | None = None
    """A table other than the rule's."""
    lower: int = 0
    """Steps below the table's severity."""
    basis: Basis = Basis.DECLARED
    manifest: Manifest | None = None
    """The object `at` points into, where it is not the subject as Git (else the cluster) has it."""
    group: str = ""
    """Findings of one rule with one group are one line of the report."""
    keys: frozenset[Key] = frozenset()
    evidence: tuple[Evidence, ...] = ()
    fix: Fix | None = None
    identity: str = ""
    """Natural key where `at` alone does not tell breaches of one subject apart."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """What a rule yields where it cannot judge this one object."""

    why: Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The object breaks the rule."""

    rule: str
    severity: Severity
    subject: ResourceRef
    environment: str
    tier: Tier
    breach: Breach
    manifest: Manifest
    """The object `breach.at` points into."""
    fingerprint: str
    members: tuple[ResourceRef, ...] = field(default=())
    """Applications that the subject, their template, makes; empty for any other subject."""
    is_waived: bool = False
    """True where a waiver in force accepts it: told, but not counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """The rule looked at the object and had nothing to say."""

    rule: str
    subject: ResourceRef
    environment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAssessed:
    """The rule could not look. Never to be counted as a pass."""

    rule: str
    subject: ResourceRef | None
    environment: str
    why: Gap


Verdict = Finding | Passed | NotAssessed
