"""Every rule that a report suggests on a recording, written into the Application and tried."""

from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from auditor import pipeline
from auditor.argocd.object_state import ObjectState, State
from auditor.findings import Finding
from auditor.kube.ref import ResourceRef
from auditor.report.diff import apply
from auditor.snapshot import Collected, Snapshot, sections
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.object_states import object_states
from tests.scenarios.test_object_verdicts import FOLDERS

pytestmark = pytest.mark.skipif(not FOLDERS, reason="no recorded clusters beside the checkout")
DRIFTS: Final = {"d2-ingress-owned-fields-changed-selfheal-off"}
"""Recordings with drift that somebody in the cluster made; the others must offer no rule."""


def mended(snapshot: Snapshot, finding: Finding) -> Snapshot:
    """Return the snapshot with the suggested entry in Git and in the cluster."""
    assert finding.breach.fix is not None
    looks = dict(snapshot.sections)
    for section in (sections.GIT_MANIFESTS, sections.LIVE_APPLICATIONS):
        look = snapshot.look(section)
        assert isinstance(look, Collected)
        items = []
        for item in look.items:
            raw = deepcopy(dict(item.raw))
            if (item.ref.kind, item.ref.name) == ("Application", finding.subject.name):
                for edit in finding.breach.fix.edits:
                    apply(raw, edit)
            items.append(replace(item, raw=raw))
        looks[section.name] = replace(look, items=tuple(items))
    return Snapshot(looks, snapshot.header)


def states(snapshot: Snapshot, name: str) -> dict[ResourceRef, ObjectState]:
    look = pipeline.judge(snapshot, selected=()).snapshot.look(APPLICATIONS)
    assert isinstance(look, tuple)
    (app, *_) = (app for app in look if app.name == name)
    return {one.ref: one for one in object_states(app, snapshot).objects}


def places(one: ObjectState) -> set[str]:
    return {field.pointer for field in one.fields}


@pytest.mark.parametrize("folder", FOLDERS or [Path()], ids=lambda folder: folder.name)
def test_the_rule_hides_that_drift_and_no_other(folder: Path, audit_of: Any) -> None:
    audit = audit_of(folder)
    offered = [f for f in audit.findings if f.rule == "DIFF-001" and f.breach.fix]
    assert bool(offered) == (folder.name in DRIFTS)
    for finding in offered:
        before = states(audit.snapshot, finding.subject.name)
        after = states(mended(audit.snapshot, finding), finding.subject.name)
        about = finding.breach.facts["object"]
        assert isinstance(about, ResourceRef)
        drifted, quiet = before[about], after[about]
        assert (drifted.state, quiet.state) == (State.DIFFERS, State.SAME)
        assert {field.pointer for field in quiet.hidden} == places(drifted)
        for ref, one in before.items():
            if ref != about:
                assert (after[ref].state, places(after[ref])) == (one.state, places(one))
                assert after[ref].hidden == one.hidden
