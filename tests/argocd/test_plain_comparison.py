"""The quick proof that nothing differs, against the full comparison and Argo CD's own."""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from auditor.argocd.diff import compare
from auditor.argocd.ignore_differences import rules_of
from auditor.argocd.plain_comparison import is_plainly_applied
from auditor.argocd.settings import Settings
from auditor.kube import pointer
from tests.argocd.test_drift import RECORDED, compared_by_argocd
from tests.golden import conformance

PLAIN = Settings.parse(None)
SEED = 40


def pairs() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield every target and live object that Argo CD compared in the recordings."""
    for scenario in RECORDED:
        for _, item in compared_by_argocd(scenario):
            target, live = (
                json.loads(item.get(side) or "null") for side in ("targetState", "liveState")
            )
            if target and live:
                yield target, live


def test_it_never_calls_alike_what_argo_cd_calls_different() -> None:
    quick = 0
    for case in conformance.cases("diff"):
        given = case["input"]
        is_plain = not given["server_side_apply_option"] and not rules_of(given)
        target, live = given["target"], given["live"]
        if is_plain and isinstance(target, dict) and isinstance(live, dict):
            settings = Settings.parse(given["argocd_cm"])
            if settings.error is None and is_plainly_applied(target, live):
                assert case["output"].get("modified") is False, case["id"]
                quick += 1
    assert quick > 20


def test_most_recorded_objects_need_no_more() -> None:
    found = [is_plainly_applied(target, live) for target, live in pairs()]
    assert sum(found) > len(found) / 2


@pytest.mark.parametrize("seed", range(SEED))
def test_changes_of_recorded_objects_are_never_overlooked(seed: int) -> None:
    """Change, add or drop one value on either side: where it says alike, the comparison agrees."""
    chance = random.Random(seed)  # noqa: S311 - which value is changed, no secret
    for target, live in pairs():
        sides = copy.deepcopy([target, live])
        for side in range(2):
            # the mark of the Application is for the caller to compare
            leaves = (leaf for leaf in pointer.leaves(sides[side]) if "tracking-id" not in leaf[0])
            place, value = chance.choice(list(leaves))
            match chance.randrange(3):
                case 0:
                    sides[side], _ = pointer.remove(sides[side], place)
                case 1:
                    sides[side] = pointer.set_(sides[side], place, f"{value}-changed")
                case _:
                    sides[side] = pointer.set_(sides[side], place.rpartition("/")[0] + "/new", "x")
        if all(isinstance(side, dict) for side in sides) and is_plainly_applied(*sides):
            result = compare(sides[0], sides[1], rules=(), settings=PLAIN)
            assert not result.is_modified, (target["metadata"]["name"], result.differences)
