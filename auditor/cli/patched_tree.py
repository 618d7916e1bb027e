"""A second tree beside a folder: its files, some of them with other texts."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path


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
    """Write `texts` over the files of `folder`, each whole or not at all; its mode stays."""
    for path, text in sorted(texts.items()):
        file = folder / path
        part = file.with_name(f".{file.name}.auditor")
        try:
            part.write_text(text, "utf-8", newline="")
            shutil.copymode(file, part)
            part.replace(file)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


def text_of(folder: Path, path: str) -> str | None:
    """Return the text of a plain file inside `folder`; None for a link, or what is no UTF-8."""
    file = folder / path
    real = file.resolve()
    if file.is_symlink() or not real.is_relative_to(folder.resolve()) or not real.is_file():
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
