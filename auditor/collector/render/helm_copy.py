"""A chart copied and changed where the SDK cannot be told what `helm template` is told."""

import contextlib
import io
import shutil
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from auditor.collector.render import helm_integers
from auditor.collector.render.failure import wrong

_SCHEMA: Final = "values.schema.json"
_PACKED: Final = (".tgz", ".tar.gz")
_LEVELS: Final = 5
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
    with tempfile.TemporaryDirectory(prefix="chart.") as scratch:
        copied = Path(scratch) / Path(job["chart"]).name
        try:
            shutil.copytree(job["chart"], copied)
            if job["skip_schema"]:
                _without_schemas(copied)
        except (OSError, shutil.Error, tarfile.TarError, EOFError) as error:
            raise wrong("render_failed", file=job["path"], message="cannot be copied") from error
        if integers:
            file = copied / helm_integers.PATH
            file.parent.mkdir(parents=True)
            file.write_text(integers, "utf-8")
        yield str(copied)


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
