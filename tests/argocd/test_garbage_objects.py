"""Objects of any shape are compared without an error: a report rests on the comparison."""

import copy
import json
import random
from typing import Any, Final

import pytest

from auditor.argocd.agreement import verdict
from auditor.argocd.drift import ObjectDrift, drift_of
from auditor.argocd.ignore_suggestion import suggest
from auditor.argocd.object_state import ObjectState, state_of
from auditor.argocd.settings import Settings
from auditor.kube import pointer
from auditor.kube.manifest import Manifest
from tests.argocd.test_drift import D2, compared_by_argocd
from tests.argocd.test_ignore_suggestion import (
    CONFIG,
    CUSTOM,
    DEPLOYMENT,
    INGRESS,
    ORIGIN,
    application,
    owned,
    placed,
)
from tests.argocd.test_next_sync import applying

GARBAGE: Final[tuple[Any, ...]] = (
    *(None, True, 0, -1, 1.5, "", "x", [], {}, [None], [[]], [{}], {"": None}),
    *({"a": {"b": []}}, ["x", 1, None, {"name": "x"}], "9" * 400, {"name": 5}, float("1e300")),
)
RULES: Final = (
    {"group": "*", "kind": "*", "jsonPointers": ["/spec/replicas", "/a~1b", "x"]},
    {"group": "*", "kind": "*", "jqPathExpressions": [".spec.rules[]?", ".data | keys"]},
    {"group": "*", "kind": "*", "managedFieldsManagers": ["some-operator"]},
)
APPLICATIONS: Final = (
    application(),
    application("ServerSideApply=true"),
    applying("RespectIgnoreDifferences=true", rules=RULES, selfHeal=True),
    applying("Replace=true", "ApplyOutOfSyncOnly=true", rules=RULES),
)


def subjects() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    found = [
        (json.loads(item["targetState"]), json.loads(item["liveState"]))
        for _, item in compared_by_argocd(D2)
        if (item.get("targetState") or "null") != "null"
        and (item.get("liveState") or "null") != "null"
    ]
    made: list[dict[str, Any]] = [CONFIG, CUSTOM, DEPLOYMENT, INGRESS]
    owners = [("spec", "rules"), ("metadata", "annotations", "a/one")]
    return [*found, *((raw, placed(raw, owned(owners))) for raw in made)]


def places(raw: Any, path: tuple[str | int, ...] = ()) -> list[str]:
    """Return every place of a document, containers as well."""
    inner: list[tuple[str | int, Any]] = []
    if isinstance(raw, dict):
        inner = [(str(key), value) for key, value in raw.items()]
    elif isinstance(raw, list):
        inner = list(enumerate(raw))
    found = [pointer.join(path)] if path else []
    return found + [place for key, value in inner for place in places(value, (*path, key))]


@pytest.mark.parametrize("seed", range(12))
def test_no_shape_of_an_object_stops_the_comparison(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - which value is spoilt, no secret
    settings = Settings.parse(None)
    for target, live in subjects():
        sides = [copy.deepcopy(target), copy.deepcopy(live)]
        for _ in range(chance.randrange(1, 4)):
            side = chance.randrange(2)
            place = chance.choice(places(sides[side]))
            spoilt = pointer.set_(sides[side], place, copy.deepcopy(chance.choice(GARBAGE)))
            is_named = isinstance(spoilt.get("metadata"), dict) and spoilt["metadata"].get("name")
            sides[side] = spoilt if is_named else sides[side]
        app = chance.choice(APPLICATIONS)
        there = Manifest(sides[1], ORIGIN)
        ref = Manifest(live, ORIGIN).ref
        wanted = Manifest(sides[0], ORIGIN)
        one = state_of(app, ref, wanted, there, settings, "OutOfSync")
        assert isinstance(one, ObjectState)
        verdict(app, one, (), settings)
        found = drift_of(app, ref, wanted, there, settings)
        if isinstance(found, ObjectDrift):
            suggest(found, found.fields, app.ignore_rules, settings)
