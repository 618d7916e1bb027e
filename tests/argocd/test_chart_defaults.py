"""Paths in which a value is missing."""

import pytest

from auditor.argocd.chart_defaults import has_hole


@pytest.mark.parametrize("path", ["values-.yaml", "envs//web", "envs/-web", "apps/web-", "a/-/b"])
def test_an_empty_value_leaves_a_hole(path: str) -> None:
    assert has_hole(path)


@pytest.mark.parametrize(
    "path", [".", "../../values.yaml", "envs/prod/", "a-b/c_d.yaml", "_base/web", ".hidden/x"]
)
def test_a_whole_path_has_none(path: str) -> None:
    assert not has_hole(path)
