"""What a user may set in `auditor.toml`; plain values, handed down by the command line."""

from auditor.config.load import BadConfig, load
from auditor.config.settings import EnvironmentSettings, Settings

__all__ = ["BadConfig", "EnvironmentSettings", "Settings", "load"]
