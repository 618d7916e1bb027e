"""Values of a chart that an Application writes itself; mirrors `helmTemplate` upstream."""

from collections.abc import Mapping
from typing import Any

from auditor.kube.go_yaml import BadYaml, load
from auditor.kube.loose import mapping, text


def inline(helm: Mapping[str, Any] | None) -> tuple[Mapping[str, Any], bool]:
    """Return `valuesObject`, else what `values` holds, and whether it is written as a text."""
    if given := mapping(helm, "valuesObject"):
        return given, False
    written = text(helm, "values")
    try:
        found = load(written) if written else None
    except BadYaml:
        found = None
    return (found, True) if isinstance(found, Mapping) else ({}, bool(written))
