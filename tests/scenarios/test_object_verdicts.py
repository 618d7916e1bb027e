"""Our verdict on every recorded object beside Argo CD's own."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from auditor.argocd.agreement import Standing, Verdict
from auditor.engine.result import Audit
from auditor.kube.manifest import Manifest
from auditor.snapshot import Collected, Snapshot, sections
from auditor.snapshot.agreement import AGREEMENT
from tests.support.make_samples import SCENARIOS

FOLDERS: Final = (
    sorted(p.parent for p in SCENARIOS.glob("*/repo.bundle")) if SCENARIOS.is_dir() else []
)
LEAST: Final = 0.99
NO_VERDICT: Final = {
    "argocd_gives_no_verdict",  # status Unknown: the project does not permit it
    "kind_is_excluded",  # resource.exclusions
    "object_not_listed",  # an error of the Application: nothing was compared
    "kind_not_installed",
}
"""Why an object of a recording cannot be compared."""

pytestmark = pytest.mark.skipif(not FOLDERS, reason="no recorded clusters beside the checkout")


def verdicts(snapshot: Snapshot) -> Iterator[tuple[str, Verdict]]:
    found = snapshot.look(AGREEMENT)
    assert isinstance(found, Mapping)
    for ref, each in found.items():
        yield from ((ref.name, one) for one in each)


def test_at_least_99_of_100_objects_are_judged_alike_and_the_rest_is_explained(
    audit_of: Any,
) -> None:
    count: Counter[Standing] = Counter()
    for folder in FOLDERS:
        audit: Audit = audit_of(folder)
        for name, one in verdicts(audit.snapshot):
            count[one.standing] += 1
            is_explained = one.reason is not None and one.reason.code != "verdicts_differ"
            assert one.standing is Standing.AGREES or is_explained, (folder.name, name, one)
            if one.standing is Standing.NOT_COMPARABLE and one.reason:
                assert one.reason.code in NO_VERDICT, (folder.name, name, one)
    compared = count[Standing.AGREES] + count[Standing.DISAGREES]
    assert compared > 1000
    assert count[Standing.AGREES] / compared >= LEAST, count
    assert count[Standing.NOT_COMPARABLE] / count.total() < 1 - LEAST + 0.01, count


def told_otherwise(snapshot: Snapshot, change: Any) -> Snapshot:
    """Return the snapshot with the status of `ingress-prod` changed."""
    look = snapshot.look(sections.LIVE_APPLICATIONS)
    assert isinstance(look, Collected)
    items = tuple(
        Manifest(change(item.raw), item.origin) if item.ref.name == "ingress-prod" else item
        for item in look.items
    )
    changed = {**snapshot.sections, sections.LIVE_APPLICATIONS.name: replace(look, items=items)}
    return Snapshot(changed, snapshot.header)


def flipped(raw: dict[str, Any]) -> dict[str, Any]:
    rows = [
        {**row, "status": {"Synced": "OutOfSync", "OutOfSync": "Synced"}[row["status"]]}
        for row in raw["status"]["resources"]
    ]
    return {**raw, "status": {**raw["status"], "resources": rows}}


def reconciled(at: str) -> Any:
    def change(raw: dict[str, Any]) -> dict[str, Any]:
        found = flipped(raw)
        return {**found, "status": {**found["status"], "reconciledAt": at}}

    return change


def skipping(raw: dict[str, Any]) -> dict[str, Any]:
    notes = {"argocd.argoproj.io/skip-reconcile": "true"}
    metadata = {**raw["metadata"], "annotations": notes}
    return {**flipped(raw), "metadata": metadata}


def ignoring(raw: dict[str, Any]) -> dict[str, Any]:
    found = flipped(raw)
    sync = found["status"]["sync"]
    entry = {"kind": "Ingress", "group": "networking.k8s.io", "jsonPointers": ["/spec/x"]}
    compared = {**sync["comparedTo"], "ignoreDifferences": [entry]}
    return {**found, "status": {**found["status"], "sync": {**sync, "comparedTo": compared}}}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (flipped, "verdicts_differ"),
        (reconciled("2026-11-23T00:00:00Z"), "object_changed_since_compared"),
        (skipping, "argocd_was_told_to_skip"),
        (ignoring, "argocd_compared_another_spec"),
    ],
    ids=["nothing explains it", "stale", "told to skip", "another spec"],
)
def test_a_disagreement_is_told_with_what_can_explain_it(
    audit_of: Any, change: Any, code: str
) -> None:
    audit: Audit = audit_of(SCENARIOS / "d2-ingress-owned-fields-changed-selfheal-off")
    found = [
        one
        for name, one in verdicts(told_otherwise(audit.snapshot, change))
        if name == "ingress-prod"
    ]
    assert {one.standing for one in found} == {Standing.DISAGREES}
    assert {one.reason.code for one in found if one.reason} == {code}


def test_recordings_are_there() -> None:
    assert {Path(folder).name[0] for folder in FOLDERS} >= set("abcdefghij")
