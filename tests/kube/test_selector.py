"""Label selectors as apimachinery reads them."""

from typing import Any

import pytest

from auditor.kube.selector import BadSelector, matches

LABELS = {"team": "shop", "tier": "production"}


@pytest.mark.parametrize(
    ("selector", "answer"),
    [
        ({}, True),
        ({"matchLabels": {"team": "shop"}}, True),
        ({"matchLabels": {"team": "shop", "tier": "staging"}}, False),
        (
            {"matchExpressions": [{"key": "team", "operator": "In", "values": ["a", "shop"]}]},
            True,
        ),
        ({"matchExpressions": [{"key": "zone", "operator": "NotIn", "values": ["a"]}]}, True),
        ({"matchExpressions": [{"key": "team", "operator": "NotIn", "values": ["shop"]}]}, False),
        ({"matchExpressions": [{"key": "team", "operator": "Exists"}]}, True),
        ({"matchExpressions": [{"key": "team", "operator": "DoesNotExist"}]}, False),
        (
            {
                "matchLabels": {"team": "shop"},
                "matchExpressions": [{"key": "zone", "operator": "Exists"}],
            },
            False,
        ),
    ],
)
def test_every_requirement_counts(selector: Any, *, answer: bool) -> None:
    assert matches(selector, LABELS) is answer


@pytest.mark.parametrize(
    "requirement",
    [
        {"key": "team", "operator": "Like", "values": ["s*"]},
        {"key": "team", "operator": "in", "values": ["shop"]},
        {"key": "team", "operator": "In"},
        {"key": "team", "operator": "Exists", "values": ["shop"]},
    ],
)
def test_what_the_api_refuses_is_refused(requirement: Any) -> None:
    with pytest.raises(BadSelector):
        matches({"matchExpressions": [requirement]}, LABELS)
