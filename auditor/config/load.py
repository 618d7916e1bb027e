"""Find and read `auditor.toml`; nothing that is not understood is passed over."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from auditor.config import lines as toml
from auditor.config.mistakes import Mistake, dotted, mistakes
from auditor.config.settings import Settings

NAME: Final = "auditor.toml"
VARIABLE: Final = "AUDITOR_CONFIG"
VARIABLES: Final[Mapping[str, toml.Path]] = {
    "AUDITOR_PERSONA": ("persona",),
    "AUDITOR_FAIL_AT": ("fail_at",),
    "AUDITOR_ALLOW_GAPS": ("allow_gaps",),
    "AUDITOR_REPORT_SYSTEM": ("report", "system"),
    "AUDITOR_REPORT_CLASSIFICATION": ("report", "classification"),
    "AUDITOR_REPORT_LANGUAGE": ("report", "language"),
    "AUDITOR_REPORT_TIMEZONE": ("report", "timezone"),
}
"""Environment variables, stronger than the file; a command's options are stronger still."""

_SWITCHES: Final = {"true": True, "1": True, "false": False, "0": False}


class BadConfig(Exception):
    """The file cannot be used: `code` says why, `facts` name the place."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Origin:
    """Who gave a value: the defaults, a line of the file, a variable or an option."""

    kind: Literal["default", "file", "variable", "option"]
    where: str = ""
    """`auditor.toml:12`, or the name of the variable or option."""

    def __str__(self) -> str:
        return self.where or self.kind


DEFAULT: Final = Origin("default")


@dataclass(frozen=True, slots=True)
class Loaded:
    """The settings in force, and where each of them is from."""

    settings: Settings = field(default_factory=Settings)
    file: Path | None = None
    name: str = ""
    """The file as the user calls it."""
    origins: Mapping[toml.Path, Origin] = field(default_factory=dict)

    def origin(self, path: toml.Path) -> Origin:
        """Return who gave the value at `path`."""
        return self.origins.get(path, DEFAULT)

    def different(self) -> list[tuple[toml.Path, Any]]:
        """Return the values somebody gave that are not the defaults."""
        usual = dict(leaves(Settings()))
        return [
            (path, value)
            for path, value in leaves(self.settings)
            if path in self.origins and not (path in usual and usual[path] == value)
        ]

    def refusal(self, mistake: Mistake) -> BadConfig:
        """Return `mistake` with its place: its line, else that of the table that lacks it."""
        path = mistake.path
        while path and path not in self.origins:
            path = path[:-1]
        place = str(self.origins[path]) if path else self.name
        facts = {"key": dotted(mistake.path), "place": place, **mistake.facts}
        return BadConfig(mistake.code, **facts)

    def given(self, options: Mapping[str, tuple[str, Any]]) -> "Loaded":
        """Return this with options of a command, by field: their names and values, None if not."""
        known = {name: one for name, one in options.items() if one[1] is not None}
        values = {name: value for name, (_, value) in known.items()}
        told: Mapping[toml.Path, Origin] = {
            (name,): Origin("option", option) for name, (option, _) in known.items()
        }
        settings = replace(self.settings, **values)
        return replace(self, settings=settings, origins={**self.origins, **told})


def find(given: Path | None, environ: Mapping[str, str], here: Path) -> Path | None:
    """Return the file to read: the one named, else `auditor.toml` here or up to the checkout."""
    if given is not None:
        return given
    if environ.get(VARIABLE):
        return Path(environ[VARIABLE])
    root = next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)
    for folder in (here, *here.parents):
        if (folder / NAME).is_file():
            return Path(NAME) if folder == here else folder / NAME
        if folder == root:
            break
    return None


def load(path: Path | None, environ: Mapping[str, str] | None = None) -> Loaded:
    """Return the settings in `path`, the defaults without one; raise BadConfig at a mistake."""
    text, raw = _read(path)
    problems = next(iter(_problems(path, text, raw, environ or {})), None)
    if problems is not None:
        raise problems
    merged, origins = _merged(path, text, raw, environ or {})
    settings = _rooted(msgspec.convert(merged, Settings), path)
    return Loaded(settings, path, _called(path), origins)


def check(path: Path | None, environ: Mapping[str, str]) -> tuple[BadConfig, ...]:
    """Return every mistake; raise BadConfig where the file cannot be read at all."""
    text, raw = _read(path)
    return tuple(_problems(path, text, raw, environ))


def leaves(value: Any, path: toml.Path = ()) -> Iterator[tuple[toml.Path, Any]]:
    """Yield every value that is no table and no list of tables, with its path."""
    if is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from leaves(getattr(value, one.name), (*path, one.name))
    elif isinstance(value, Mapping) and value:
        for key in sorted(value):
            yield from leaves(value[key], (*path, key))
    elif isinstance(value, tuple) and any(is_dataclass(item) for item in value):
        for number, item in enumerate(value):
            yield from leaves(item, (*path, number))
    else:
        yield path, value


def _read(path: Path | None) -> tuple[str, Any]:
    if path is None:
        return "", {}
    try:
        text = path.read_text(encoding="utf-8")
        return text, tomllib.loads(text)
    except OSError as error:
        raise BadConfig("config_unreadable", file=str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadConfig("config_syntax", file=str(path), error=str(error)) from error


def _problems(
    path: Path | None, text: str, raw: Any, environ: Mapping[str, str]
) -> Iterable[BadConfig]:
    merged, origins = _merged(path, text, raw, environ)
    whole = Loaded(Settings(), path, _called(path), origins)
    return (whole.refusal(one) for one in mistakes(merged, Settings))


def _merged(
    path: Path | None, text: str, raw: Any, environ: Mapping[str, str]
) -> tuple[Any, dict[toml.Path, Origin]]:
    name = _called(path)
    origins = {at: Origin("file", f"{name}:{line}") for at, line in toml.lines(text).items()}
    merged = dict(raw)
    for variable, (*table, key) in ((v, p) for v, p in VARIABLES.items() if environ.get(v)):
        value: Any = environ[variable]
        here = merged
        for step in table:
            inner = here.get(step, {})
            here[step] = here = dict(inner) if isinstance(inner, Mapping) else {}
        here[key] = _SWITCHES.get(value.lower(), value) if key == "allow_gaps" else value
        origins[*table, key] = Origin("variable", variable)
    return merged, origins


def _called(path: Path | None) -> str:
    """Return the file as the user wrote it; one that was looked for by its bare name."""
    if path is None:
        return ""
    return path.name if path.is_absolute() else str(path)


def _rooted(settings: Settings, path: Path | None) -> Settings:
    """Return `settings` with the paths in it counted from the file's folder."""
    if path is None:
        return settings
    folder = path.parent
    found = {
        url: where if _is_url(where) else str(folder / where)
        for url, where in settings.repositories.items()
    }
    own = tuple(str(folder / place) for place in settings.own_rules)
    return replace(settings, repositories=found, own_rules=own)


def _is_url(where: str) -> bool:
    host, colon, _ = where.partition(":")
    return "://" in where or bool(colon and "/" not in host)
