"""The cache of renderings: it saves work and changes nothing else, whatever lies in its folder."""

import os
import threading
from pathlib import Path
from typing import Any

import pytest

from auditor.collector.cache import Cache, name_of
from auditor.collector.render import inputs
from auditor.collector.render.pool import Worker
from auditor.snapshot.section import Look
from tests.collector.git_support import (
    CHART,
    application,
    commit,
    config_map,
    looked,
    names,
    renderings,
    repository,
)

MANIFEST = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hunter2}\n"
FILES = {
    **CHART,
    "over/kustomization.yaml": "resources: [cm.yaml]\n",
    "over/cm.yaml": config_map("x"),
    "plain/s.yaml": MANIFEST,
    "js/a.jsonnet": "import '../lib/a.libsonnet'",
    "lib/a.libsonnet": "{apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'js'}}",
    "bad/Chart.yaml": CHART["chart/Chart.yaml"],
    "bad/templates/x.yaml": '{{ fail "no" }}',
    "apps/chart.yaml": application("chart", "chart", helm={"values": "a: 1"}),
    "apps/over.yaml": application("over", "over", kustomize={"namePrefix": "p-"}),
    "apps/plain.yaml": application("plain", "plain"),
    "apps/js.yaml": application("js", "js"),
    "apps/bad.yaml": application("bad", "bad"),
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the types of the jobs that workers were really asked for."""
    jobs: list[str] = []
    ask = Worker.ask

    def counted(self: Worker, job: Any) -> Any:
        jobs.append(job["type"])
        return ask(self, job)

    monkeypatch.setattr(Worker, "ask", counted)
    return jobs


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Look]]:
    """Return a repository, which nobody changes, and what is found in it without a cache."""
    path = repository(tmp_path_factory.mktemp("plain") / "r", FILES)
    return path, looked(path)


def entries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def kept(folder: Path, key: str) -> list[Any]:
    """Return the entries that hold `key`: `objects` of renderings, `manifests` of files."""
    names = [entry.parent.name + entry.name for entry in entries(folder)]
    return [found for name in names if key in (found := Cache(folder).get(name))]


def test_second_run_asks_only_for_what_failed(tmp_path: Path, asked: list[str]) -> None:
    path = repository(tmp_path / "r", FILES)
    plain = looked(path)
    assert len(asked) == 5
    assert looked(path, cache=tmp_path / "c") == plain
    assert len(asked) == 10
    assert len(kept(tmp_path / "c", "objects")) == 4
    assert looked(path, cache=tmp_path / "c") == plain
    assert asked[10:] == ["Helm"]


def test_files_that_do_not_matter_may_change(tmp_path: Path, asked: list[str]) -> None:
    path = repository(tmp_path / "r", FILES)
    looked(path, cache=tmp_path / "c")
    del asked[:]
    commit(path, {"README.md": "new", "apps/more.yaml": config_map("more")})
    items = renderings(looked(path, cache=tmp_path / "c"))
    # Jsonnet may import any file.
    assert sorted(asked) == ["Directory", "Helm"]
    assert names(items["over#0"]) == ["ConfigMap/p-x"]


def test_other_content_is_rendered_again(tmp_path: Path, asked: list[str]) -> None:
    path = repository(tmp_path / "r", FILES)
    cache = tmp_path / "c"
    looked(path, cache=cache)
    del asked[:]
    commit(path, {"lib/a.libsonnet": FILES["lib/a.libsonnet"].replace("js", "other")})
    items = renderings(looked(path, cache=cache))
    assert names(items["js#0"]) == ["ConfigMap/other"]
    commit(path, {"chart/values.yaml": "a: 2\n"})
    assert looked(path, cache=cache) == looked(path)
    commit(path, {"apps/chart.yaml": application("chart", "chart", helm={"values": "a: 3"})})
    assert looked(path, cache=cache) == looked(path)
    (path / "chart" / "values.yaml").write_text("a: 4\n")
    looks = looked(path, cache=cache, worktree=True)
    assert looks == looked(path, worktree=True)


def test_secrets_do_not_lie_in_the_cache(tmp_path: Path) -> None:
    path = repository(tmp_path / "r", {k: FILES[k] for k in ("plain/s.yaml", "apps/plain.yaml")})
    looked(path, cache=tmp_path / "c")
    (rendering,) = kept(tmp_path / "c", "objects")
    assert rendering["objects"][0]["manifest"]["metadata"] == {"name": "s"}
    for entry in entries(tmp_path / "c"):
        assert b"hunter2" not in entry.read_bytes()
        assert entry.stat().st_mode & 0o077 == 0


def test_urls_with_credentials_do_not_lie_in_the_cache(tmp_path: Path) -> None:
    url = "https://bot:hunter2hunter2@git.example.com/x.git"
    written = (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: tokens}\n"
        "spec:\n  project: default\n  destination: {namespace: x}\n"
        f"  source: {{repoURL: '{url}', path: x}}\n"
    )
    assert url in str(looked(repository(tmp_path / "r", {"apps/t.yaml": written}))["git.manifests"])
    looked(tmp_path / "r", cache=tmp_path / "c")
    assert not [e for e in entries(tmp_path / "c") if b"hunter2hunter2" in e.read_bytes()]


@pytest.mark.parametrize("harm", ["empty", "truncated", "flipped", "swapped", "lie", "folder"])
def test_damaged_entry_changes_nothing(
    tmp_path: Path, harm: str, plain: tuple[Path, dict[str, Look]]
) -> None:
    path, expected = plain
    looked(path, cache=tmp_path / "c")
    found = entries(tmp_path / "c")
    contents = [entry.read_bytes() for entry in found]
    for number, entry in enumerate(found):
        data = contents[number]
        match harm:
            case "empty":
                entry.write_bytes(b"")
            case "truncated":
                entry.write_bytes(data[: len(data) // 2])
            case "flipped":
                entry.write_bytes(data[:-3] + bytes([data[-3] ^ 1]) + data[-2:])
            case "swapped":
                entry.write_bytes(contents[number - 1])
            case "lie":
                Cache(tmp_path / "c").put(entry.parent.name + entry.name, {"objects": [{"a": 1}]})
            case _:
                entry.unlink()
                entry.mkdir()
    assert looked(path, cache=tmp_path / "c") == expected


def test_folder_that_cannot_be_written_changes_nothing(
    tmp_path: Path, plain: tuple[Path, dict[str, Look]]
) -> None:
    path, expected = plain
    (tmp_path / "file").write_text("no folder")
    assert looked(path, cache=tmp_path / "file") == expected


def test_several_runs_share_a_folder(tmp_path: Path, plain: tuple[Path, dict[str, Look]]) -> None:
    path, expected = plain
    found: list[dict[str, Look]] = []
    threads = [
        threading.Thread(target=lambda: found.append(looked(path, cache=tmp_path / "c", workers=1)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 3
    assert not [entry for entry in entries(tmp_path / "c") if entry.name.startswith(".")]


def test_entries_that_were_not_used_for_longest_go_first(tmp_path: Path) -> None:
    cache = Cache(tmp_path, size=3000)
    keys = [name_of(bytes([number])) for number in range(5)]
    for number, key in enumerate(keys):
        cache.put(key, os.urandom(900))
        os.utime(tmp_path / key[:2] / key[2:], (number, number))
    assert cache.get(keys[0]) is not None
    cache.trim()
    assert [cache.get(key) is not None for key in keys] == [True, False, False, True, True]


def test_other_version_of_a_tool_makes_other_names(monkeypatch: pytest.MonkeyPatch) -> None:
    inputs._stamp.cache_clear()
    before = inputs._stamp()
    monkeypatch.setattr("importlib.metadata.version", lambda tool: f"{tool}-next")
    inputs._stamp.cache_clear()
    assert inputs._stamp() != before
    inputs._stamp.cache_clear()
