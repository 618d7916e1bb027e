"""A second tree beside a folder: its files, some of them with other texts."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from auditor.cli import written


def tree(folder: Path, texts: Mapping[str, str], into: Path) -> Path:
    """Return a copy of `folder` below `into` in which the files at `texts` say what they say there.

    Files are linked where the disk can, so that a large repository costs little; a changed one
    is a file of its own, and nothing below `folder` is touched.
    """
    copy = into / (folder.resolve().name or "root")
    shutil.copytree(folder, copy, symlinks=True, copy_function=_linked)
    for path, text in texts.items():
        file = copy / path
        file.unlink()
        file.write_text(text, "utf-8", newline="")
    return copy


def write(folder: Path, texts: Mapping[str, str]) -> None:
    """Write `texts` over the files of `folder`, each whole or not at all."""
    for path, text in sorted(texts.items()):
        written.write(folder / path, text)


def text_of(folder: Path, path: str) -> str | None:
    """Return the text of a plain file inside `folder`.

    None for what is no UTF-8, for a link or anything below one, which may lead out of the folder
    and of its copy, and for a name that would end a line of the patch.
    """
    file = folder / path
    if file.resolve() != folder.resolve() / path or not file.is_file() or not path.isprintable():
        return None
    try:
        return file.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return None


def values(folder: Path | None, template: str) -> dict[str, str]:
    """Return the YAML files of the chart of `template` that may be values, by path in `folder`.

    Those are the chart's own files, and those of folders beside its templates.
    """
    chart = template.partition("/templates/")[0] if "/templates/" in template else ""
    if folder is None or (chart == "" and not template.startswith("templates/")):
        return {}
    left_out = {"templates", "charts", "crds"}
    found = {}
    for file in sorted((folder / chart).rglob("*.y*ml")):
        path = file.relative_to(folder).as_posix()
        below = file.relative_to(folder / chart).parts
        if below[0] in left_out or file.name == "Chart.yaml":
            continue
        text = text_of(folder, path)
        if text is not None:
            found[path] = text
    return found


def _linked(source: str, target: str) -> None:
    """Link a file, or copy it where it lies on another disk; what is no file is left out."""
    if not Path(source).is_file():
        return
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
