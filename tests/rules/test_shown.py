"""What a finding carries besides its facts, where a case says so under `shows`.

Subject to one mapping, or to a list of them where it has several findings. Of each only what is
written is compared: `basis`, `group`, `fix` (edits as lists, or null), `safe`, and `evidence`
(pointer, and whether it is declared and live).
"""

import contextlib
from collections.abc import Iterator
from typing import Any, Final

import pytest

from auditor import rules
from auditor.engine import trial
from auditor.findings import Breach, Finding
from auditor.rulebook import Rule, cases
from auditor.rulebook.discovery import discover

RULES: Final = discover(rules)


def every_case() -> Iterator[Any]:
    for rule in RULES:
        # a rule without its file fails beside this test, with its name
        with contextlib.suppress(FileNotFoundError):
            for name, case in cases.of(rule).items():
                if "shows" in case:
                    yield pytest.param(rule, case, id=f"{rule.id}: {name}")


@pytest.mark.parametrize(("rule", "case"), list(every_case()))
def test_a_finding_shows(rule: Rule[Any, Any], case: dict[str, Any]) -> None:
    found: dict[str, list[Breach]] = {}
    for verdict in trial.put(rule, cases.snapshot(case), case, RULES):
        if isinstance(verdict, Finding):
            found.setdefault(str(verdict.subject), []).append(verdict.breach)
    for subject, written in case["shows"].items():
        wanted = written if isinstance(written, list) else [written]
        assert len(found[subject]) == len(wanted)
        for breach, one in zip(found[subject], wanted, strict=True):
            shown = said(breach)
            assert {key: shown[key] for key in one} == one


def said(breach: Breach) -> dict[str, Any]:
    fix = breach.fix
    return {
        "basis": breach.basis.name.lower(),
        "group": breach.group,
        "fix": [_edit(edit.op, edit.at, edit.value) for edit in fix.edits] if fix else None,
        "safe": fix is not None and fix.is_safe,
        "evidence": [
            {"pointer": one.pointer, "declared": one.is_declared, "live": one.is_live}
            for one in breach.evidence
        ],
    }


def _edit(op: str, at: str, value: Any) -> list[Any]:
    return [op, at] if op == "remove" else [op, at, value]
