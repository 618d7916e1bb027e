"""The shape of `auditor.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

TierName = Literal["production", "staging", "development", "shared"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentSettings:
    """`[environments.NAME]`: how its Applications are recognised; globs, any one suffices."""

    tier: TierName
    aliases: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSettings:
    """`[report]`: what page one says about the reader's own organisation."""

    system: str = ""
    """Name of the platform that is audited."""
    classification: str = "internal"
    language: Literal["ko", "en"] = "ko"
    timezone: str = ""
    """IANA name; empty: Asia/Seoul in Korean, UTC in English. Never the host's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole file."""

    report: ReportSettings = field(default_factory=ReportSettings)
    environments: Mapping[str, EnvironmentSettings] = field(default_factory=dict)
    """Empty: the built-in ones."""
    repositories: Mapping[str, str] = field(default_factory=dict)
    """URL as Applications write it, to a local path or another URL to read it from."""
    rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Options by rule id."""
