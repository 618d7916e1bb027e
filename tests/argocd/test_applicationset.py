"""Generated Applications: what cannot be known here says so, and nothing malformed raises."""

from typing import Any

import pytest

from auditor.argocd.applicationset import generated
from auditor.argocd.applicationset_params import NeedsOutside
from auditor.argocd.applicationset_text import GenerationError, replaced

TEMPLATE = {"metadata": {"name": "{{.name}}"}, "spec": {"project": "p"}}
SCALARS: list[Any] = [None, True, 0, 1.5, "x", [], {}, [None], [[]], [{}], {"x": None}]


def of(*generators: Any, **spec: Any) -> dict[str, Any]:
    rest = {"goTemplate": True, "template": TEMPLATE, **spec}
    return {"metadata": {"namespace": "argocd"}, "spec": {"generators": list(generators), **rest}}


def test_a_generator_of_the_outside_is_named() -> None:
    with pytest.raises(NeedsOutside, match="clusters"):
        generated(of({"clusters": {}}))


def test_nulls_and_numbers_are_filled_as_go_prints_them() -> None:
    params = {"n": 3, "f": 0.25, "big": 12345678, "gone": None, "m": {"b": 1, "a": [True]}}
    text = "{{.n}} {{.f}} {{.big}} {{.gone}} {{.m}}"
    assert replaced(text, params, is_go=True) == (
        "3 0.25 1.2345678e+07 <no value> map[a:[true] b:1]"
    )


@pytest.mark.parametrize(
    "text",
    [
        "{{define}}",
        "{{template}}",
        "{{if}}x{{end}}",
        "{{range .a}}",
        "{{else}}",
        "{{|}}",
        "{{(.a}}",
        "{{.a)}}",
        "{{index .a}}{{index .b 1}}",
        '{{define "x"}}{{template "x"}}{{end}}{{template "x"}}',
        '{{"',
        "{{`",
        "{{/* x",
        "{{" + "(" * 5000,
        "{{len 3}}",
        "{{.a.b.c}}",
        "{{" + "if .a}}{{" * 5000,
    ],
    ids=lambda text: text[:24],
)
def test_a_malformed_template_is_an_error_of_generation(text: str) -> None:
    with pytest.raises(GenerationError):
        replaced(text, {"a": "x"}, is_go=True)


@pytest.mark.parametrize("value", SCALARS, ids=repr)
@pytest.mark.parametrize("kind", ["list", "matrix", "merge", "selector"])
def test_garbage_generates_nothing_and_raises_nothing(kind: str, value: Any) -> None:
    inner = {"list": {"elements": value, "template": value}}
    children = {"generators": [inner, inner], "mergeKeys": ["x"]}
    for generator in ({kind: value}, {kind: {"generators": value, "elements": value}}):
        generated(of(generator))
    generated(of({"matrix": children}, {"merge": children}, template=value))
    generated(of(inner, template=value, templatePatch=value, syncPolicy=value))
    generated({"spec": value, "metadata": value})
    generated(value)
