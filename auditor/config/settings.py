"""The shape of `auditor.toml`; `docs/config.schema.json` is written from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Final, Literal

from msgspec import Meta

TierName = Literal["production", "staging", "development", "shared"]
SeverityName = Literal["critical", "high", "medium", "low", "info"]
ThresholdName = Literal["never", "critical", "high", "medium", "low", "info"]
PersonaName = Literal["developer", "operator", "auditor"]

MAX_DAYS: Final = 180
"""How long a waiver may last: half a year, so that each is looked at twice a year at least."""

Globs = tuple[str, ...]
Said = Annotated[str, Meta(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentSettings:
    """How the Applications of an environment are recognised; globs, any one suffices."""

    tier: Annotated[TierName, Meta(description="What depends on it; sets severities.")]
    aliases: Annotated[Globs, Meta(description="Further words for --env.")] = ()
    labels: Annotated[Globs, Meta(description="key=value on the Application.")] = ()
    namespaces: Annotated[Globs, Meta(description="Destination namespaces.")] = ()
    clusters: Annotated[Globs, Meta(description="Servers or names of destination clusters.")] = ()
    names: Annotated[Globs, Meta(description="Names of Applications.")] = ()
    projects: Globs = ()
    paths: Annotated[Globs, Meta(description="Files that declare it, and paths of sources.")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSettings:
    """What page one says about the reader's own organisation."""

    system: Annotated[str, Meta(description="Name of the platform that is audited.")] = ""
    classification: str = "internal"
    language: Literal["ko", "en"] = "ko"
    timezone: Annotated[
        str, Meta(description="IANA name; empty: Asia/Seoul in Korean, UTC in English.")
    ] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectSettings:
    """Which rules are asked: ids, chapters or globs of ids."""

    only: Annotated[Globs, Meta(description="Empty: every rule.")] = ()
    off: Globs = ()
    on: Annotated[Globs, Meta(description="Stronger than off and than the persona.")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentRuleSettings:
    """What a rule is in one environment."""

    enabled: bool | None = None
    severity: SeverityName | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSettings:
    """What one rule is; `environments` are stronger than what stands beside them."""

    enabled: Annotated[bool | None, Meta(description="Stronger than [select].")] = None
    severity: SeverityName | None = None
    options: Annotated[
        Mapping[str, Any], Meta(description="The rule's own; spans of time as 90s, 15m, 2h.")
    ] = field(default_factory=dict)
    environments: Mapping[str, EnvironmentRuleSettings] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideSettings:
    """Another setting for what all selectors that are given match; a later one is stronger."""

    reason: Annotated[Said, Meta(description="Printed in the report.")]
    rules: Annotated[Globs, Meta(description="Ids, chapters or globs; empty: every rule.")] = ()
    applications: Annotated[Globs, Meta(description="name or namespace/name.")] = ()
    paths: Annotated[Globs, Meta(description="Files that declare the object.")] = ()
    projects: Globs = ()
    environments: Globs = ()
    enabled: bool | None = None
    severity: SeverityName | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaivingSettings:
    """What is asked of waivers."""

    max_days: Annotated[int, Meta(ge=1, description="Longest time from granted.")] = MAX_DAYS
    annotations: Annotated[
        bool, Meta(description="Accept those an Application carries: self-approved.")
    ] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverSettings:
    """One accepted finding: by whom, why, until when. A subject or a fingerprint is needed."""

    rule: Annotated[Said, Meta(description="Id of one rule.")]
    reason: Said
    approver: Said
    ticket: Said
    granted: date
    expires: Annotated[date, Meta(description="Last day in force.")]
    subject: Annotated[
        str, Meta(description="Application as name or namespace/name, else Kind namespace/name.")
    ] = ""
    fingerprint: Annotated[str, Meta(description="One finding, as the report names it.")] = ""
    content: Annotated[
        str, Meta(description="Digest of what was waived; it lapses when that changes.")
    ] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Configuration of auditor."""

    persona: Annotated[
        PersonaName, Meta(description="Who reads: opinions are for the auditor alone.")
    ] = "operator"
    fail_at: Annotated[
        ThresholdName, Meta(description="Exit 1 if a finding is at least this severe.")
    ] = "high"
    allow_gaps: Annotated[bool, Meta(description="Exit 0 although something was unreadable.")] = (
        False
    )
    leave_out: Annotated[
        Globs, Meta(description="Files of repositories that are not read, as globs.")
    ] = ()
    report: ReportSettings = field(default_factory=ReportSettings)
    environments: Annotated[
        Mapping[str, EnvironmentSettings], Meta(description="Empty: the built-in ones.")
    ] = field(default_factory=dict)
    repositories: Annotated[
        Mapping[str, str], Meta(description="URL as Applications write it, to a path or URL.")
    ] = field(default_factory=dict)
    own_rules: Annotated[
        Globs, Meta(description="Files or folders with rules of your own, in YAML with CEL.")
    ] = ()
    select: SelectSettings = field(default_factory=SelectSettings)
    rules: Annotated[Mapping[str, RuleSettings], Meta(description="By id.")] = field(
        default_factory=dict
    )
    overrides: tuple[OverrideSettings, ...] = ()
    waiving: WaivingSettings = field(default_factory=WaivingSettings)
    waivers: tuple[WaiverSettings, ...] = ()
