"""Label selectors; mirrors `LabelSelectorAsSelector` of apimachinery."""

from collections.abc import Mapping
from typing import Any

from auditor.kube.loose import mapping, mappings, text, texts


class BadSelector(ValueError):
    """A selector that the API would refuse."""


def matches(selector: Any, labels: Mapping[str, Any]) -> bool:
    """Tell whether `labels` meet every requirement; an empty selector means everything.

    Raise `BadSelector` for an operator that does not exist or values that do not fit it.
    """
    wanted = mapping(selector, "matchLabels")
    return all(labels.get(key) == value for key, value in wanted.items()) and all(
        _meets(requirement, labels) for requirement in mappings(selector, "matchExpressions")
    )


def _meets(requirement: Mapping[str, Any], labels: Mapping[str, Any]) -> bool:
    key, values = text(requirement, "key"), texts(requirement, "values")
    operator = text(requirement, "operator")
    if (operator in {"In", "NotIn"}) != bool(values):
        raise BadSelector(f"values do not fit the operator {operator!r}")
    match operator:
        case "In":
            return labels.get(key) in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
        case _:
            raise BadSelector(f"{operator!r} is not a valid label selector operator")
