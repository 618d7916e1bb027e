"""Every golden vector about policy, permission and order against the models in `models_policy`."""

from typing import Any

import pytest

from tests.golden import conformance
from tests.golden.models_policy import REGISTRY

CONTRADICTED = {"apply-customresourcedefinition-target-validate-false-live-absent-app-2"}
"""The engine at the commit of the vectors, run on this input, answers validate=false as we do."""

CASES = [
    pytest.param(
        area,
        case,
        id=f"{area}-{case['id']}",
        marks=[pytest.mark.xfail(reason="the vector contradicts the engine", strict=True)]
        if case["id"] in CONTRADICTED
        else [],
    )
    for area in sorted(REGISTRY)
    for case in conformance.cases(area)
]


@pytest.mark.parametrize(("area", "case"), CASES)
def test_model_answers_as_argocd_does(area: str, case: dict[str, Any]) -> None:
    assert REGISTRY[area](case["input"]) == case["output"]


def test_every_kind_of_case_has_a_model() -> None:
    from tests.golden.models_policy import MODELS

    asked = {area: {case["input"]["kind"] for case in conformance.cases(area)} for area in MODELS}
    missing = {area: kinds - set(MODELS[area]) for area, kinds in asked.items()}
    assert not any(missing.values()), missing
