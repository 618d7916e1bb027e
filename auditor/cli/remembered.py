"""What `auditor check` printed for the same files, options and program, printed again.

An answer is kept under the digest of what the files hold; beside it stands under which looks of
the folders (sizes and times) that was so, because looking is quicker than reading. The time of the
run and the report's id, which depends on it, are those of the run that prints.
"""

import contextlib
import hashlib
import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from auditor.collector import footprint
from auditor.collector.cache import Cache, name_of

_OPTION: Final = "--cache"
_CONFIG: Final = "auditor.toml"
_SPOKEN: Final = ("AUDITOR_", "LC_", "GIT_", "HELM_", "XDG_")
"""Beginnings of variables that may change an answer."""
_NAMED: Final = ("LANG", "LANGUAGE", "TZ", "NO_COLOR", "FORCE_COLOR", "TERM", "COLUMNS", "HOME")
_PARTS: Final = frozenset({"before", "after", "header", "zone", "error", "status"})
_STARTED: Final = "\x00started\x00"
_FINISHED: Final = "\x00finished\x00"
_LINE: Final = re.compile(r"\d{8}T\d{4}Z-[0-9a-f]{8}  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d\d:\d\d")
"""The report's id and its time, as page one has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a command printed, and how it ended."""

    printed: str
    error: str
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is needed to tell an answer again at another time."""

    header: bytes
    """The header file of the snapshot, whose digest is in the report's id."""
    times: tuple[str, str]
    """Beginning and end as the header has them."""
    zone: str
    """Of the report; empty is UTC."""


class Memory:
    """The answers for one command line; made before anything is read."""

    def __init__(self, arguments: Sequence[str], folder: Path) -> None:
        self._cache = Cache(folder)
        self._question = name_of(b"question", *_question(arguments))

    def said(self) -> Said | None:
        """Return what was said of these very files; None where they are others, or unknown."""
        with contextlib.suppress(OSError, ValueError):
            found = self._cache.get(self._question)
            if isinstance(found, dict) and isinstance(folders := found.get("folders"), list):
                return self._of([Path(str(folder)) for folder in folders])
        return None

    def _of(self, folders: list[Path]) -> Said | None:
        seen = self.looks(folders)
        alias = self._cache.get(seen) if seen else None
        name = alias if isinstance(alias, str) else self.contents(folders)
        kept = self._cache.get(name) if name else None
        if not isinstance(kept, dict) or kept.keys() != _PARTS:
            return None
        if seen and alias is None:
            self._cache.put(seen, name)
        return _said(kept)

    def looks(self, folders: Iterable[Path]) -> str:
        """Return the name of how things look now; empty where that proves nothing."""
        now = time.time_ns()
        digests = [footprint.looks(folder, now) for folder in folders]
        if not all(digests):
            return ""
        parts = (digest for digest in digests if digest)
        return name_of(b"looks", self._question.encode(), *parts, _watched(_look))

    def contents(self, folders: Iterable[Path]) -> str:
        """Return the name of what the files hold now; empty where that cannot be told."""
        parts = [part for folder in folders for part in _contents(folder)]
        return name_of(b"contents", self._question.encode(), *parts, _watched(_content))

    def keep(self, folders: Sequence[Path], name: str, said: Said, told: Told) -> None:
        """Keep what was said under `name`, which `contents` gave before the run and gives still."""
        found = _LINE.search(said.printed)
        with contextlib.suppress(OSError, ValueError):
            # what looks so before the files are read again is what is read
            seen = self.looks(folders)
            if found is None or not name or self.contents(folders) != name:
                return
            kept = {
                "before": said.printed[: found.start()],
                "after": said.printed[found.end() :],
                "header": _without_times(told),
                "zone": told.zone,
                "error": said.error,
                "status": said.status,
            }
            self._cache.put(name, kept)
            self._cache.put(self._question, {"folders": [str(folder) for folder in folders]})
            if seen:
                self._cache.put(seen, name)
            self._cache.trim()


def command(arguments: Sequence[str]) -> click.Command | None:
    """Return a command that says again what `arguments` gave; None where that is not known."""
    known = memory(arguments)
    said = known.said() if known is not None else None
    if said is None:
        return None

    def again(**_: object) -> int:
        click.echo(said.printed, nl=False)
        click.echo(said.error, err=True)
        return said.status

    given = click.Argument(["given"], nargs=-1, type=click.UNPROCESSED)
    settings = {"ignore_unknown_options": True}
    return click.Command("check", settings, again, [given], add_help_option=False)


def memory(arguments: Sequence[str]) -> Memory | None:
    """Return the memory a command line names with `--cache`, if it names one."""
    given = list(arguments)
    for place, argument in enumerate(given):
        if argument == _OPTION and place + 1 < len(given):
            return Memory(given, Path(given[place + 1]))
        if argument.startswith(f"{_OPTION}="):
            return Memory(given, Path(argument.partition("=")[2]))
    return None


def _question(arguments: Sequence[str]) -> Iterable[bytes]:
    """Yield everything but files that an answer depends on; rules know no time but the day."""
    environment = sorted(
        f"{name}={value}"
        for name, value in os.environ.items()
        if name in _NAMED or name.startswith(_SPOKEN)
    )
    told = (*arguments, "", *environment, "", os.fspath(Path.cwd()), sys.version)
    yield "\0".join(told).encode("utf-8", "surrogateescape")
    yield f"{datetime.now(UTC).date()} {sys.stdout.isatty()}".encode()
    yield _program()


def _program() -> bytes:
    """Return a digest of how the program's own files look, and the folder of its libraries."""
    home = Path(__file__).parent.parent
    total = hashlib.sha256(os.fspath(home).encode())
    for path, facts in sorted(_sources(os.fspath(home))):
        total.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    for place in (path for path in sys.path if path.endswith("-packages")):
        with contextlib.suppress(OSError):
            total.update(f"{place} {os.stat(place).st_mtime_ns}\n".encode())  # noqa: PTH116 - many
    return total.digest()


def _sources(folder: str) -> Iterable[tuple[str, os.stat_result]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name != "__pycache__":
                    yield from _sources(entry.path)
            else:
                yield entry.path, entry.stat(follow_symlinks=False)


def _watched(ask: Callable[[Path], str]) -> bytes:
    """Return what `ask` says of the files that may be the configuration, there or not."""
    here = Path.cwd()
    places = [folder / name for folder in (here, *here.parents) for name in (_CONFIG, ".git")]
    given = _given(sys.argv[1:], "--config") or os.environ.get("AUDITOR_CONFIG", "")
    return "\0".join(
        f"{path}={ask(path)}" for path in (*places, *([Path(given)] * bool(given)))
    ).encode()


def _given(arguments: Sequence[str], option: str) -> str:
    for argument, following in zip(arguments, [*arguments[1:], ""], strict=True):
        if argument == option:
            return following
        if argument.startswith(f"{option}="):
            return argument.partition("=")[2]
    return ""


def _look(path: Path) -> str:
    try:
        facts = path.stat()
    except OSError:
        return ""
    # that a folder is there is all that counts of it
    return f"{facts.st_mtime_ns} {facts.st_ctime_ns} {facts.st_size}" if path.is_file() else "there"


def _content(path: Path) -> str:
    try:
        return (
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else str(path.exists())
        )
    except OSError:
        return ""


def _contents(folder: Path) -> Iterable[bytes]:
    """Yield what the files of a folder hold, and what its repository is at."""
    if not (folder / ".git").exists():
        yield footprint.contents(folder, footprint.names(folder))
        return
    from datetime import timedelta  # noqa: PLC0415 - not where looks are enough

    from auditor.collector.git_process import Git, GitFailed  # noqa: PLC0415 - as above

    try:
        git = Git.at(folder, timedelta(seconds=60))
        if git is None:
            raise ValueError(folder)
        yield repr(
            (git.commit("HEAD"), git.branch(), git.origin(), sorted(git.refs().items()))
        ).encode()
        yield footprint.contents(folder, git.worktree_files())
    except GitFailed as failed:
        raise ValueError(folder) from failed


def _without_times(told: Told) -> bytes:
    """Put marks in the place of the times; raise ValueError where they are not to be found."""
    header = told.header
    marks = zip(("started", "finished"), (_STARTED, _FINISHED), told.times, strict=True)
    for name, mark, value in marks:
        written = f'"{name}": "{value}"'.encode()
        if header.count(written) != 1:
            raise ValueError(name)
        header = header.replace(written, f'"{name}": "{mark}"'.encode())
    return header


def _said(kept: Mapping[str, Any]) -> Said | None:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - only for an answer that is there

    now = datetime.now(UTC).replace(microsecond=0)
    written = now.isoformat().replace("+00:00", "Z").encode()
    header = kept["header"].replace(_STARTED.encode(), written).replace(_FINISHED.encode(), written)
    digest = hashlib.sha256(header).hexdigest()
    local = now.astimezone(ZoneInfo(kept["zone"])) if kept["zone"] else now
    line = f"{now:%Y%m%dT%H%MZ}-{digest[:8]}  {local.isoformat(sep=' ', timespec='seconds')}"
    return Said(
        printed=f"{kept['before']}{line}{kept['after']}",
        error=kept["error"],
        status=kept["status"],
    )
