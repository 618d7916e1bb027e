"""Findings by rule, worst first; what a rule says is said once, what a root says likewise."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from auditor.engine.result import Cause
from auditor.findings import Finding, Fix, Severity
from auditor.report import evidence
from auditor.report.cause import reach, time_view
from auditor.report.diff import diff
from auditor.report.draft import Draft, field_name
from auditor.report.finding_view import (
    CauseView,
    DiffView,
    Entry,
    FindingView,
    Reference,
    RuleView,
)


def rules(draft: Draft) -> tuple[RuleView, ...]:
    """Return the rules that have findings, the worst first."""
    causes = _causes_by_finding(draft)
    by_rule: dict[str, list[Finding]] = defaultdict(list)
    for finding in draft.audit.findings:
        by_rule[finding.rule].append(finding)
    views = [_rule(draft, rule, found, causes) for rule, found in by_rule.items()]
    return tuple(sorted(views, key=_worst_first))


def brief_rules(draft: Draft, most: int) -> tuple[RuleView, ...]:
    """Return the rules that have findings with their first `most` entries, worst first.

    Evidence and changes are left out; `findings` and `counts` are those of all.
    """
    by_rule: dict[str, list[Finding]] = defaultdict(list)
    for finding in draft.audit.findings:
        by_rule[finding.rule].append(finding)
    views = [_brief_rule(draft, rule, found, most) for rule, found in by_rule.items()]
    return tuple(sorted(views, key=_worst_first))


def _worst_first(view: RuleView) -> tuple[int, str]:
    return -Severity[view.severity.upper()], view.id


def _brief_rule(draft: Draft, rule: str, found: Sequence[Finding], most: int) -> RuleView:
    groups: dict[object, list[Finding]] = defaultdict(list)
    for index, finding in enumerate(found):
        groups[finding.breach.group or index].append(finding)
    entries = tuple(
        Entry(tuple(_brief_finding(draft, finding) for finding in group), has_one_diff=False)
        for group in islice(groups.values(), most)
    )
    return _rule_view(draft, rule, found, entries)


def brief_causes(draft: Draft) -> tuple[CauseView, ...]:
    """Return the roots with their effects, without the changes that mend them."""
    return tuple(_cause(draft, f"C{n}", one) for n, one in enumerate(draft.audit.causes, 1))


def causes(draft: Draft) -> tuple[CauseView, ...]:
    """Return the roots with their effects, the one to mend first in front."""
    return tuple(
        replace(view, diff=_diff(draft, cause.root))
        for view, cause in zip(brief_causes(draft), draft.audit.causes, strict=True)
    )


def _cause(draft: Draft, number: str, cause: Cause) -> CauseView:
    return CauseView(
        id=number,
        rule=cause.root.rule,
        title=draft.pages[cause.root.rule].title,
        sentence=sentence(draft, cause.root),
        severity=severity_name(max(f.severity for f in (cause.root, *cause.effects))),
        basis=cause.root.breach.basis.value,
        root=reference(draft, cause.root),
        effects=tuple(reference(draft, effect) for effect in cause.effects),
        subjects=len(cause.subjects),
        diff=None,
        blast=reach(draft, cause),
        time=time_view(draft, cause),
    )


def severity_name(severity: Severity) -> str:
    """Return `critical` and so on: the key of words, colours and shapes."""
    return severity.name.lower()


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """Return how many findings there are of each severity, worst first, zero left out."""
    found = Counter(finding.severity for finding in findings)
    return {severity_name(s): found[s] for s in sorted(found, reverse=True)}


def sentence(draft: Draft, finding: Finding) -> str:
    """Return the page's sentence about this finding, without Markdown."""
    page = draft.pages[finding.rule]
    facts: Mapping[str, Any] = {
        "subject": draft.subject(finding.subject),
        "environment": finding.environment,
        **finding.breach.facts,
    }
    return " ".join(draft.words.fill(page.say(finding.breach.variant), facts).split())


def _rule(draft: Draft, rule: str, found: Sequence[Finding], causes: Mapping[str, str]) -> RuleView:
    entries = _entries([(f, _finding(draft, f, causes)) for f in found])
    return _rule_view(draft, rule, found, entries)


def _rule_view(
    draft: Draft, rule: str, found: Sequence[Finding], entries: tuple[Entry, ...]
) -> RuleView:
    page = draft.pages[rule]
    return RuleView(
        id=rule,
        chapter=rule.partition("-")[0],
        title=page.title,
        severity=severity_name(max(finding.severity for finding in found)),
        counts=counts(found),
        findings=len(found),
        why=page.parts.get("why", ""),
        confirm=page.parts.get("confirm", ""),
        fix=_prose(page.parts.get("fix", "")),
        ignore=page.parts.get("ignore", ""),
        limits=page.parts.get("limits", ""),
        guide=page.guide,
        sources=page.sources,
        entries=entries,
    )


def _entries(found: Sequence[tuple[Finding, FindingView]]) -> tuple[Entry, ...]:
    """Put findings with one root into one entry; the order of the findings stays."""
    groups: dict[object, list[FindingView]] = defaultdict(list)
    for index, (finding, view) in enumerate(found):
        groups[finding.breach.group or index].append(view)
    return tuple(
        Entry(
            tuple(group),
            len(group) > 1
            and all(view.diff is not None for view in group)
            and len({view.diff.lines for view in group if view.diff}) == 1,
        )
        for group in groups.values()
    )


def _finding(draft: Draft, finding: Finding, causes: Mapping[str, str]) -> FindingView:
    return replace(
        _brief_finding(draft, finding),
        evidence=evidence.rows(draft, finding),
        diff=_diff(draft, finding),
        cause=causes.get(finding.fingerprint, ""),
    )


def _brief_finding(draft: Draft, finding: Finding) -> FindingView:
    ref = finding.subject
    return FindingView(
        id=f"F-{finding.fingerprint}",
        rule=finding.rule,
        severity=severity_name(finding.severity),
        environment=finding.environment,
        tier=finding.tier.value,
        kind=ref.kind,
        namespace=ref.namespace,
        name=ref.name,
        subject=draft.subject(ref),
        members=tuple(draft.subject(member) for member in finding.members),
        sentence=sentence(draft, finding),
        basis=finding.breach.basis.value,
        field=field_name(finding.manifest.raw, finding.breach.at),
        place=draft.place(finding.manifest, finding.breach.at),
        evidence=(),
        diff=None,
        cause="",
    )


def _diff(draft: Draft, finding: Finding) -> DiffView | None:
    fix: Fix | None = finding.breach.fix
    if fix is None or not fix.edits:
        return None
    manifest = fix.manifest or draft.declared(finding.subject) or finding.manifest
    lines = diff(manifest.raw, fix.edits)
    if not lines:
        return None
    return DiffView(draft.place(manifest, fix.edits[0].at), lines, fix.is_safe)


def reference(draft: Draft, finding: Finding) -> Reference:
    """Return the name of a finding, to point at it from elsewhere."""
    return Reference(
        f"F-{finding.fingerprint}",
        finding.rule,
        severity_name(finding.severity),
        finding.environment,
        draft.subject(finding.subject),
    )


def _causes_by_finding(draft: Draft) -> dict[str, str]:
    return {
        finding.fingerprint: f"C{number}"
        for number, cause in enumerate(draft.audit.causes, 1)
        for finding in (cause.root, *cause.effects)
    }


def _prose(part: str) -> str:
    """Return a part without its code blocks: examples belong to the guide, not to the report."""
    out, inside = [], False
    for line in part.splitlines():
        if line.startswith("```"):
            inside = not inside
        elif not inside:
            out.append(line)
    return "\n".join(out).strip()
