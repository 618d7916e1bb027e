"""The quick answer of the schema is that of the whole check."""

import copy
import random
from types import MappingProxyType
from typing import Any, Final

import pytest

from auditor.argocd.schema import SchemaResult, check

APPLICATION: Final[dict[str, Any]] = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "Application",
    "metadata": {"name": "a", "labels": {"env": "prod"}, "finalizers": ["x"]},
    "spec": {
        "project": "default",
        "source": {
            "repoURL": "https://git.example.com/x",
            "path": "x",
            "helm": {
                "parameters": [{"name": "a", "value": "b"}],
                "valuesObject": {"any": {"thing": [1, None, {}]}},
                "valueFiles": [],
            },
            "kustomize": {"commonLabels": {"a": "b"}, "replicas": [{"name": "a", "count": 3}]},
        },
        "destination": {"server": "https://kubernetes.default.svc", "namespace": "x"},
        "syncPolicy": {
            "automated": {"prune": True},
            "retry": {"limit": 5, "backoff": {"duration": "5s", "factor": 2}},
        },
        "ignoreDifferences": [{"kind": "Deployment", "jsonPointers": ["/spec/replicas"]}],
    },
}
ODD: Final[tuple[Any, ...]] = (
    None,
    1,
    2**70,
    1.5,
    "",
    "x",
    True,
    [],
    {},
    ["a"],
    {"a": "b"},
    [1],
    {"x": None},
)


def whole(raw: dict[str, Any]) -> SchemaResult:
    """Ask for the whole check: the quick one only knows plain dicts."""
    return check("Application", MappingProxyType(raw))


def test_a_clean_application_is_clean_both_ways() -> None:
    assert check("Application", APPLICATION) == whole(APPLICATION) == SchemaResult()


@pytest.mark.parametrize("seed", range(10))
def test_whatever_is_wrong_both_ways_agree(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    clean = 0
    for _ in range(200):
        raw = mutated(chance)
        found = check("Application", raw)
        assert found == whole(raw), raw
        clean += found == SchemaResult()
    assert 0 < clean < 200


def mutated(chance: random.Random) -> dict[str, Any]:
    raw = copy.deepcopy(APPLICATION)
    here: Any = raw
    while here:
        key = chance.choice(list(here)) if isinstance(here, dict) else chance.randrange(len(here))
        if not isinstance(here[key], dict | list) or not here[key] or chance.random() < 0.2:
            change(here, key, chance)
            break
        here = here[key]
    return raw


def change(here: Any, key: Any, chance: random.Random) -> None:
    match chance.randrange(3), here:
        case 0, dict():
            del here[key]
        case 1, dict():
            here[f"{key}x"] = here.pop(key)
        case _:
            here[key] = chance.choice(ODD)
