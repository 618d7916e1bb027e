"""What is remarked of a source beside its output, seen in real repositories and charts."""

from pathlib import Path
from typing import Any

import pytest

from auditor.collector.render import helm_remarks
from auditor.collector.render.failure import unseen
from tests.collector.git_support import CHART, config_map
from tests.collector.git_support import one as rendered

REMARKS = ("markers", "overrides", "absent_values", "kindless", "below", "unstable", "unread")
QUIET = {
    "chart/Chart.yaml": CHART["chart/Chart.yaml"],
    "chart/values.yaml": "image: {tag: chart}\npod: {labels: {a: chart}}\n",
    "chart/templates/cm.yaml": config_map("{{ .Release.Name }}")
    + "data:\n  tag: '{{ .Values.image.tag }}'\n",
}


def one(folder: Path, files: dict[str, str], path: str = "chart", **source: Any) -> dict[str, Any]:
    item = rendered(folder, files, path, **source)
    assert "error" not in item
    return item


def remarks(item: dict[str, Any]) -> dict[str, Any]:
    return {name: item[name] for name in REMARKS if name in item}


def templated(line: str) -> dict[str, str]:
    return {**QUIET, "chart/templates/more.yaml": config_map("more") + f"data:\n  a: '{line}'\n"}


def parameters(*names: str) -> dict[str, Any]:
    return {"parameters": [{"name": name, "value": "1"} for name in names]}


def test_parameters_that_no_template_reads_are_named(tmp_path: Path) -> None:
    item = one(tmp_path, QUIET, helm=parameters("image.tag", "replicas", "image.name"))
    assert remarks(item) == {"markers": ["Chart.yaml"], "unread": ["image.name", "replicas"]}


@pytest.mark.parametrize(
    "line",
    [
        "{{ toJson .Values }}",
        '{{ index .Values "replicas" }}',
        "{{ .Values.replicas }}",
        "{{ with .Values }}{{ .replicas }}{{ end }}",
        '{{ tpl "x" . }}',
    ],
)
def test_a_chart_that_may_read_the_parameter_is_believed(tmp_path: Path, line: str) -> None:
    quoted = line.replace("'", "''")
    item = one(tmp_path, templated(quoted), helm=parameters("replicas"))
    assert remarks(item) == {"markers": ["Chart.yaml"]}


def test_a_part_of_what_a_template_reads_whole_is_read(tmp_path: Path) -> None:
    item = one(tmp_path, templated("{{ toJson .Values.pod }}"), helm=parameters("pod.labels.a"))
    assert "unread" not in item


@pytest.mark.parametrize(
    "function",
    ["randAlphaNum 16", "uuidv4", "now | unixEpoch", 'genPrivateKey "ecdsa" | b64enc'],
)
def test_objects_that_change_by_themselves_are_named(tmp_path: Path, function: str) -> None:
    item = one(tmp_path, templated("{{ " + function + " }}"))
    assert item["unstable"] == [
        {"apiVersion": "v1", "kind": "ConfigMap", "namespace": "", "name": "more"}
    ]


def test_a_secret_is_compared_before_its_values_are_replaced(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  p: '{{ P }}'\n"
    files = {**QUIET, "chart/templates/s.yaml": text.replace("P", "randAlphaNum 9")}
    assert [remark["kind"] for remark in one(tmp_path, files)["unstable"]] == ["Secret"]


def test_a_slow_chart_is_not_rendered_again(tmp_path: Path) -> None:
    chart = tmp_path / "chart"
    (chart / "templates").mkdir(parents=True)
    (chart / "templates" / "a.yaml").write_text("a: {{ randAlpha 3 }}")

    def refuse(_job: object, _output: int) -> list[dict[str, Any]]:
        raise unseen("render_limit", limit="time")

    job = {"chart": str(chart), "set": []}
    assert helm_remarks.remarks(job, [], 1, refuse) == {"unrepeated": True}


def test_a_random_function_that_is_not_reached_changes_nothing(tmp_path: Path) -> None:
    line = "{{ if .Values.password }}fixed{{ else }}fixed{{ end }}{{/* randAlphaNum */}}"
    assert "unstable" not in one(tmp_path, templated(line))


def test_missing_value_files_that_are_passed_over_are_named(tmp_path: Path) -> None:
    helm = {
        "valueFiles": ["values-a.yaml", "values-b.yaml", "more/*.yaml"],
        "ignoreMissingValueFiles": True,
    }
    item = one(tmp_path, {**QUIET, "chart/values-a.yaml": "a: 1\n"}, helm=helm)
    assert item["absent_values"] == ["values-b.yaml", "more/*.yaml"]


def test_override_files_are_named_with_what_they_change(tmp_path: Path) -> None:
    files = {
        **QUIET,
        "chart/.argocd-source.yaml": "helm: {releaseName: other}\n",
        "chart/.argocd-source-else.yaml": "helm: {releaseName: nobody}\n",
    }
    item = one(tmp_path, files)
    assert item["overrides"] == {"files": ["chart/.argocd-source.yaml"], "blocks": ["helm"]}
    assert item["objects"][0]["manifest"]["metadata"]["name"] == "other"


def test_an_override_file_that_says_the_same_is_no_override(tmp_path: Path) -> None:
    files = {**QUIET, "chart/.argocd-source.yaml": "helm: {releaseName: other}\n"}
    assert "overrides" not in one(tmp_path, files, helm={"releaseName": "other"})


def test_manifests_below_a_directory_count_only_where_nothing_else_is_there(tmp_path: Path) -> None:
    files = {"d/sub/a.yaml": config_map("a"), "d/sub/values.yaml": "a: 1\n", "d/README.md": "x"}
    assert remarks(one(tmp_path / "a", files, "d")) == {"below": 1}
    assert remarks(one(tmp_path / "b", files, "d", directory={"recurse": True})) == {}
    both = {**files, "d/b.yaml": config_map("b")}
    assert remarks(one(tmp_path / "c", both, "d")) == {}
    left_out = {"exclude": "sub/*"}
    assert remarks(one(tmp_path / "d", files, "d", directory=left_out)) == {}


def test_manifests_without_a_kind_are_named(tmp_path: Path) -> None:
    files = {
        "d/a.yaml": "apiVersion: v1\nmetadata: {name: a}\ndata: {a: b}\n",
        "d/values.yaml": "image: {tag: 1}\n",
        "d/b.yaml": config_map("b"),
    }
    item = one(tmp_path, files, "d")
    assert remarks(item) == {"kindless": ["d/a.yaml"]}
    assert len(item["objects"]) == 1


def test_the_files_of_another_tool_are_named(tmp_path: Path) -> None:
    files = {"d/kustomization.yaml": "resources: [a.yaml]\n", "d/a.yaml": config_map("a")}
    item = one(tmp_path, files, "d", directory={"recurse": True, "include": "a.yaml"})
    assert item["type"] == "Directory"
    assert remarks(item) == {"markers": ["kustomization.yaml"]}
