"""Charts of remote repositories: from a folder, or from a real HTTP server; and tags by version."""

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.collector.git_support import (
    CHART,
    application,
    commit,
    config_map,
    error,
    git,
    looked,
    names,
    renderings,
    repository,
    write,
)


def chart(version: str, name: str = "web") -> dict[str, str | bytes]:
    return {
        f"{name}/Chart.yaml": f"apiVersion: v2\nname: {name}\nversion: {version}\n",
        f"{name}/templates/cm.yaml": config_map(f"{name}-" + "{{ .Chart.Version }}"),
    }


def packed(folder: Path, version: str, name: str = "web") -> None:
    import helm_python

    write(folder / "sources" / version, chart(version, name))
    helm_python.package(folder / "sources" / version / name, destination=folder)


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder, and remembers what was asked for instead of printing it."""

    asked: list[str]

    def log_message(self, *_: Any) -> None:
        """Remember the request."""
        self.asked.append(self.path)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, Path, list[str]]]:
    """Yield URL and folder of a repository of charts, and the paths that were asked for."""
    folder = tmp_path / "served"
    folder.mkdir()
    asked: list[str] = []
    handler = type("Handler", (Quiet,), {"asked": asked})
    with ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(handler, directory=str(folder))
    ) as served:
        thread = threading.Thread(target=served.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{served.server_port}", folder, asked
        served.shutdown()
        thread.join()


def indexed(folder: Path, url: str) -> None:
    import helm_python

    helm_python.repo_index_generate(folder, base_url=url)


def rendered(tmp_path: Path, url: str, revision: str, **options: Any) -> dict[str, Any]:
    app = application("app", chart="web", repoURL=url, targetRevision=revision)
    path = repository(tmp_path / "r", {"app.yaml": app})
    return renderings(looked(path, **options))["app#0"]


@pytest.mark.parametrize(
    ("revision", "expected"),
    [("1.2.0", "1.2.0"), ("v1.2.0", "1.2.0"), ("1.x", "1.10.0"), ("", "2.0.0"),
     (">=1.0 <1.3", "1.2.0")],
)  # fmt: skip
def test_version_or_constraint_is_found_in_the_folder(
    tmp_path: Path, revision: str, expected: str
) -> None:
    for version in ("1.2.0", "1.10.0", "2.0.0", "3.0.0-rc.1"):
        packed(tmp_path / "charts", version)
    packed(tmp_path / "charts", "9.9.9", "web-extra")
    item = rendered(tmp_path, "https://x.example", revision, chart_cache=tmp_path / "charts")
    assert names(item) == [f"ConfigMap/web-{expected}"]
    assert item["commit"] == expected


@pytest.mark.parametrize("revision", ["4.0.0", "^4", "../1.2.0", "$x"])
def test_version_that_is_not_there_is_not_at_hand(tmp_path: Path, revision: str) -> None:
    packed(tmp_path / "charts", "1.2.0")
    item = rendered(tmp_path, "https://x.example", revision, chart_cache=tmp_path / "charts")
    assert error(item) == ("chart_not_reachable", False)


def test_chart_is_downloaded_once_and_only_where_it_is_allowed(
    tmp_path: Path, server: tuple[str, Path, list[str]]
) -> None:
    url, folder, asked = server
    for version in ("1.2.0", "1.10.0"):
        packed(folder, version)
    indexed(folder, url)
    assert error(rendered(tmp_path, url, "1.2.0")) == ("chart_not_reachable", False)
    assert asked == []
    options = {"is_fetching_charts": True, "chart_cache": tmp_path / "kept"}
    assert names(rendered(tmp_path / "a", url, "1.x", **options)) == ["ConfigMap/web-1.10.0"]
    assert names(rendered(tmp_path / "b", url, "1.2.0", **options)) == ["ConfigMap/web-1.2.0"]
    count = len(asked)
    assert count >= 4
    assert names(rendered(tmp_path / "c", url, "1.2.0", **options)) == ["ConfigMap/web-1.2.0"]
    assert names(rendered(tmp_path / "d", url, "1.x", chart_cache=tmp_path / "kept")) == [
        "ConfigMap/web-1.10.0"
    ]
    assert len(asked) == count
    item = rendered(tmp_path / "e", url, "7.0.0", **options)
    assert error(item) == ("chart_not_downloaded", False)
    assert item["error"]["facts"]["reason"]


def test_dependency_is_downloaded_where_it_is_allowed(
    tmp_path: Path, server: tuple[str, Path, list[str]]
) -> None:
    url, folder, asked = server
    packed(folder, "1.2.0")
    indexed(folder, url)
    needs = f"dependencies:\n- {{name: web, version: 1.x, repository: '{url}', alias: front}}\n"
    files = {
        **CHART,
        "chart/Chart.yaml": CHART["chart/Chart.yaml"].replace("web", "shop") + needs,
        "app.yaml": application("app", "chart"),
    }
    path = repository(tmp_path / "r", files)
    item = renderings(looked(path))["app#0"]
    assert error(item) == ("chart_dependency_not_at_hand", False)
    assert asked == []
    item = renderings(looked(path, is_fetching_charts=True))["app#0"]
    assert names(item) == ["ConfigMap/web-1.2.0", "ConfigMap/app"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ({"targetRevision": "1.x"}, "t1.10"),
        ({"targetRevision": ">=1.0.0 <1.3.0"}, "v1.2"),
        ({"targetRevision": "v1.2.0"}, "v1.2"),
        ({"targetRevision": "*"}, "t2.0"),
        ({"targetRevision": "1.*", "tagPrefix": "web/"}, "web-1.5"),
        ({"targetRevision": "1.5.0", "tagPrefix": "web/"}, "web-1.5"),
        ({"targetRevision": "9.x"}, "branch"),
        ({"targetRevision": "^7"}, None),
    ],
)  # fmt: skip
def test_constraint_names_the_highest_tag_it_allows(
    tmp_path: Path, source: dict[str, str], expected: str | None
) -> None:
    path = repository(tmp_path / "r", {"app.yaml": application("app", "d", **source)})
    for name, ref in (
        ("v1.2", "v1.2.0"), ("t1.10", "1.10.0"), ("t2.0", "2.0.0"), ("rc", "3.0.0-rc.1"),
        ("web-1.5", "web/1.5.0"), ("web-2", "web/2.0.0"), ("odd", "newest"),
    ):  # fmt: skip
        commit(path, {"d/a.yaml": config_map(name)})
        git(path, "tag", ref)
    commit(path, {"d/a.yaml": config_map("branch")})
    git(path, "branch", "9.x")
    git(path, "branch", "1.x", "v1.2.0")
    item = renderings(looked(path))["app#0"]
    if expected is None:
        assert error(item) == ("revision_not_at_hand", False)
    else:
        assert names(item) == [f"ConfigMap/{expected}"]
