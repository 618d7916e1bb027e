"""A site on disk: the whole folder, or nothing."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_OURS: Final = "assets/guide.js"


class Occupied(Exception):
    """The folder holds something that is not such a site."""

    code = "site_folder_in_use"

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self.facts = {"folder": str(folder)}


def write(site: Mapping[str, bytes], folder: Path) -> Path:
    """Write the files of `site`, by path, in place of an older one; return the page to begin with.

    Raise Occupied where `folder` holds anything else, OSError where it cannot be written.
    """
    if folder.exists() and not _is_ours(folder):
        raise Occupied(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for path, body in site.items():
            file = part / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(body)
        part.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        part.replace(folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return folder / "index.html"


def _is_ours(folder: Path) -> bool:
    """Say whether nothing is lost with `folder`: it is empty, or was written here."""
    return folder.is_dir() and ((folder / _OURS).is_file() or not any(folder.iterdir()))
