"""The audit as machines read it: flat lists with names that stay, beside the view for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditor import VERSION
from auditor.engine.causes import roots
from auditor.engine.result import Cause
from auditor.findings import Fact, Finding, NotAssessed, Verdict
from auditor.findings.fact import spelt
from auditor.findings.waiver import content
from auditor.kube.origin import GitOrigin, LiveOrigin, RenderedOrigin
from auditor.kube.ref import ResourceRef
from auditor.report.cause_record import BlastRecord, TimeLineRecord, blast_record, time_record
from auditor.report.draft import Draft
from auditor.report.findings import severity_name
from auditor.report.policy_record import (
    PolicyRecord,
    WaiverRecord,
    policy_record,
    waiver_record,
)
from auditor.snapshot import codec

JsonFact = str | int | bool | list[Any] | None


@dataclass(frozen=True, slots=True)
class SubjectRecord:
    """What a verdict is about."""

    group: str
    kind: str
    namespace: str
    name: str
    cluster: str
    """Host and port of the API server; empty without a cluster."""


@dataclass(frozen=True, slots=True)
class NameRecord:
    """An Application."""

    namespace: str
    name: str


@dataclass(frozen=True, slots=True)
class OriginRecord:
    """Where it is written; `line` is None for what a template produced."""

    repository: str
    commit: str
    path: str
    line: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRecord:
    """One finding; `at` is a JSON pointer."""

    rule: str
    severity: str
    environment: str
    basis: str
    subject: SubjectRecord
    application: NameRecord | None
    members: tuple[NameRecord, ...]
    """Applications that the subject, an ApplicationSet, makes and that are all hit."""
    at: str
    origin: OriginRecord | None
    """None where it was only seen in the cluster."""
    facts: Mapping[str, JsonFact]
    """Spans of time as Go durations, times as RFC 3339, objects as `Kind namespace/name`."""
    fingerprint: str
    content: str
    """Digest of what it is about; a waiver bound to it lapses when it changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseRecord:
    """A root and its effects, if it has any; the most important cause first."""

    rule: str
    subject: SubjectRecord
    facts: Mapping[str, JsonFact]
    findings: tuple[str, ...]
    """Fingerprints, the root's first."""
    applications: tuple[NameRecord, ...]
    blast_radius: BlastRecord
    time_line: TimeLineRecord | None
    """None where the cluster does not show it happening."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAssessedRecord:
    """A check that could not be made."""

    rule: str
    subject: SubjectRecord | None
    environment: str
    code: str
    facts: Mapping[str, JsonFact]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRecord:
    """What became of one rule; checks = passed + found + waived + not_assessed."""

    rule: str
    checks: int
    passed: int
    found: int
    findings: int
    waived: int
    not_assessed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationRecord:
    """Applications by where they were seen; the first three add up to the last two."""

    both: tuple[NameRecord, ...]
    only_git: tuple[NameRecord, ...]
    only_live: tuple[NameRecord, ...]
    audited: tuple[NameRecord, ...]
    out_of_scope: tuple[NameRecord, ...]


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """A rule that was asked."""

    id: str
    title: str
    severities: Mapping[str, str]
    """By tier; a tier that is absent is not asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything of an audit that a program may want."""

    tool: Mapping[str, str]
    inputs: Mapping[str, Any]
    findings: tuple[FindingRecord, ...]
    waived: tuple[FindingRecord, ...]
    """Findings that a waiver in force accepts; not among the others."""
    waivers: tuple[WaiverRecord, ...]
    policy: PolicyRecord
    causes: tuple[CauseRecord, ...]
    population: PopulationRecord
    coverage: tuple[CoverageRecord, ...]
    not_assessed: tuple[NotAssessedRecord, ...]
    rules: tuple[RuleRecord, ...]


def record(draft: Draft) -> Record:
    """Return the audit of `draft` in the words of the published schema."""
    audit = draft.audit
    header = audit.snapshot.header
    seen = audit.population
    return Record(
        tool={"name": "auditor", "version": VERSION},
        inputs={
            "snapshot": codec.digest(audit.snapshot),
            "started": header.started,
            "finished": header.finished,
            "cluster": dict(header.cluster),
            "repositories": [
                {key: one.get(key) for key in ("url", "revision", "commit")}
                for one in header.repositories
            ],
            "environment": audit.environment,
            "argocd_version": str(audit.version),
            "argocd_version_source": audit.version_source,
        },
        findings=tuple(_finding(draft, finding) for finding in audit.findings),
        waived=tuple(_finding(draft, finding) for finding in audit.waived),
        waivers=tuple(waiver_record(draft, use) for use in audit.waivers),
        policy=policy_record(draft),
        causes=tuple(_cause(draft, cause) for cause in roots(audit.findings, audit.causes)),
        population=PopulationRecord(
            both=_names(seen.both),
            only_git=_names(seen.only_git),
            only_live=_names(seen.only_live),
            audited=_names(seen.audited),
            out_of_scope=_names(seen.out_of_scope),
        ),
        coverage=tuple(
            CoverageRecord(
                rule=row.rule,
                checks=row.subjects,
                passed=row.passed,
                found=row.found,
                findings=row.findings,
                waived=row.waived,
                not_assessed=row.not_assessed,
            )
            for row in audit.coverage
        ),
        not_assessed=tuple(_unassessed(draft, verdict) for verdict in audit.not_assessed),
        rules=tuple(
            RuleRecord(
                rule.id,
                draft.pages[rule.id].title,
                {str(tier): severity_name(level) for tier, level in rule.severity.items()},
            )
            for rule in audit.rules
        ),
    )


def _finding(draft: Draft, finding: Finding) -> FindingRecord:
    return FindingRecord(
        rule=finding.rule,
        severity=severity_name(finding.severity),
        environment=finding.environment,
        basis=str(finding.breach.basis),
        subject=_subject(draft, finding.subject),
        application=_application(finding),
        members=_names(finding.members),
        at=finding.breach.at,
        origin=_origin(finding),
        facts=_facts(finding.breach.facts),
        fingerprint=finding.fingerprint,
        content=content(finding.breach, finding.manifest),
    )


def _application(verdict: Verdict) -> NameRecord | None:
    ref = verdict.subject
    if ref is None or ref.kind != "Application":
        return None
    return NameRecord(ref.namespace, ref.name)


def _subject(draft: Draft, ref: ResourceRef) -> SubjectRecord:
    cluster = str(draft.audit.snapshot.header.cluster.get("server") or "")
    return SubjectRecord(ref.group, ref.kind, ref.namespace, ref.name, cluster)


def _origin(finding: Finding) -> OriginRecord | None:
    match finding.manifest.origin:
        case GitOrigin(repository, commit, path):
            line = finding.manifest.line(finding.breach.at)
            return OriginRecord(repository, commit, path, line)
        case RenderedOrigin(_, repository, commit, path):
            return OriginRecord(repository, commit, path, None)
        case LiveOrigin():
            return None


def _cause(draft: Draft, cause: Cause) -> CauseRecord:
    everyone = (cause.root, *cause.effects)
    return CauseRecord(
        rule=cause.root.rule,
        subject=_subject(draft, cause.root.subject),
        facts=_facts(cause.root.breach.facts),
        findings=tuple(finding.fingerprint for finding in everyone),
        applications=_names(tuple(r for r in cause.subjects if r.kind == "Application")),
        blast_radius=blast_record(cause, draft.applications),
        time_line=time_record(cause, draft.audit.snapshot, draft.applications),
    )


def _unassessed(draft: Draft, verdict: NotAssessed) -> NotAssessedRecord:
    return NotAssessedRecord(
        rule=verdict.rule,
        subject=_subject(draft, verdict.subject) if verdict.subject else None,
        environment=verdict.environment,
        code=verdict.why.code,
        facts=_facts(verdict.why.facts),
    )


def _names(refs: tuple[ResourceRef, ...]) -> tuple[NameRecord, ...]:
    return tuple(NameRecord(ref.namespace, ref.name) for ref in refs)


def _facts(facts: Mapping[str, Fact]) -> dict[str, JsonFact]:
    return {name: spelt(fact) for name, fact in facts.items()}
