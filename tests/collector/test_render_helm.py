"""Helm sources, rendered by the real Helm, and charts that must be stopped."""

import contextlib
import json
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from auditor.collector.git import RenderLimits
from tests.collector.git_support import (
    CHART,
    application,
    collected,
    commit,
    config_map,
    error,
    git,
    looked,
    names,
    one,
    renderings,
    repository,
    values,
    write,
)


def test_values_win_in_the_order_of_helm(tmp_path: Path) -> None:
    files = {
        **CHART,
        "chart/one.yaml": "a: one\nb: {x: one}\nc: one\n",
        "two.yaml": "c: two\nb: {y: null}\n",
    }
    helm = {
        "valueFiles": ["one.yaml", "/two.yaml"],
        "values": "ignored: true",
        "valuesObject": {"c": "object", "d": "object"},
        "parameters": [
            {"name": "d", "value": "$ARGOCD_APP_NAME,x"},
            {"name": "n", "value": "12"},
            {"name": "text", "value": "12", "forceString": True},
            {"name": "list[1]", "value": "{a,b}"},
            {"name": "n", "value": "13"},
        ],
        "fileParameters": [{"name": "file", "path": "one.yaml"}],
    }
    assert values(one(tmp_path, files, helm=helm)) == {
        "a": "one", "b": {"x": "one"}, "c": "object", "d": "app,x", "n": 13, "text": "12",
        "list": [None, ["a", "b"]], "file": files["chart/one.yaml"],
    }  # fmt: skip


def test_release_namespace_and_versions_reach_the_template(tmp_path: Path) -> None:
    helm = {"releaseName": "rel", "namespace": "elsewhere", "kubeVersion": "v1.30.1"}
    (entry,) = one(tmp_path, CHART, helm=helm)["objects"]
    assert entry["template"] == "chart/templates/cm.yaml"
    assert entry["manifest"]["metadata"] == {"name": "rel", "namespace": "shop"}
    assert entry["manifest"]["data"]["other"] == "elsewhere v1.30.1"


def test_definitions_hooks_and_tests_are_rendered_unless_switched_off(tmp_path: Path) -> None:
    definition = (
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: d}\n"
    )
    hook = (
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {0}\n  annotations:\n    helm.sh/hook: {1}\n"
    )
    files = {
        **CHART,
        "chart/crds/d.yaml": definition,
        "chart/templates/hook.yaml": hook.replace("{0}", "h").replace("{1}", "pre-install"),
        "chart/templates/test.yaml": hook.replace("{0}", "t").replace("{1}", "test"),
        "chart/templates/NOTES.txt": "no manifest",
        "chart/templates/_part.yaml": "no manifest",
    }
    crd, pod = ["CustomResourceDefinition/d"], ["ConfigMap/app", "Pod/h", "Pod/t"]
    item = one(tmp_path / "a", files)
    assert names(item) == [*crd, *pod]
    assert item["objects"][0]["template"] == "chart/crds/d.yaml"
    without = one(tmp_path / "b", files, helm={"skipCrds": True, "skipTests": True})
    assert names(without) == pod[:2]


def test_schema_is_checked_unless_switched_off(tmp_path: Path) -> None:
    schema = {"chart/values.schema.json": '{"properties": {"a": {"type": "integer"}}}'}
    assert error(one(tmp_path / "a", {**CHART, **schema})) == ("render_failed", True)
    item = one(tmp_path / "b", {**CHART, **schema}, helm={"skipSchemaValidation": True})
    assert names(item) == ["ConfigMap/app"]


def dependency(text: str) -> dict[str, str]:
    return {**CHART, "chart/Chart.yaml": f"{CHART['chart/Chart.yaml']}dependencies:\n- {text}\n"}


def test_dependency_that_is_not_vendored_cannot_be_looked_at(tmp_path: Path) -> None:
    files = dependency(
        "{name: redis, version: 1.x, repository: 'https://charts.example.com',"
        " condition: redis.enabled}"
    )
    item = one(tmp_path / "a", files)
    assert error(item) == ("chart_dependency_not_at_hand", False)
    assert item["error"]["facts"]["repository"] == "https://charts.example.com"
    off = one(tmp_path / "b", files, helm={"values": "redis: {enabled: false}"})
    assert names(off) == ["ConfigMap/app"]


def test_dependency_inside_the_repository_is_assembled(tmp_path: Path) -> None:
    files = {
        **dependency("{name: common, version: 1.0.0, repository: 'file://../common', alias: base}"),
        "common/Chart.yaml": "apiVersion: v2\nname: common\nversion: 1.0.0\n",
        "common/templates/x.yaml": config_map("from-{{ .Chart.Name }}-{{ .Values.v }}"),
    }
    item = one(tmp_path, files, helm={"values": "base: {v: 1}"})
    assert "ConfigMap/from-base-1" in names(item)


@pytest.mark.parametrize(
    ("template", "code", "facts"),
    [
        ("a: {{ .Values.no.thing }}\n", "render_failed",
         {"file": "chart/templates/x.yaml", "line": 1}),
        ('a: {{ fail "no" }}\n', "render_failed", {"file": "chart/templates/x.yaml"}),
        ("a: {{ }\n", "render_failed", {"file": "chart/templates/x.yaml", "line": 1}),
        ("kind: X\na: [\n", "render_failed", {"file": "chart/templates/x.yaml", "line": 3}),
        ("a: 1\n", "render_failed", {"message": "Object 'Kind' is missing"}),
        ('{{ define "x" }}{{ include "x" . }}{{ end }}{{ include "x" . }}', "render_failed", {}),
    ],
)  # fmt: skip
def test_template_that_fails_names_its_file(
    tmp_path: Path, template: str, code: str, facts: dict[str, Any]
) -> None:
    item = one(tmp_path, {**CHART, "chart/templates/x.yaml": template})
    assert error(item) == (code, True)
    assert facts.items() <= item["error"]["facts"].items()
    assert str(tmp_path) not in json.dumps(item["error"])
    assert "trees/" not in json.dumps(item["error"])


BUSY = "{{ $l := until 10000 }}{{ range $l }}{{ range $l }}{{ range $l }}" + "{{ end }}" * 3
ENDLESS = "{{ range until 2000000000 }}{{ end }}"
SWELLING = (
    '{{ $x := "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" }}'
    "{{ range until 26 }}{{ $x = print $x $x }}{{ end }}x: {{ $x }}"
)
WIDE = 'kind: X\nx: "{{ repeat 6000000 "a" }}"\n'


@pytest.mark.parametrize(
    ("template", "limits", "limit"),
    [
        (BUSY, RenderLimits(time=timedelta(seconds=2)), "time"),
        (ENDLESS, RenderLimits(memory=600_000_000), "memory|time"),
        (SWELLING, RenderLimits(memory=600_000_000), "memory"),
        (WIDE, RenderLimits(output=5_000_000), "output"),
    ],
    ids=["endless", "list", "swelling", "wide"],
)  # fmt: skip
def test_chart_without_measure_is_stopped_and_the_next_is_rendered(
    tmp_path: Path, template: str, limits: RenderLimits, limit: str
) -> None:
    files = {
        **CHART,
        "bad/Chart.yaml": CHART["chart/Chart.yaml"],
        "bad/templates/x.yaml": template,
        "apps/bad.yaml": application("bad", "bad"),
        "apps/good.yaml": application("good", "chart"),
        "apps/later.yaml": application("later", "chart"),
    }
    begun = time.monotonic()
    looks = looked(repository(tmp_path / "r", files), limits=limits, workers=1)
    assert time.monotonic() - begun < 20
    items = renderings(looks)
    assert error(items["bad#0"]) == ("render_limit", False)
    assert items["bad#0"]["error"]["facts"]["limit"] in limit.split("|")
    assert names(items["good#0"]) == ["ConfigMap/good"]
    assert names(items["later#0"]) == ["ConfigMap/later"]
    assert [gap.code for gap in collected(looks["renderings"]).gaps] == ["render_limit"]


def children(parent: int) -> set[str]:
    """Return the processes that `parent` started, by /proc: a bare system has no ps."""
    found = set()
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            _, _, rest = file.read_text().rpartition(")")
            if rest.split()[1] == str(parent):
                found.add(file.parent.name)
    return found


def test_worker_ends_with_the_one_who_asked(tmp_path: Path) -> None:
    write(tmp_path, {"chart/Chart.yaml": CHART["chart/Chart.yaml"], "chart/templates/x.yaml": BUSY})
    git(tmp_path, "init", "-q", "-b", "main", ".")
    commit(tmp_path, {"app.yaml": application("app", "chart")})
    code = (
        "import sys, threading, os, subprocess\n"
        "from pathlib import Path\n"
        "from tests.collector.git_support import looked\n"
        "threading.Timer(3, os._exit, (9,)).start()\n"
        "looked(Path(sys.argv[1]), workers=1)\n"
    )
    here = {**os.environ, "TMPDIR": str(tmp_path)}
    asked = subprocess.Popen(
        (sys.executable, "-c", code, str(tmp_path)), cwd=Path(__file__).parents[2], env=here
    )
    workers: set[str] = set()
    while asked.poll() is None:
        workers |= children(asked.pid)
        time.sleep(0.1)
    assert asked.returncode == 9
    time.sleep(2.5)
    assert workers
    assert not [pid for pid in workers if Path(f"/proc/{pid}").exists()]
