"""Recorded clusters with real Argo CD: what a report must name, and whom it must leave alone."""

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest

from auditor import pipeline
from auditor.engine.result import Audit
from auditor.findings import Basis, Finding, Severity
from tests.support.make_samples import SCENARIOS

FOLDERS: Final = (
    sorted(p.parent for p in SCENARIOS.glob("*/expect.json")) if SCENARIOS.is_dir() else []
)
NAMING: Final = [f for f in FOLDERS if "first_cause" in json.loads((f / "expect.json").read_text())]
"""Those that say what a report must put first."""
KNOWN: Final = {rule.id for rule in pipeline.rulebook()}

pytestmark = pytest.mark.skipif(not FOLDERS, reason="no recorded clusters beside the checkout")
each = pytest.mark.parametrize("folder", FOLDERS or [Path()], ids=lambda folder: folder.name)


def matching(audit: Audit, rules: str | list[str], subject: str = ".") -> list[Finding]:
    wanted = {rules} if isinstance(rules, str) else set(rules)
    return [
        finding
        for finding in audit.findings
        if finding.rule in wanted and re.search(subject, finding.subject.name)
    ]


@each
def test_what_must_be_named_is_named(folder: Path, audit_of: Any) -> None:
    expect = json.loads((folder / "expect.json").read_text())
    for wanted in expect.get("findings", ()):
        rules = [wanted["rule"]] if isinstance(wanted["rule"], str) else wanted["rule"]
        if KNOWN & set(rules) and (len(rules) == 1 or set(rules) <= KNOWN):
            found = matching(audit_of(folder), rules, wanted["subject"])
            assert found, f"{folder.name}: no {rules} for {wanted['subject']}"
            told = " ".join(f"{f.breach.variant} {dict(f.breach.facts)}" for f in found)
            assert re.search(wanted.get("facts", ""), told), f"{folder.name}: {told}"


@each
def test_what_must_be_absent_is_absent(folder: Path, audit_of: Any) -> None:
    expect = json.loads((folder / "expect.json").read_text())
    for unwanted in expect.get("absent", ()):
        found = matching(audit_of(folder), unwanted["rule"], unwanted.get("subject", "."))
        assert not found, f"{folder.name}: {found}"


@pytest.mark.parametrize("folder", NAMING or [Path()], ids=lambda folder: folder.name)
def test_the_first_thing_named_is_the_cause(folder: Path, audit_of: Any) -> None:
    """What a report puts first is where one starts: the first cause, else the first finding."""
    wanted = json.loads((folder / "expect.json").read_text())["first_cause"]
    audit = audit_of(folder)
    first = audit.causes[0].root if audit.causes else audit.findings[0]
    assert re.search(wanted, f"{first.rule} {first.subject}")


@each
def test_who_is_well_is_left_alone(folder: Path, audit_of: Any) -> None:
    """An Application that is quiet has no finding that claims to be seen happening."""
    expect = json.loads((folder / "expect.json").read_text())
    quiet = expect.get("quiet", ())
    loud = [
        f
        for f in audit_of(folder).findings
        if f.severity >= Severity.MEDIUM
        and f.breach.basis is Basis.OBSERVED
        and (quiet == "ALL" or f.subject.name in quiet)
    ]
    assert not loud, [f"{f.rule} {f.subject} {dict(f.breach.facts)}" for f in loud]
