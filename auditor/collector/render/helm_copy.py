"""A chart copied and changed where the SDK cannot be told what `helm template` is told."""

import contextlib
import io
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from auditor.collector.render import helm_integers
from auditor.collector.render.failure import wrong

_SCHEMA: Final = "values.schema.json"
_PACKED: Final = (".tgz", ".tar.gz")
_LEVELS: Final = 5
_ENOUGH: Final = 40
"""Deeper than charts in charts in charts can lie."""
_LIMIT: Final = 100_000_000


@contextlib.contextmanager
def prepared(values: Mapping[str, Any], job: Mapping[str, Any]) -> Iterator[str]:
    """Give the chart's folder, a copy if schemas are skipped or `values` hold integers.

    Raise NotRendered for a chart that cannot be copied.
    """
    integers = helm_integers.template(values)
    if not integers and not job["skip_schema"]:
        yield job["chart"]
        return
    chart = Path(job["chart"])
    try:
        scratch = _copied(chart, integers, looks(chart), has_schemas=not job["skip_schema"])
    except (OSError, shutil.Error, tarfile.TarError, EOFError) as error:
        raise wrong("render_failed", file=job["path"], message="cannot be copied") from error
    yield str(Path(scratch.name) / chart.name)


@lru_cache(maxsize=8)
def _copied(
    chart: Path, integers: str, _looks: tuple[object, ...], *, has_schemas: bool
) -> "tempfile.TemporaryDirectory[str]":
    """Return a folder with the copy, kept for other Applications with the same whole numbers."""
    scratch = tempfile.TemporaryDirectory(prefix="chart.", ignore_cleanup_errors=True)
    copied = Path(scratch.name) / chart.name
    shutil.copytree(chart, copied)
    if not has_schemas:
        _without_schemas(copied)
    if integers:
        file = copied / helm_integers.path(_deepest(copied))
        file.parent.mkdir(parents=True)
        file.write_text(integers, "utf-8")
    return scratch


def looks(chart: Path) -> tuple[object, ...]:
    """Return names, sizes and times of a chart's files: a copy is that of this very chart."""
    found = [path for path in sorted(chart.rglob("*")) if not path.is_dir()]
    facts = [path.lstat() for path in found]
    return tuple(
        (str(path), fact.st_size, fact.st_mtime_ns, fact.st_ino)
        for path, fact in zip(found, facts, strict=True)
    )


def _deepest(chart: Path) -> int:
    """Return the slashes in the deepest path below `chart`; more than enough for packed charts.

    Every folder costs two calls of the system a rendering, which is most of it on a slow disk.
    """
    deepest = 1
    for folder, _, files in os.walk(chart):
        if any(file.endswith(_PACKED) for file in files):
            return _ENOUGH
        if files:
            below = Path(folder).relative_to(chart)
            deepest = max(deepest, len(below.parts))
    return deepest


def _without_schemas(chart: Path) -> None:
    for file in sorted(chart.rglob(f"charts/*{_PACKED[0]}")):
        file.write_bytes(_repacked(file.read_bytes(), 0))
    for folder in (chart, *(path.parent for path in chart.rglob("charts/*/Chart.yaml"))):
        (folder / _SCHEMA).unlink(missing_ok=True)


def _repacked(data: bytes, level: int) -> bytes:
    """Return an archive without the schemas of the charts in it."""
    if level > _LEVELS:
        raise tarfile.TarError("charts are packed too deep")
    out, left = io.BytesIO(), _LIMIT
    with (
        tarfile.open(fileobj=io.BytesIO(data)) as tar,
        tarfile.open(fileobj=out, mode="w:gz") as new,
    ):
        for member in tar:
            file = tar.extractfile(member) if member.isfile() else None
            folder, _, name = member.name.rpartition("/")
            if file is None or (name == _SCHEMA and _is_chart(folder)):
                continue
            left -= member.size
            if left < 0:
                raise tarfile.TarError("too large")
            content = file.read()
            if folder.endswith("/charts") and name.endswith(_PACKED):
                content = _repacked(content, level + 1)
            member.size = len(content)
            new.addfile(member, io.BytesIO(content))
    return out.getvalue()


def _is_chart(folder: str) -> bool:
    """Say whether a folder of an archive is a chart, not one of its other folders."""
    steps = folder.split("/")
    return len(steps) % 2 == 1 and all(step == "charts" for step in steps[1::2])
