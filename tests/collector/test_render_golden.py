"""Source types, directories and value files against the outputs of Argo CD's own functions."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from auditor.collector.render import directory_engine, jsonnet_engine
from auditor.collector.render.detection import folder_of, overridden, type_of
from auditor.collector.render.directory_job import selected
from auditor.collector.render.failure import NotRendered
from auditor.collector.render.value_files import Lookup, read_all
from auditor.collector.tree import Tree
from tests.collector.git_support import tree

VECTORS = Path(__file__).parents[1] / "golden" / "vectors" / "source_detection.json"
ALL = json.loads(VECTORS.read_text("utf-8"))["cases"] if VECTORS.is_file() else []
# Tools and schemes switched off in argocd-cm and the size limit are not modelled here.
LEFT_OUT = ("combined size", "no remote scheme")
NO_IMPORTS: dict[str, Any] = {
    "root": "/nowhere", "libs": [], "ext_vars": {}, "ext_codes": {}, "tla_vars": {}, "tla_codes": {}
}  # fmt: skip
# An Application with several sources refuses an unknown reference before value files are looked at.
REFUSED_BEFORE = re.compile(r"\$(?!values)")


def cases(kind: str) -> list[Any]:
    found = [case for case in ALL if case["input"]["kind"] == kind and _is_modelled(case)]
    return [pytest.param(case, id=case["id"]) for case in found]


def _is_modelled(case: Mapping[str, Any]) -> bool:
    if any(word in case["why"] for word in LEFT_OUT) or case["input"].get("tools"):
        return False
    return not any(REFUSED_BEFORE.match(name) for name in case["input"].get("value_files", ()))


@pytest.mark.parametrize("case", cases("type"))
def test_type_is_the_one_argocd_detects(case: Mapping[str, Any]) -> None:
    given, expected = case["input"], case["output"]
    files = tree({"README.md": "", **given["files"], f"{given['app_path']}/.keep": ""})
    if expected["error"] is not None:
        with pytest.raises(NotRendered):
            _type(given, files)
    else:
        assert _type(given, files) == expected["type"]


def _type(given: Mapping[str, Any], files: Tree) -> str:
    source = overridden(given["source"], given["app_path"], given["app"], files)
    return type_of(source, given["app_path"], files)


@pytest.mark.parametrize("case", cases("directory"))
def test_directory_gives_the_objects_argocd_finds(case: Mapping[str, Any]) -> None:
    given, expected = case["input"], case["output"]
    files = tree(given["files"])
    if expected["error"] is not None:
        with pytest.raises(NotRendered):
            _objects(given, files)
    else:
        assert _objects(given, files) == [name for name in expected["objects"] if name != "/"]


def _objects(given: Mapping[str, Any], files: Tree) -> list[str]:
    found: list[str] = []
    for path, target in selected(given["directory"], "app", files):
        if path.endswith(".jsonnet"):
            raws = jsonnet_engine.objects_of(path, files.read(target), NO_IMPORTS)
        else:
            raws = _unexpanded(path, files.read(target))
        found += [f"{raw['kind']}/{raw.get('metadata', {}).get('name', '')}" for raw in raws]
    return found


def _unexpanded(path: str, data: bytes) -> list[dict[str, Any]]:
    found = directory_engine.objects_of_file(path, data)
    # The vectors stop before lists are expanded.
    text = data.decode()
    if "kind: List" in text:
        assert [raw["kind"] for raw in found] == ["ConfigMap"]
        return [{"kind": "List"}]
    return found if "items: null" not in text else [{"kind": "ConfigMapList"}]


@pytest.mark.parametrize("case", cases("value_files"))
def test_value_files_are_those_argocd_passes(case: Mapping[str, Any]) -> None:
    given, expected = case["input"], case["output"]
    others = {url: tree(files) for url, files in given["ref_files"].items()}
    refs = {name: (lambda url=url: others[url]) for name, url in given["refs"].items()}
    lookup = Lookup(given["app_path"], tree(given["files"]), refs, given["env"])
    code, found = _read(given, lookup)
    if code == "values_url_not_fetched":
        assert expected["error"] is None
    elif code == "values_file_missing":
        # Upstream leaves it to Helm to complain about a file that is not there.
        assert not given["ignore_missing"]
    elif code:
        assert expected["error"] is not None
    else:
        assert expected["error"] is None
        assert found == [name.partition(">/")[2] for name in expected["resolved"]]


def _read(given: Mapping[str, Any], lookup: Lookup) -> tuple[str, list[str]]:
    try:
        found = read_all(given["value_files"], lookup, ignore_missing=given["ignore_missing"])
    except NotRendered as failure:
        return failure.code, []
    return "", [file["path"] for file in found]


@pytest.mark.parametrize("case", cases("app_path"))
def test_path_is_refused_where_argocd_refuses_it(case: Mapping[str, Any]) -> None:
    given, expected = case["input"], case["output"]
    files = tree(given["files"])
    if expected["error"] is not None:
        with pytest.raises(NotRendered):
            folder_of(given["path"], files)
    else:
        assert folder_of(given["path"], files) == expected["path"].removeprefix("<repo>").strip("/")
