"""Which environment names, paths and labels speak of."""

import pytest

from auditor.argocd.environment_words import Words, is_crossing, of_labels, of_name, of_path
from auditor.engine.environments import DEFAULTS

WORDS = Words()


@pytest.mark.parametrize(
    ("name", "environment"),
    [
        ("web-prod", "production"),
        ("prod", "production"),
        ("prd.web", "production"),
        ("web-stg", "staging"),
        ("shop-pre-prod", "staging"),
        ("preprod-shop", "staging"),
        ("web-prod-dev", "production"),
        ("web-dev", "development"),
        ("test-runner", ""),
        ("product-api", ""),
        ("sync-stg-prod", ""),
        ("devops-tools", ""),
        ("prod-tools", ""),
        ("", ""),
    ],
)
def test_a_name_speaks_of_one_environment_or_none(name: str, environment: str) -> None:
    assert of_name(name, WORDS) == environment


@pytest.mark.parametrize(
    ("path", "environment"),
    [
        ("web/overlays/stg", "staging"),
        ("web/values-prod.yaml", "production"),
        ("clusters/prod/web-stg.yaml", ""),
        ("environments/apps/web.yaml", ""),
        ("$values/stg/web.yaml", "staging"),
    ],
)
def test_a_path_speaks_by_folders_and_file(path: str, environment: str) -> None:
    assert of_path(path, WORDS) == environment


def test_labels_are_read_under_any_prefix() -> None:
    assert of_labels({"team.example/env": "prd"}, WORDS) == "production"
    assert of_labels({"environment": "stage", "app": "prod"}, WORDS) == "staging"
    assert of_labels({"env": "prod", "environment": "stg"}, WORDS) == ""


def test_only_production_is_crossed() -> None:
    assert is_crossing("production", "staging")
    assert is_crossing("development", "production")
    assert not is_crossing("staging", "development")
    assert not is_crossing("production", "")


def test_the_words_are_those_of_the_assignment() -> None:
    names = {"prod": "production", "stg": "staging", "dev": "development"}
    for environment in DEFAULTS:
        if environment.name in names:
            assert getattr(WORDS, names[environment.name]) == environment.aliases
