"""Jsonnet in directory sources, evaluated by the real Jsonnet."""

import json
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from auditor.collector.git import RenderLimits
from tests.collector.git_support import (
    application,
    config_map,
    error,
    looked,
    names,
    one,
    renderings,
    repository,
)

OBJECT = "{apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: %s}}"


def test_file_gives_one_object_or_several(tmp_path: Path) -> None:
    files = {
        "d/a.jsonnet": OBJECT % "'a'",
        "d/b.jsonnet": "[" + OBJECT % "'b'" + ", " + OBJECT % "'c'" + "]",
        "d/c.yaml": config_map("plain"),
        "d/d.jsonnet": "null",
        "d/e.jsonnet": "{apiVersion: 'v1', kind: 'List', items: [" + OBJECT % "'l'" + "]}",
        "d/f.libsonnet": "not a manifest",
    }
    item = one(tmp_path, files, "d")
    assert item["type"] == "Directory"
    assert [n.partition("/")[2] for n in names(item)] == ["a", "b", "c", "plain", "l"]
    assert [o["template"] for o in item["objects"]][:3] == [
        "d/a.jsonnet", "d/b.jsonnet", "d/b.jsonnet",
    ]  # fmt: skip


def test_variables_and_arguments_reach_the_file(tmp_path: Path) -> None:
    text = (
        "function(top, n) "
        "{apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: top}, data: {"
        "ext: std.extVar('text'), code: std.toString(std.extVar('code').a), n: std.type(n)}}"
    )
    jsonnet = {
        "extVars": [
            {"name": "text", "value": "$ARGOCD_APP_NAME-x"},
            {"name": "code", "value": "{a: 1 + 1}", "code": True},
        ],
        "tlas": [{"name": "top", "value": "t"}, {"name": "n", "value": "3", "code": True}],
    }
    item = one(tmp_path, {"d/a.jsonnet": text}, "d", directory={"jsonnet": jsonnet})
    (entry,) = item["objects"]
    assert entry["manifest"]["metadata"]["name"] == "t"
    assert entry["manifest"]["data"] == {"ext": "app-x", "code": "2", "n": "number"}


def test_imports_are_found_beside_the_file_and_in_libraries_the_last_first(tmp_path: Path) -> None:
    files = {
        "apps/d/a.jsonnet": OBJECT % "(import 'x.libsonnet') + (import 'y.libsonnet') + "
        "std.stripChars(importstr '../note.txt', '\\n') + (import 'sub/z.libsonnet')",
        "apps/note.txt": "note\n",
        "one/x.libsonnet": "'one-x-'",
        "two/x.libsonnet": "'two-x-'",
        "one/y.libsonnet": "'one-y-'",
        "apps/d/sub/z.libsonnet": "import 'w.libsonnet'",
        "apps/d/sub/w.libsonnet": "'-w'",
    }
    jsonnet = {"libs": ["one", "/two"]}
    item = one(tmp_path, files, "apps/d", directory={"jsonnet": jsonnet})
    assert names(item) == ["ConfigMap/two-x-one-y-note-w"]


REFUSED = [
    ("importstr '/etc/hostname'", [], "render_failed"),
    ("importstr '../../../../../../../../../../etc/hostname'", [], "render_failed"),
    ("import 'no.libsonnet'", [], "render_failed"),
    ("{", [], "render_failed"),
    ("{a: 1}", [], "render_failed"),
    ("'text'", [], "render_failed"),
    ("[1]", [], "render_failed"),
    ("std.extVar('no')", [], "render_failed"),
    ("local f(x) = f(x) + 1; f(1)", [], "render_failed"),
    ("{}", ["../.."], "path_outside_repository"),
]


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Return what becomes of each of the files above."""
    folder = tmp_path_factory.mktemp("refused")
    files = {f"d{i}/a.jsonnet": text for i, (text, _, _) in enumerate(REFUSED)}
    for i, (_, libs, _) in enumerate(REFUSED):
        directory = {"jsonnet": {"libs": libs}}
        files[f"apps/{i}.yaml"] = application(f"a{i}", f"d{i}", directory=directory)
    items = renderings(looked(repository(folder / "r", files)))
    return [items[f"a{i}#0"] for i in range(len(REFUSED))]


@pytest.mark.parametrize("number", range(len(REFUSED)))
def test_file_that_cannot_be_evaluated(refused: list[dict[str, Any]], number: int) -> None:
    item = refused[number]
    assert error(item) == (REFUSED[number][2], True)
    assert tempfile.gettempdir() not in json.dumps(item["error"])
    assert "auditor." not in json.dumps(item["error"])


@pytest.mark.parametrize(
    ("text", "limits", "limit"),
    [
        ("std.foldl(function(a, b) a + b, std.range(1, 1000000000), 0)",
         RenderLimits(memory=500_000_000), "memory|time"),
        ("local f(n) = if n == 0 then 0 else f(n - 1) tailstrict; [f(1e9)]",
         RenderLimits(time=timedelta(seconds=2)), "time"),
    ],
)  # fmt: skip
def test_file_without_measure_is_stopped(
    tmp_path: Path, text: str, limits: RenderLimits, limit: str
) -> None:
    files: dict[str, Any] = {
        "bad/a.jsonnet": text,
        "d/a.jsonnet": OBJECT % "'fine'",
        "apps/bad.yaml": application("bad", "bad"),
        "apps/good.yaml": application("good", "d"),
    }
    looks = looked(repository(tmp_path / "r", files), limits=limits, workers=1)
    items = renderings(looks)
    assert error(items["bad#0"]) == ("render_limit", False)
    assert items["bad#0"]["error"]["facts"]["limit"] in limit.split("|")
    assert names(items["good#0"]) == ["ConfigMap/fine"]
