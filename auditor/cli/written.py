"""Files that appear whole or not at all, and never in the place a link points to."""

import contextlib
import os
import secrets
import shutil
from pathlib import Path


def write(path: Path, text: str) -> None:
    """Write `text`, line ends as they are; what lay there keeps its mode. Raise OSError.

    The temporary name is a new one: in a folder that others fill, a link may wait under a known
    one.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with part.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
        with contextlib.suppress(FileNotFoundError):
            shutil.copymode(path, part)
        os.replace(part, path)  # noqa: PTH105 - the word the house uses
    except BaseException:
        part.unlink(missing_ok=True)
        raise
