"""What `auditor fix` tells beside the patch: what it did, and what is left to a person."""

from collections.abc import Iterable, Iterator
from typing import Any

from auditor.engine.mending import Mend, Plan
from auditor.engine.patching import Patch
from auditor.engine.result import Audit
from auditor.findings import Finding, Fix
from auditor.kube.manifest import Manifest
from auditor.report.diff import diff
from auditor.report.draft import Draft, Edition
from auditor.report.findings import sentence


def notes(
    audit: Audit,
    planned: Plan,
    patch: Patch,
    unproven: Iterable[Mend],
    language: str,
    *,
    is_written: bool,
) -> Iterator[str]:
    """Yield the lines: a count, then what was not mended and why, with its change where known."""
    draft = Draft.of(audit, Edition(language=language))
    words: Any = draft.words
    files = len(patch.texts)
    key = "fix.written" if is_written and files else "fix.shown" if files else "fix.nothing"
    yield words.text(key, findings=len(patch.done), files=files, all=len(audit.findings))
    left = [(one.finding, one.why) for one in planned.unmended]
    left += [(mend.finding, "text") for mend in patch.refused]
    left += [(mend.finding, "unproven") for mend in unproven]
    if left or planned.undecided:
        yield words.text("fix.left", left=len(left), undecided=len(planned.undecided))
    fixes = {one.finding.fingerprint: (one.fix, one.manifest) for one in planned.unmended}
    for finding, why in sorted(left, key=lambda one: (-one[0].severity, one[0].rule)):
        yield from _one(draft, finding, words.text(f"fix.why.{why}"))
        if finding.fingerprint in fixes:
            yield from _change(*fixes[finding.fingerprint])


def _one(draft: Draft, finding: Finding, why: str) -> Iterator[str]:
    place = draft.place(finding.manifest, finding.breach.at)
    line = f":{place.line}" if place.line else ""
    yield f"  {finding.rule} {place.file}{line}: {sentence(draft, finding)}"
    yield f"    {why}"


def _change(fix: Fix, manifest: Manifest) -> Iterator[str]:
    for mark, line in diff(manifest.raw, fix.edits):
        yield f"    {mark} {line}"
