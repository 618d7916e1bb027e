"""Sources that want more than they are given, and what is to be said of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tests.collector.git_support import config_map

_CHART: Final = "apiVersion: v2\nname: web\nversion: 1.0.0\n"
OUTSIDE: Final = "text-of-a-file-outside-the-repository"
"""Stands in a file beside the repository; wherever it turns up, something leaked."""
BOMB: Final = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 12)
)
_UP: Final = "../" * 40
EXPLODING: Final = "**/" * 12 + "*a" * 18 + "*b"
"""Matching it by trying takes longer than anybody waits."""
LONG_NAME: Final = "/".join(["a" * 60] * 3)
_ENDLESS_RANGE: Final = "{{ range $l }}" * 3 + "{{ end }}" * 3
_CALLS: Final = "".join(
    f'{{{{ define "t{i}" }}}}' + f'{{{{ template "t{i + 1}" }}}}' * 2 + "{{ end }}"
    for i in range(60)
)


@dataclass(frozen=True, slots=True)
class Trap:
    """One source, and the gap its rendering ends with; none: it renders and holds nothing."""

    files: Mapping[str, str | bytes]
    gap: str = ""
    source: Mapping[str, Any] = field(default_factory=dict)
    spec: Mapping[str, Any] = field(default_factory=dict)


def _chart(name: str, template: str, values: str = "") -> dict[str, str | bytes]:
    return {
        f"{name}/Chart.yaml": _CHART,
        f"{name}/values.yaml": values,
        f"{name}/templates/x.yaml": template,
    }


def _files(name: str, gap: str, **helm: Any) -> Trap:
    return Trap(_chart(name, config_map("x")), gap, {"helm": helm})


def _folder(name: str, gap: str, **files: str) -> Trap:
    return Trap({f"{name}/{file.replace('_', '.')}": text for file, text in files.items()}, gap)


def _kustomized(name: str, gap: str, text: str, **files: str) -> Trap:
    return _folder(name, gap, kustomization_yaml=text, **files)


def _imported(name: str, written: str) -> Trap:
    text = "{apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'x'}, data: {a: importstr '%s'}}"
    return _folder(name, "render_failed", a_jsonnet=text % written)


def quick(port: int, outside: str) -> dict[str, Trap]:
    """Return the traps that are refused at once; nobody may call `port` or read `outside`."""
    url = f"http://127.0.0.1:{port}"
    reading = "".join(
        f"  k{i}: {{{{ {action} | toString | quote }}}}\n"
        for i, action in enumerate(
            (
                f'.Files.Get "{_UP}etc/passwd"',
                '.Files.Get "/etc/passwd"',
                f'.Files.Get "{outside}"',
                '.Files.Get "../../outside.txt"',
                f'.Files.Lines "{_UP}etc/passwd"',
                '(.Files.Glob "../**").AsConfig',
                f'(.Files.Glob "{outside}").AsConfig',
            )
        )
    )
    function = (
        "apiVersion: example.com/v1\nkind: G\nmetadata:\n  name: g\n  annotations:\n"
        "    config.kubernetes.io/function: |\n      {kind}\n"
    )
    return {
        "chart-reads": Trap(_chart("chart-reads", config_map("x") + "data:\n" + reading)),
        "chart-calls-itself": Trap(
            _chart(
                "chart-calls-itself",
                '{{ define "x" }}{{ include "x" . }}{{ end }}{{ include "x" . }}',
            ),
            "render_failed",
        ),
        "chart-defaults-bomb": Trap(
            _chart("chart-defaults-bomb", config_map("x"), BOMB), "render_failed"
        ),
        "chart-expression": Trap(
            _chart(
                "chart-expression",
                config_map("x") + 'data: {a: {{ regexMatch "(a+)+$" '
                '(printf "%s!" (repeat 100000 "a")) | quote }}}\n',
            )
        ),
        "file-parameter-up": _files(
            "file-parameter-up",
            "values_file_outside_repository",
            fileParameters=[{"name": "a", "path": f"{_UP}etc/passwd"}],
        ),
        "file-parameter-absolute": _files(
            "file-parameter-absolute",
            "values_file_missing",
            fileParameters=[{"name": "a", "path": outside}],
        ),
        "values-up": _files(
            "values-up", "values_file_outside_repository", valueFiles=["../../../../outside.txt"]
        ),
        "values-absolute": _files("values-absolute", "values_file_missing", valueFiles=[outside]),
        "values-getter": _files(
            "values-getter", "values_file_missing", valueFiles=[f"git::{url}/x.git//v.yaml"]
        ),
        "values-file-scheme": _files(
            "values-file-scheme", "values_scheme_not_allowed", valueFiles=[f"file://{outside}"]
        ),
        "values-plugin-scheme": _files(
            "values-plugin-scheme",
            "values_scheme_not_allowed",
            valueFiles=[f"secrets+age-import://{outside}"],
        ),
        "values-http": _files(
            "values-http", "values_url_not_fetched", valueFiles=[f"{url}/values.yaml"]
        ),
        "values-bomb": Trap(
            {**_chart("values-bomb", config_map("x")), "values-bomb/b.yaml": BOMB},
            "values_file_unreadable",
            {"helm": {"valueFiles": ["b.yaml"]}},
        ),
        "values-inline-bomb": _files("values-inline-bomb", "values_file_unreadable", values=BOMB),
        "values-pattern": Trap(
            {**_chart("values-pattern", config_map("x")), f"values-pattern/{LONG_NAME}.yaml": ""},
            "values_file_missing",
            {"helm": {"valueFiles": [EXPLODING]}},
        ),
        "directory-pattern": Trap(
            {f"directory-pattern/{LONG_NAME}.yaml": config_map("x")},
            "",
            {"directory": {"recurse": True, "include": EXPLODING}},
        ),
        "directory-bomb": _folder("directory-bomb", "render_failed", a_yaml=config_map("x") + BOMB),
        "base-outside": _kustomized(
            "base-outside", "path_outside_repository", f"resources: [{_UP}etc]\n"
        ),
        "base-file-outside": _kustomized(
            "base-file-outside",
            "render_failed",
            f"configMapGenerator: [{{name: x, files: [a={outside}, b={_UP}etc/passwd]}}]\n",
        ),
        "base-remote": _kustomized(
            "base-remote", "remote_base_not_given", f"resources: ['{url}/x.yaml']\n"
        ),
        "base-remote-git": _kustomized(
            "base-remote-git", "remote_base_not_given", f"resources: ['git::{url}/x.git//y']\n"
        ),
        "base-helm": _kustomized(
            "base-helm",
            "kustomize_helm_not_run",
            f"helmCharts: [{{name: x, repo: '{url}', version: '1'}}]\n",
        ),
        "base-exec": _kustomized(
            "base-exec",
            "render_failed",
            "generators: [g.yaml]\n",
            g_yaml=function.format(kind="exec: {path: ./run.sh}"),
            run_sh="#!/bin/sh\ntouch ran\n",
        ),
        "base-container": _kustomized(
            "base-container",
            "render_failed",
            "transformers: [g.yaml]\n",
            g_yaml=function.format(kind="container: {image: example.com/x, network: true}"),
        ),
        "base-bomb": _kustomized("base-bomb", "render_failed", BOMB),
        "jsonnet-absolute": _imported("jsonnet-absolute", outside),
        "jsonnet-up": _imported("jsonnet-up", f"{_UP}etc/passwd"),
        "jsonnet-library": Trap(
            {"jsonnet-library/a.jsonnet": "import 'passwd'"},
            "path_outside_repository",
            {"directory": {"jsonnet": {"libs": [f"{_UP}etc"]}}},
        ),
        **{
            name: Trap(
                {f"{name}/a.yaml": config_map("x")},
                "",
                spec={
                    "ignoreDifferences": [{"kind": "ConfigMap", "jqPathExpressions": [expression]}]
                },
            )
            for name, expression in ENDLESS_JQ.items()
        },
    }


ENDLESS_JQ: Final = {
    "jq-calls-itself": ".data | def f: f; f",
    "jq-doubles": "|".join(["(.,.)"] * 40),
    "jq-grows": '.data | [range(1e10)] | join("")',
}


def greedy() -> dict[str, Trap]:
    """Return the traps that only a limit ends; the gap is `render_limit`."""
    templates = {
        "chart-loops": "{{ $l := until 10000 }}" + _ENDLESS_RANGE,
        "chart-lists": "{{ range until 2000000000 }}{{ end }}",
        "chart-repeats": 'x: {{ repeat 100000 (repeat 100000 "a") }}',
        "chart-prints": '{{ $x := "aaaaaaaaaaaaaaaa" }}{{ range until 30 }}'
        '{{ $x = printf "%s%s" $x $x }}{{ end }}x: {{ $x }}',
        "chart-fills-itself": "{{ tpl .Values.t . }}",
    }
    values = {"chart-fills-itself": 't: "{{ tpl .Values.t . }}"\n'}
    charts = {
        name: Trap(_chart(name, text, values.get(name, "")), "render_limit")
        for name, text in templates.items()
    }
    return {
        **charts,
        "jsonnet-loops": _folder(
            "jsonnet-loops",
            "render_limit",
            a_jsonnet="local f(n) = if n == 0 then 0 else f(n - 1) tailstrict; [f(1e12)]",
        ),
        "jsonnet-grows": _folder(
            "jsonnet-grows",
            "render_limit",
            a_jsonnet="local d(s, n) = if n == 0 then s else d(s + s, n - 1); "
            "{a: d('aaaaaaaa', 40)}",
        ),
        "base-grows": _kustomized(
            "base-grows", "render_limit", "resources: [a.yaml]\n", a_yaml=config_map("x") + BOMB
        ),
        "values-50-mb": Trap(
            {
                **_chart("values-50-mb", config_map("x")),
                "values/many.yaml": "a:\n" + "- a\n" * 12_500_000,
            },
            "render_limit",
            {"helm": {"valueFiles": ["../values/many.yaml"]}},
        ),
    }


def application_sets() -> dict[str, dict[str, Any]]:
    """Return ApplicationSets that generate without measure, by name: their `spec`."""
    words = [{"name": f"n{i}"} for i in range(400)]
    listed = [{"list": {"elements": words}}]
    thousand = ",".join(f"e{i}" for i in range(1000))
    ranges = "{{ $l := splitList `,` `" + thousand + "` }}" + _ENDLESS_RANGE
    inner = {"matrix": {"generators": listed * 2}}
    names = {
        "set-ranges": ranges,
        "set-calls": f'{_CALLS}{{{{ define "t60" }}}}{{{{ end }}}}{{{{ template "t0" }}}}',
        "set-grows": "{{ $x := `aaaaaaaa` }}" + "{{ $x = print $x $x }}" * 40 + "{{ $x }}",
        "set-indents": "{{ indent 100000000000 `a` }}",
        "set-replaces": "{{ $x := `aaaaaaaa` }}" + "{{ $x = replace `a` $x $x }}" * 8 + "{{ $x }}",
    }
    found = {
        name: _set([{"list": {"elements": [{"a": "b"}]}}], text) for name, text in names.items()
    }
    found["set-matrix"] = _set([{"matrix": {"generators": [inner, *listed]}}], "{{ .name }}")
    found["set-yaml"] = _set([{"list": {"elementsYaml": f"- {{{BOMB_FLOW}}}"}}], "{{ .name }}")
    found["set-patch"] = {
        **_set([{"list": {"elements": [{"a": "b"}]}}], "x"),
        "templatePatch": ranges,
    }
    return found


BOMB_FLOW: Final = BOMB.strip().replace("\n", ", ")


def _set(generators: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return {
        "goTemplate": True,
        "generators": generators,
        "template": {
            "metadata": {"name": name},
            "spec": {"project": "default", "destination": {}, "source": {}},
        },
    }
