"""Scenario × expected × found, of every recorded cluster: `python -m tests.scenarios.table`.

Prints Markdown: what the recording says the true cause is, what a report must name, the first
cause a report gives, the causes after it that are seen to happen, and whether all of it holds.
`--all` adds every finding of medium severity and above that the healthy platform does not have.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from auditor import pipeline
from auditor.collector.git_options import RepositorySpec
from auditor.engine.causes import roots
from auditor.engine.result import Audit
from auditor.findings import Basis, Finding, Severity
from tests.support.make_samples import SCENARIOS, URL, serving

MOST: Final = 4
"""Causes after the first that are named; of the rest only the number."""
BASELINE: Final = "a-healthy"


@dataclass(frozen=True, slots=True)
class Row:
    """One recording and what was found in it."""

    name: str
    cause: str
    expected: str
    first: str
    others: str
    holds: str


def folders() -> list[Path]:
    """Return the recordings that hold a cluster and a repository."""
    return sorted(path.parent for path in SCENARIOS.glob("*/repo.bundle"))


def audited(folder: Path, scratch: Path) -> Audit:
    """Return the audit of a recording, made the way a user makes one."""
    clone = scratch / folder.name
    bundle = str(folder / "repo.bundle")
    command = ["git", "clone", "--quiet", "--branch", "main", bundle, str(clone)]
    subprocess.run(command, check=True)
    with serving(folder) as kubeconfig:
        spec = RepositorySpec(url=URL, path=clone)
        target = pipeline.Target(repositories=(spec,), kubeconfig=kubeconfig)
        return pipeline.judge(pipeline.collect(target))


def told(finding: Finding) -> str:
    """Return a finding in one line: rule, object, and the reason where there is one."""
    facts = finding.breach.facts
    why = facts.get("signature") or facts.get("path") or facts.get("namespace") or ""
    variant = f" ({finding.breach.variant})" if finding.breach.variant else ""
    return f"{finding.rule}{variant} {finding.subject.name} {why}".strip()


def row(folder: Path, audit: Audit) -> Row:
    """Hold what was found in a recording against what it says of itself."""
    notes = yaml.safe_load((folder / "scenario.yaml").read_text(encoding="utf-8"))
    path = folder / "expect.json"
    expect = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    found = roots(audit.findings, audit.causes)
    seen = [c for c in found if any(_is_seen(f) for f in (c.root, *c.effects))]
    after = [f"{told(c.root)} ({1 + len(c.effects)})" for c in seen[1:]]
    rest = f" and {len(after) - MOST} more" if len(after) > MOST else ""
    wrong = list(failures(expect, audit))
    return Row(
        name=folder.name,
        cause=str(notes["trueCause"]),
        expected=expect.get("first_cause", "") or _named(expect),
        first=f"{told(seen[0].root)} ({1 + len(seen[0].effects)})" if seen else "none seen",
        others="; ".join(after[:MOST]) + rest,
        holds="yes" if not wrong else "; ".join(wrong),
    )


def failures(expect: dict[str, Any], audit: Audit) -> Iterator[str]:
    """Yield what an `expect.json` asks for and does not get."""
    for wanted in expect.get("findings", ()):
        if not _matching(audit, wanted):
            yield f"no {wanted['rule']} {wanted['subject']}"
    for unwanted in expect.get("absent", ()):
        yield from (f"unwanted {told(finding)}" for finding in _matching(audit, unwanted))
    quiet = expect.get("quiet", ())
    for finding in audit.findings:
        is_loud = _is_seen(finding) and finding.severity >= Severity.MEDIUM
        if is_loud and (quiet == "ALL" or finding.subject.name in quiet):
            yield f"loud {told(finding)}"
    if "first_cause" in expect:
        (first, *_) = roots(audit.findings, audit.causes)
        if not re.search(expect["first_cause"], f"{first.root.rule} {first.root.subject}"):
            yield f"first is {told(first.root)}"


def _matching(audit: Audit, wanted: dict[str, Any]) -> list[Finding]:
    rules = [wanted["rule"]] if isinstance(wanted["rule"], str) else wanted["rule"]
    subject = wanted.get("subject", ".")
    return [f for f in audit.findings if f.rule in rules and re.search(subject, f.subject.name)]


def _is_seen(finding: Finding) -> bool:
    return finding.breach.basis is Basis.OBSERVED


def _named(expect: dict[str, Any]) -> str:
    found = expect.get("findings", ())
    names = [
        f"{w['rule'] if isinstance(w['rule'], str) else '/'.join(w['rule'][:2])} {w['subject']}"
        for w in found[:MOST]
    ]
    return "; ".join(names) + (f" and {len(found) - MOST} more" if len(found) > MOST else "")


def main() -> None:
    """Print the table; end with 1 where anything does not hold."""
    rows = []
    usual: set[str] = set()
    extra: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        for folder in folders():
            audit = audited(folder, Path(scratch))
            rows.append(row(folder, audit))
            if folder.name == BASELINE:
                usual = {finding.fingerprint for finding in audit.findings}
            for finding in audit.findings:
                if finding.severity >= Severity.MEDIUM and finding.fingerprint not in usual:
                    name = finding.severity.name.lower()
                    extra.append(f"- {folder.name}: {name} {finding.breach.basis} {told(finding)}")
    lines = ["| scenario | true cause | expected | first cause (findings) | then | holds |"]
    lines.append("|---|---|---|---|---|---|")
    for one in rows:
        cells = (one.name, one.cause, one.expected, one.first, one.others, one.holds)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    if "--all" in sys.argv[1:]:
        lines += ["", *extra]
    print("\n".join(lines))  # noqa: T201  # the table is the output
    sys.exit(any(one.holds != "yes" for one in rows))


if __name__ == "__main__":
    main()
