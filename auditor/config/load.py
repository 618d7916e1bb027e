"""Read `auditor.toml`; an unknown key is an error with a suggestion, never ignored."""

import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec

from auditor.config.settings import EnvironmentSettings, ReportSettings, Settings


class BadConfig(Exception):
    """The file cannot be used: `code` says why, `facts` name the place."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def load(path: Path | None) -> Settings:
    """Return the settings in `path`, or the defaults without one; raise BadConfig."""
    if path is None:
        return Settings()
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadConfig("config_unreadable", file=str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadConfig("config_syntax", file=str(path), error=str(error)) from error
    _refuse_unknown(raw, Settings, "")
    _refuse_unknown(raw.get("report", {}), ReportSettings, "report")
    environments = raw.get("environments", {})
    for name, entry in environments.items() if isinstance(environments, dict) else ():
        _refuse_unknown(entry, EnvironmentSettings, f"environments.{name}")
    try:
        return msgspec.convert(raw, Settings)
    except msgspec.ValidationError as error:
        raise BadConfig("config_value", file=str(path), error=str(error)) from error


def _refuse_unknown(table: Any, shape: Any, where: str) -> None:
    known = list(shape.__dataclass_fields__)
    for key in table if isinstance(table, dict) else ():
        if key not in known:
            near = get_close_matches(key, known, n=1)
            place = f"{where}.{key}" if where else key
            raise BadConfig("config_key", key=place, suggestion=near[0] if near else "")
