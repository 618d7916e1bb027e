"""Every golden vector about objects and sources against the models in `models_objects`."""

from typing import Any

import pytest

from tests.golden import conformance
from tests.golden.models_objects import REGISTRY

CASES = [
    pytest.param(area, case, id=f"{area}-{case['id']}")
    for area in REGISTRY
    for case in conformance.cases(area)
]


@pytest.mark.parametrize(("area", "case"), CASES)
def test_model_answers_as_argocd_does(area: str, case: dict[str, Any]) -> None:
    assert REGISTRY[area](case["input"]) == case["output"]
