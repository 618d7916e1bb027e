"""Charts of Helm repositories: from a local folder, or downloaded where the user allows it."""

import gzip
import hashlib
import os
import posixpath
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Final

from auditor.argocd.semver_constraints import BadVersion, highest, is_constraint
from auditor.collector.render.failure import unseen
from auditor.collector.render.place import Unpacked
from auditor.collector.repository import folder_tree
from auditor.snapshot import redact

_NAME: Final = re.compile(r"[\w.+-]+(?:/[\w.+-]+)*", re.ASCII)
_VERSION: Final = re.compile(r"[\w.+*^~<>=!|, -]*", re.ASCII)
_LIMIT: Final = 100_000_000
_PART: Final = 1 << 20
_MODULE: Final = "auditor.collector.render.fetch"
_KEPT: Final = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "HELM_C_LIB", "SSL_CERT_FILE")
_PROXIES: Final = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")


@dataclass(frozen=True, slots=True)
class Charts:
    """Where charts are looked for."""

    cache: Path | None
    """Holds `<chart>-<version>.tgz`, or folders `<chart>` or `<chart>-<version>`."""
    scratch: Path
    is_fetching: bool = False
    time: timedelta = timedelta(seconds=60)
    """For one download."""

    def files(self, repository: str, chart: str, version: str) -> tuple[Unpacked, str]:
        """Return the unpacked chart and its version; raise NotRendered if it is not at hand.

        `version` may be a constraint or empty, for the highest one.
        """
        found, exact = self.archive(repository, chart, version)
        if found.is_dir():
            return Unpacked(folder_tree(found), found), exact
        name = hashlib.sha256(str(found).encode()).hexdigest()[:16]
        target = self.scratch / "cached" / name
        if not target.exists():
            try:
                _unpack(found, target)
            except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
                raise unseen("chart_unreadable", chart=chart, version=exact) from error
        folder = target / posixpath.basename(chart)
        return Unpacked(folder_tree(folder), folder), exact

    def archive(self, repository: str, chart: str, version: str) -> tuple[Path, str]:
        """Return archive or folder of a chart, and its version; raise NotRendered."""
        facts = {"repository": redact.url(repository), "chart": chart, "version": version}
        if not _NAME.fullmatch(chart) or not _VERSION.fullmatch(version):
            raise unseen("chart_not_reachable", **facts)
        is_open = not version or is_constraint(version)
        if self.is_fetching and is_open:
            return self._fetched(repository, chart, version)
        found = self._kept(repository, posixpath.basename(chart), version, is_open=is_open)
        if found is not None:
            return found
        if self.is_fetching:
            return self._fetched(repository, chart, version)
        raise unseen("chart_not_reachable", **facts)

    def _kept(
        self, repository: str, name: str, version: str, *, is_open: bool
    ) -> tuple[Path, str] | None:
        there = {
            exact: path for place in self._places(repository) for path, exact in _held(place, name)
        }
        if not is_open:
            wanted = version.removeprefix("v")
            return next(((p, v) for v, p in there.items() if v.removeprefix("v") == wanted), None)
        try:
            best = highest(version or "*", there)
        except BadVersion:
            return None
        return (there[best], best) if best is not None else None

    def _places(self, repository: str) -> Iterator[Path]:
        """Yield the folders that may hold a chart; what was downloaded from elsewhere does not."""
        if self.cache is not None:
            yield self.cache
            yield self._downloads(repository)

    def _downloads(self, repository: str) -> Path:
        name = hashlib.sha256(redact.url(repository).encode()).hexdigest()[:16]
        return (self.cache or self.scratch) / "fetched" / name

    def _fetched(self, repository: str, chart: str, version: str) -> tuple[Path, str]:
        """Download a chart without credentials; raise NotRendered."""
        url = redact.url(repository)
        place = self._downloads(repository)
        place.mkdir(parents=True, exist_ok=True)
        facts = {"repository": url, "chart": chart, "version": version}
        with tempfile.TemporaryDirectory(prefix=".fetch.", dir=place) as home:
            if (reason := _download(_reference(url, chart), version, home, self.time)) is not None:
                raise unseen("chart_not_downloaded", **facts, reason=reason)
            archives = [*Path(home).glob("*.tgz")]
            name = posixpath.basename(chart)
            if len(archives) != 1 or not archives[0].name.startswith(f"{name}-"):
                raise unseen("chart_not_downloaded", **facts, reason="no archive was sent")
            exact = archives[0].name.removeprefix(f"{name}-").removesuffix(".tgz")
            return archives[0].replace(place / archives[0].name), exact


def _reference(url: str, chart: str) -> tuple[str, str]:
    """Return what is pulled, and from which repository; OCI names need none."""
    if url.startswith(("http://", "https://")):
        return chart, url
    return f"oci://{url.removeprefix('oci://').rstrip('/')}/{chart}", ""


def _download(reference: tuple[str, str], version: str, home: str, time: timedelta) -> str | None:
    """Return why a download failed, None if it did not."""
    kept = {name: os.environ[name] for name in (*_KEPT, *_PROXIES) if name in os.environ}
    path = os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)
    command = (sys.executable, "-m", _MODULE, *reference, version, home, str(_LIMIT))
    try:
        done = subprocess.run(  # noqa: S603 - this very program
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
            cwd=home,
            env={**kept, "PYTHONPATH": path, "HOME": home, "TMPDIR": home, "PATH": ""},
            timeout=time.total_seconds(),
        )
    except subprocess.TimeoutExpired:
        return f"no answer within {int(time.total_seconds())} s"
    if not done.returncode:
        return None
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return redact.url(lines[-1])[:200] if lines else "the download failed"


def _held(place: Path, name: str) -> Iterator[tuple[Path, str]]:
    """Yield the archives and folders of a chart in a folder, and their versions."""
    for path in sorted(place.glob(f"{name}-*.tgz")):
        version = path.name.removeprefix(f"{name}-").removesuffix(".tgz")
        if version[:1].isdigit() or version[:1] == "v":
            yield path, version
    for folder in (place / name, *sorted(place.glob(f"{name}-*/"))):
        if (written := _version(folder, name)) is not None:
            yield folder, written


def _version(folder: Path, name: str) -> str | None:
    file = folder / "Chart.yaml"
    if not file.is_file():
        return None
    text = file.read_text("utf-8", "replace")
    found = {
        key: re.search(rf"^{key}:\s*[\"']?([^\s\"'#]+)", text, re.MULTILINE)
        for key in ("name", "version")
    }
    version, written = found["version"], found["name"]
    is_other = folder.name != name and (written is None or written[1] != name)
    return None if version is None or is_other else version[1]


def _unpack(archive: Path, target: Path) -> None:
    """Unpack what has a measure: a small archive can hold more than this machine."""
    with gzip.open(archive) as packed, tempfile.TemporaryFile() as plain:
        while part := packed.read(_PART):
            plain.write(part)
            if plain.tell() > _LIMIT:
                raise tarfile.ReadError("too large")
        plain.seek(0)
        with tarfile.open(fileobj=plain) as tar:
            if sum(member.size for member in tar) > _LIMIT:
                raise tarfile.ReadError("too large")
            target.mkdir(parents=True)
            for member in tar.getmembers():
                _extract(tar, member, target)


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    """Write a plain file below `target`; links and names that lead out of it are refused.

    The filters of `tarfile` would do, but not every Python 3.11 has them.
    """
    name = PurePosixPath(member.name.lstrip("/"))
    if ".." in name.parts or not (member.isreg() or member.isdir()):
        raise tarfile.ExtractError("leads elsewhere")
    content = tar.extractfile(member)
    if content is None:
        return
    file = target / name
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as out:
        shutil.copyfileobj(content, out)
