"""The one list of formats, and writing them: every file whole, or not there at all."""

import errno
import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from auditor.renderer.html import html
from auditor.renderer.json import json
from auditor.renderer.pdf import pdf
from auditor.renderer.text import text
from auditor.report.check import check
from auditor.report.view import ReportView


def _plain(view: ReportView) -> bytes:
    return text(view).encode()


FORMATS: Final[Mapping[str, tuple[str, Callable[[ReportView], bytes]]]] = {
    "html": ("report.html", html),
    "pdf": ("report.pdf", pdf),
    "json": ("report.json", json),
    "text": ("report.txt", _plain),
}


def write(view: ReportView, formats: Iterable[str], folder: Path) -> tuple[Path, ...]:
    """Write `view` into `folder` in each of `formats` and return the files, in that order.

    Everything is rendered before the first file appears. Raise KeyError for an unknown format,
    Unbalanced where the numbers disagree, Unavailable where a format cannot be made here, OSError
    where the folder cannot be written; then no new file is left behind.
    """
    check(view)
    bodies = {FORMATS[name][0]: FORMATS[name][1](view) for name in dict.fromkeys(formats)}
    folder.mkdir(parents=True, exist_ok=True)
    for name in bodies:
        if (folder / name).is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(folder / name))
    token = secrets.token_hex(4)
    parts = {name: folder / f".{name}.{token}" for name in bodies}
    try:
        for name, body in bodies.items():
            parts[name].write_bytes(body)
        for name in bodies:
            os.replace(parts[name], folder / name)  # noqa: PTH105 - the word the house uses
    except BaseException:
        for part in parts.values():
            part.unlink(missing_ok=True)
        raise
    return tuple(folder / name for name in bodies)
