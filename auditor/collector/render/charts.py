"""Charts of Helm repositories, as far as a local folder holds them; nothing is fetched."""

import posixpath
import re
import tarfile
from pathlib import Path
from typing import Final

from auditor.collector.render.failure import unseen
from auditor.collector.render.place import Unpacked
from auditor.collector.repository import folder_tree
from auditor.snapshot import redact

_NAME: Final = re.compile(r"[\w.+-]+(?:/[\w.+-]+)*", re.ASCII)
_LIMIT: Final = 100_000_000


def chart_files(
    repository: str, chart: str, version: str, cache: Path | None, scratch: Path
) -> Unpacked:
    """Return the unpacked chart; raise NotRendered if `cache` does not hold it.

    `cache` holds `<chart>-<version>.tgz`, or folders `<chart>` or `<chart>-<version>`.
    """
    missing = unseen(
        "chart_not_reachable", repository=redact.url(repository), chart=chart, version=version
    )
    if cache is None or not _NAME.fullmatch(chart) or not re.fullmatch(r"[\w.+-]+", version):
        raise missing
    base = posixpath.basename(chart)
    for name in (f"{base}-{version}", base):
        if _is_chart(cache / name, version):
            return Unpacked(folder_tree(cache / name), cache / name)
    archive = cache / f"{base}-{version}.tgz"
    if not archive.is_file():
        raise missing
    target = scratch / "cached" / f"{base}-{version}"
    if not target.exists():
        try:
            _unpack(archive, target)
        except (tarfile.TarError, OSError, EOFError) as error:
            raise unseen("chart_unreadable", chart=chart, version=version) from error
    return Unpacked(folder_tree(target / base), target / base)


def _is_chart(folder: Path, version: str) -> bool:
    file = folder / "Chart.yaml"
    if not file.is_file():
        return False
    found = re.search(r"^version:\s*[\"']?([^\s\"'#]+)", file.read_text("utf-8"), re.MULTILINE)
    return found is not None and found[1].removeprefix("v") == version.removeprefix("v")


def _unpack(archive: Path, target: Path) -> None:
    with tarfile.open(archive) as tar:
        if sum(member.size for member in tar) > _LIMIT:
            raise tarfile.TarError("too large")
        target.mkdir(parents=True)
        tar.extractall(target, filter="data")
