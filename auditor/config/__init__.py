"""What a user may set in `auditor.toml`; plain values, handed down by the command line."""

from auditor.config.load import BadConfig, Loaded, Origin, check, find, leaves, load
from auditor.config.mistakes import Mistake, dotted, nearest
from auditor.config.settings import EnvironmentSettings, Settings, WaiverSettings

__all__ = [
    "BadConfig",
    "EnvironmentSettings",
    "Loaded",
    "Mistake",
    "Origin",
    "Settings",
    "WaiverSettings",
    "check",
    "dotted",
    "find",
    "leaves",
    "load",
    "nearest",
]
