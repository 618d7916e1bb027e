"""What is rendered of a source, and what stands in the way."""

import json
from pathlib import Path
from typing import Any

import pytest

from auditor.snapshot.redact import REDACTED
from tests.collector.git_support import (
    CHART,
    URL,
    config_map,
    error,
    looked,
    names,
    one,
    raw_application,
    renderings,
    repository,
    values,
)


def test_directory_gives_its_files(tmp_path: Path) -> None:
    files = {
        "d/b.yaml": config_map("b") + "---\n" + config_map("c"),
        "d/sub/a.yaml": config_map("a"),
    }
    assert names(one(tmp_path / "a", files, "d")) == ["ConfigMap/b", "ConfigMap/c"]
    deep = one(tmp_path / "b", files, "d", directory={"recurse": True})
    assert [o["template"] for o in deep["objects"]] == ["d/b.yaml", "d/b.yaml", "d/sub/a.yaml"]


def test_a_block_that_says_nothing_forces_no_type(tmp_path: Path) -> None:
    files = {
        "k/kustomization.yaml": "namePrefix: x-\nresources: [a.yaml]\n",
        "k/a.yaml": config_map("a"),
    }
    blocks: tuple[dict[str, Any], ...] = ({"directory": {"recurse": False}}, {"helm": {}})
    for number, block in enumerate(blocks):
        assert names(one(tmp_path / str(number), files, "k", **block)) == ["ConfigMap/x-a"]


@pytest.mark.parametrize(
    ("path", "source", "expected"),
    [
        ("nowhere", {}, ("path_missing", True)),
        ("/d", {}, ("path_absolute", True)),
        ("../d", {}, ("path_outside_repository", True)),
        ("d/a.yaml", {}, ("path_not_a_folder", True)),
        ("", {}, ("source_without_path", True)),
        ("d", {"helm": {"releaseName": "x"}}, ("chart_file_missing", True)),
        ("d", {"helm": {"releaseName": "x"}, "kustomize": {"namePrefix": "x"}},
         ("many_source_types", True)),
        ("d", {"helm": "x"}, ("spec_malformed", True)),
        ("d", {"plugin": {}}, ("plugin_not_run", False)),
        ("j", {}, ("render_failed", True)),
        ("d", {"repoURL": "https://git.example.com/other"}, ("repository_not_given", False)),
        ("d", {"targetRevision": "v9"}, ("revision_not_at_hand", False)),
        ("", {"chart": "redis", "targetRevision": "1.0.0"}, ("chart_not_reachable", False)),
        ("chart", {"helm": {"valueFiles": ["no.yaml"]}}, ("values_file_missing", True)),
        ("chart", {"helm": {"valueFiles": ["../../x"]}}, ("values_file_outside_repository", True)),
        ("chart", {"helm": {"valueFiles": ["s3://x/y"]}}, ("values_scheme_not_allowed", True)),
        ("chart", {"helm": {"valueFiles": ["https://x/y"]}}, ("values_url_not_fetched", False)),
        ("chart", {"helm": {"values": "a: ["}}, ("values_file_unreadable", True)),
        ("chart", {"helm": {"parameters": [{"name": "a[", "value": "x"}]}},
         ("parameter_unreadable", True)),
    ],
)  # fmt: skip
def test_what_stands_in_the_way_is_named(
    tmp_path: Path, path: str, source: dict[str, Any], expected: tuple[str, bool]
) -> None:
    files = {**CHART, "d/a.yaml": config_map("a"), "j/x.jsonnet": "{}"}
    item = one(tmp_path, files, path, **source)
    assert error(item) == expected
    assert item["objects"] == []


def test_missing_value_file_may_be_ignored(tmp_path: Path) -> None:
    helm = {"valueFiles": ["no.yaml"], "ignoreMissingValueFiles": True}
    assert names(one(tmp_path, CHART, helm=helm)) == ["ConfigMap/app"]


def test_spellings_of_an_address_are_one_repository(tmp_path: Path) -> None:
    for i, url in enumerate(
        (
            "https://GIT.example.com/team/deploy",
            "HTTPS://git.example.com/team/deploy.git",
            "git@git.example.com:team/deploy.git",
        )
    ):
        item = one(tmp_path / str(i), CHART, repoURL=url)
        assert names(item) == ["ConfigMap/app"]
        assert item["repository"] == URL


@pytest.mark.parametrize(
    ("pattern", "last"),
    [
        ("env/**/*.yaml", "beside it"),
        ("env/*/*.{yml,json}", "other endings"),
        ("env/[!a]*/x.yml", "other endings"),
    ],
)
def test_value_files_of_a_pattern_come_in_the_order_of_folders(
    tmp_path: Path, pattern: str, last: str
) -> None:
    files = {
        **CHART,
        "chart/env/a/x.yaml": "a: in the folder\n",
        "chart/env/a-b/x.yaml": "a: beside it\n",
        "chart/env/b/x.yml": "a: other endings\n",
    }
    item = one(tmp_path, files, helm={"valueFiles": [pattern]})
    assert values(item)["a"] == last


def test_several_sources_share_value_files(tmp_path: Path) -> None:
    app = raw_application("app")
    app["spec"]["sources"] = [
        {"repoURL": URL, "path": "chart", "helm": {"valueFiles": ["$vals/env/prod.yaml"]}},
        {"repoURL": URL, "ref": "vals"},
        {"repoURL": URL, "path": "d"},
    ]
    files = {
        **CHART,
        "env/prod.yaml": "a: prod\n",
        "d/x.yaml": config_map("x"),
        "a.yaml": json.dumps(app),
    }
    items = renderings(looked(repository(tmp_path / "r", files)))
    assert sorted(items) == ["app#0", "app#2"]
    assert values(items["app#0"])["a"] == "prod"
    assert names(items["app#2"]) == ["ConfigMap/x"]


def test_overrides_in_git_change_the_source(tmp_path: Path) -> None:
    files = {
        **CHART,
        "chart/.argocd-source-app.yaml": "helm: {parameters: [{name: a, value: v}]}\n",
    }
    assert values(one(tmp_path, files))["a"] == "v"


def test_secret_values_do_not_leave_the_collector(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hunter2}\n"
    item = one(tmp_path, {"d/s.yaml": text}, "d")
    assert item["objects"][0]["manifest"]["stringData"] == {"password": REDACTED}
    assert "hunter2" not in json.dumps(item)
