"""Trouble of other kinds, at other places and under other names: the cause is found, and first."""

import re
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from auditor import pipeline
from auditor.engine.blast import blast
from auditor.engine.causes import roots
from auditor.engine.result import Audit
from auditor.findings import Basis, Finding, Severity
from auditor.signatures import Kind, Where, signatures
from auditor.snapshot import Snapshot, codec
from auditor.snapshot.derived import APPLICATIONS
from tests.scenarios.variations import DEEDS, SAMPLE, Desk, made

KNOWN: Final = [
    (signature, text)
    for signature in signatures().values()
    if signature.kind is Kind.ROOT
    for text in signature.examples
]
PLACES: Final = {
    Where.CONDITION: ("cannot", "LIVE-003", "Failed to load target state: {}"),
    Where.OPERATION: ("fails", "LIVE-004", "one or more objects failed to apply, reason: {}"),
}
"""How a message gets into an Application, the rule that reads it, what stands around it."""
VARIATIONS: Final[dict[str, dict[str, Any]]] = yaml.safe_load(
    Path(__file__).with_name("variations.yaml").read_text(encoding="utf-8")
)
each = pytest.mark.parametrize("name", VARIATIONS)


@cache
def sample() -> Snapshot:
    return codec.read(SAMPLE)


@cache
def audit_of_variation(name: str) -> Audit:
    return pipeline.judge(made(VARIATIONS[name], sample()))


def told(finding: Finding) -> str:
    facts = {key: str(value) for key, value in sorted(finding.breach.facts.items())}
    return f"{finding.rule} {finding.breach.variant} {finding.subject.name} {facts}"


@each
def test_the_cause_comes_first(name: str) -> None:
    audit, wanted = audit_of_variation(name), VARIATIONS[name]["first"]
    (first, *_) = roots(audit.findings, audit.causes)
    assert re.search(wanted, told(first.root)), told(first.root)


@each
def test_causes_that_are_no_effects_of_another_are_told_next(name: str) -> None:
    audit = audit_of_variation(name)
    wanted = VARIATIONS[name].get("then", [])
    heads = [told(cause.root) for cause in audit.causes[: len(wanted) + 1]]
    for one in wanted:
        assert any(re.search(one, head) for head in heads), (one, heads)


@each
def test_nothing_is_invented(name: str) -> None:
    """Only what was hit has findings that claim to be seen happening."""
    audit, hit = audit_of_variation(name), VARIATIONS[name]["hit"]
    loud = [
        told(finding)
        for finding in audit.findings
        if finding.breach.basis is Basis.OBSERVED
        and finding.severity >= Severity.MEDIUM
        and finding.subject.name not in hit
    ]
    assert not loud


@pytest.mark.parametrize("name", [name for name in VARIATIONS if "reach" in VARIATIONS[name]])
def test_one_cause_has_all_its_effects(name: str) -> None:
    """Each Application that is hit belongs to the cause that is meant for it."""
    audit, wanted = audit_of_variation(name), VARIATIONS[name]["reach"]
    found = audit.snapshot.look(APPLICATIONS)
    assert isinstance(found, tuple)
    reach = blast(audit.causes[0], {app.ref: app for app in found})
    assert [ref.name for ref in reach.applications] == wanted


@pytest.mark.parametrize("where", PLACES)
def test_every_known_failure_is_recognised_behind_a_wrapper(where: Where) -> None:
    """Each known message, put into an Application as Argo CD does, is named by the right rule."""
    deed, rule, wrapper = PLACES[where]
    rules = [one for one in pipeline.rulebook() if one.id == rule]
    given = [(s, text) for s, text in KNOWN if where in s.where]
    names = [app["metadata"]["name"] for app in Desk(sample()).all("live.applications")]
    missed = []
    for start in range(0, len(given), len(names)):
        desk, batch = Desk(sample()), given[start : start + len(names)]
        for name, (_, text) in zip(names, batch, strict=False):
            DEEDS[deed](desk, {"applications": name, "message": wrapper.format(text)})
        audit = pipeline.judge(desk.snapshot(), selected=rules)
        for name, (signature, text) in zip(names, batch, strict=False):
            found = [f for f in audit.findings if f.subject.name == name]
            if not any(f.breach.facts["signature"] == signature.id for f in found):
                missed.append((signature.id, text, [dict(f.breach.facts) for f in found]))
    assert len(given) > 100
    assert not missed
