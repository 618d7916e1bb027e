"""Charts of an OCI registry, downloaded for real; and archives that are not what they should be."""

import gzip
import io
import shutil
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.collector.git_support import CHART, application, error, looked, names, renderings
from tests.collector.git_support import repository as git_repository
from tests.collector.test_render_charts import indexed, packed
from tests.collector.test_render_charts import server as server  # noqa: PLC0414 - a fixture
from tests.support.registry import Registry, certified, serving

pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="no openssl to make the registry's certificate"
)


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    certificate = certified(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with serving(certificate) as found:
        yield found


def archive(folder: Path, version: str, name: str = "web") -> bytes:
    packed(folder, version, name)
    return (folder / f"{name}-{version}.tgz").read_bytes()


def tarred(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for member, data in members:
            member.size = len(data) if member.isfile() else 0
            tar.addfile(member, io.BytesIO(data))
    return out.getvalue()


def link(name: str, target: str, kind: bytes = tarfile.SYMTYPE) -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member, b""


def rendered(folder: Path, registry: Registry, revision: str, **options: Any) -> dict[str, Any]:
    url = f"{registry.address}/charts"
    app = application("app", chart="web", repoURL=url, targetRevision=revision)
    path = git_repository(folder / "r", {"app.yaml": app})
    given = {"is_fetching_charts": True, "chart_cache": folder.parent / "kept", **options}
    return renderings(looked(path, **given))["app#0"]


def test_chart_is_downloaded_with_the_token_of_nobody(tmp_path: Path, registry: Registry) -> None:
    registry.is_redirecting = True
    for version in ("1.2.0", "1.10.0", "2.0.0-rc.1"):
        registry.push("charts/web", version, archive(tmp_path / "made", version))
    assert names(rendered(tmp_path / "a", registry, "1.2.0")) == ["ConfigMap/web-1.2.0"]
    assert any(asked.startswith("GET /token?") for asked in registry.asked)
    assert any(asked.startswith("GET /elsewhere/sha256:") for asked in registry.asked)
    assert names(rendered(tmp_path / "b", registry, "1.x")) == ["ConfigMap/web-1.10.0"]
    count = len(registry.asked)
    assert names(rendered(tmp_path / "c", registry, "1.2.0")) == ["ConfigMap/web-1.2.0"]
    assert len(registry.asked) == count


def test_chart_is_not_asked_for_unless_it_is_allowed(tmp_path: Path, registry: Registry) -> None:
    registry.push("charts/web", "1.2.0", archive(tmp_path / "made", "1.2.0"))
    item = rendered(tmp_path / "a", registry, "1.2.0", is_fetching_charts=False)
    assert error(item) == ("chart_not_reachable", False)
    assert registry.asked == []


@pytest.mark.parametrize(
    ("trouble", "revision", "reason"),
    [
        ("is_denied", "1.2.0", "401"),
        ("", "9.9.9", "not found"),
        ("", "^9", ""),
        ("is_swapped", "1.2.0", "mismatch"),
    ],
)
def test_what_the_registry_refuses_or_forges_is_not_rendered(
    tmp_path: Path, registry: Registry, trouble: str, revision: str, reason: str
) -> None:
    registry.push("charts/web", "1.2.0", archive(tmp_path / "made", "1.2.0"))
    if trouble:
        setattr(registry, trouble, True)
    item = rendered(tmp_path / "a", registry, revision)
    assert error(item) == ("chart_not_downloaded", False)
    facts = item["error"]["facts"]
    assert reason in facts["reason"].lower()
    assert facts["reason"]
    assert not list((tmp_path / "kept").rglob("*.tgz"))


def test_layer_without_end_is_stopped(tmp_path: Path, registry: Registry) -> None:
    registry.is_endless = True
    registry.push("charts/web", "1.2.0", archive(tmp_path / "made", "1.2.0"))
    begun = time.monotonic()
    item = rendered(tmp_path / "a", registry, "1.2.0")
    assert time.monotonic() - begun < 65
    assert error(item) == ("chart_not_downloaded", False)
    assert not list((tmp_path / "kept").rglob("*.tgz"))


CHART_FILE = (tarfile.TarInfo("web/Chart.yaml"), b"apiVersion: v2\nname: web\nversion: 1.2.0\n")
ABSOLUTE = tarred(CHART_FILE, (tarfile.TarInfo("/auditor-out.txt"), b"x"))
UPWARDS = [
    pytest.param(tarred(CHART_FILE, (tarfile.TarInfo("web/../../../out.txt"), b"x")), id="dots"),
    pytest.param(ABSOLUTE, id="absolute"),
    pytest.param(tarred(CHART_FILE, link("web/templates", "/etc")), id="link to a folder"),
    pytest.param(tarred(CHART_FILE, link("web/values.yaml", "../../../../etc/passwd")), id="link"),
    pytest.param(
        tarred(CHART_FILE, link("web/values.yaml", "/etc/passwd", tarfile.LNKTYPE)), id="hard link"
    ),
    pytest.param(b"\x1f\x8b no archive", id="broken"),
    pytest.param(gzip.compress(b"\0" * 300_000_000, 9), id="zeros"),
]


@pytest.mark.parametrize("data", UPWARDS)
def test_archive_stays_in_its_folder(
    tmp_path: Path, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    charts = tmp_path / "charts"
    charts.mkdir()
    (charts / "web-1.2.0.tgz").write_bytes(data)
    app = application("app", chart="web", repoURL="https://x.example", targetRevision="1.2.0")
    path = git_repository(tmp_path / "r", {"app.yaml": app})
    item = renderings(looked(path, chart_cache=charts))["app#0"]
    if data == ABSOLUTE:
        # A leading slash is dropped, as Helm drops it.
        assert names(item) == []
    else:
        assert error(item) == ("chart_unreadable", False)
    assert not list(tmp_path.rglob("out.txt"))
    assert not Path("/auditor-out.txt").exists()


def needing(url: str, version: str) -> str:
    return CHART["chart/Chart.yaml"].replace("web", "shop") + (
        f"dependencies:\n- {{name: web, version: '{version}', repository: '{url}'}}\n"
    )


def lock(version: str) -> str:
    return f"dependencies:\n- {{name: web, version: {version}, repository: ''}}\ndigest: sha256:0\n"


@pytest.mark.parametrize("file", ["Chart.lock", "requirements.lock"])
def test_dependency_is_the_one_that_is_locked(
    tmp_path: Path, server: tuple[str, Path, list[str]], file: str
) -> None:
    url, folder, _ = server
    for version in ("1.2.0", "1.3.0"):
        packed(folder, version)
    indexed(folder, url)
    files = {
        **CHART,
        "chart/Chart.yaml": needing(url, "1.x"),
        "app.yaml": application("app", "chart"),
    }
    options: dict[str, Any] = {"is_fetching_charts": True, "chart_cache": tmp_path / "kept"}
    free = renderings(looked(git_repository(tmp_path / "a", files), **options))["app#0"]
    assert names(free) == ["ConfigMap/web-1.3.0", "ConfigMap/app"]
    files[f"chart/{file}"] = lock("1.2.0")
    locked = renderings(looked(git_repository(tmp_path / "b", files), **options))["app#0"]
    assert names(locked) == ["ConfigMap/web-1.2.0", "ConfigMap/app"]
    files[f"chart/{file}"] = lock("0.9.0")
    stale = renderings(looked(git_repository(tmp_path / "c", files), **options))["app#0"]
    assert error(stale) == ("render_failed", True)
    assert "out of sync" in stale["error"]["facts"]["message"]


def test_missing_dependency_says_whether_it_is_locked(tmp_path: Path) -> None:
    files = {
        **CHART,
        "chart/Chart.yaml": needing("https://user:word@charts.example.com", "1.x"),
        "app.yaml": application("app", "chart"),
    }
    free = renderings(looked(git_repository(tmp_path / "a", files)))["app#0"]
    assert free["error"]["facts"]["locked"] is False
    assert "word" not in str(free)
    files["chart/Chart.lock"] = lock("1.2.0")
    locked = renderings(looked(git_repository(tmp_path / "b", files)))["app#0"]
    assert locked["error"]["facts"]["locked"] is True
    assert error(locked) == ("chart_dependency_not_at_hand", False)


def test_dependency_of_a_registry_is_downloaded(tmp_path: Path, registry: Registry) -> None:
    registry.push("charts/web", "1.2.0", archive(tmp_path / "made", "1.2.0"))
    files = {
        **CHART,
        "chart/Chart.yaml": needing(f"oci://{registry.address}/charts", "1.2.0"),
        "app.yaml": application("app", "chart"),
    }
    path = git_repository(tmp_path / "r", files)
    assert error(renderings(looked(path))["app#0"]) == ("chart_dependency_not_at_hand", False)
    item = renderings(looked(path, is_fetching_charts=True))["app#0"]
    assert names(item) == ["ConfigMap/web-1.2.0", "ConfigMap/app"]
