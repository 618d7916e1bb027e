"""The table of Applications, and the catalogue of rules that were used."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from auditor.argocd.application import Application
from auditor.argocd.sources import Source
from auditor.engine.environments import Assignment
from auditor.engine.result import Coverage
from auditor.findings import Finding
from auditor.kube.gap import Gap
from auditor.kube.ref import ResourceRef
from auditor.report.appendix_view import ApplicationView, CatalogueRow
from auditor.report.draft import Draft
from auditor.report.findings import counts, severity_name


def applications(draft: Draft) -> tuple[ApplicationView, ...]:
    """Return the audited Applications, those of the most important tier first."""
    audit = draft.audit
    found = _by_application(draft)
    unjudged = Counter(subject for batch in audit.unseen for subject, _ in batch.places)
    ranked = sorted(
        audit.population.audited, key=lambda ref: (audit.assignments[ref].tier.rank, ref)
    )
    return tuple(_application(draft, ref, found[ref], unjudged[ref]) for ref in ranked)


def _by_application(draft: Draft) -> Mapping[ResourceRef, list[Finding]]:
    found: dict[ResourceRef, list[Finding]] = defaultdict(list)
    for finding in draft.audit.findings:
        for ref in dict.fromkeys((finding.subject, *finding.members)):
            found[ref].append(finding)
    return found


def _application(
    draft: Draft, ref: ResourceRef, found: list[Finding], unjudged: int
) -> ApplicationView:
    app = draft.applications[ref]
    assignment = draft.audit.assignments[ref]
    return ApplicationView(
        id=f"app-{ref.namespace}-{ref.name}",
        name=ref.name,
        namespace=ref.namespace,
        project=app.project,
        environments=assignment.environments,
        column=assignment.column,
        tier=assignment.tier.value,
        why=_why(draft, assignment),
        is_parent=assignment.is_parent,
        seen=_seen(app),
        file=_file(draft, app),
        sources=tuple(_source(source) for source in app.sources),
        destination=_destination(app),
        sync=app.status.sync if app.status else "",
        health=app.status.health if app.status else "",
        counts=counts(found),
        not_assessed=unjudged,
    )


def _why(draft: Draft, assignment: Assignment) -> str:
    told = [_reason(draft, why) for why in assignment.why]
    return draft.words.listed(told)


def _reason(draft: Draft, why: Gap) -> str:
    key = f"why.{why.code}"
    return draft.words.text(key, **why.facts) if draft.words.has(key) else why.key


def _seen(app: Application) -> str:
    if app.declared and app.live:
        return "both"
    return "only_git" if app.declared else "only_live"


def _file(draft: Draft, app: Application) -> str:
    if app.declared is None:
        return ""
    place = draft.place(app.declared)
    return f"{place.file}:{place.line}" if place.line else place.file


def _source(source: Source) -> str:
    what = source.chart or source.path or "."
    revision = source.target_revision or "HEAD"
    repository = source.repo_url.rstrip("/").removesuffix(".git").rpartition("/")[2]
    return f"{repository} {what} @ {revision}"


def _destination(app: Application) -> str:
    where = app.destination.name or app.destination.server.rpartition("//")[2]
    return f"{where} / {app.destination.namespace or '–'}"


def catalogue(draft: Draft) -> tuple[CatalogueRow, ...]:
    """Return every rule used with what became of its checks."""
    rules = {rule.id: rule for rule in draft.audit.rules}
    return tuple(
        _row(draft, row, severity_name(max(rules[row.rule].severity.values())))
        for row in draft.audit.coverage
    )


def _row(draft: Draft, row: Coverage, severity: str) -> CatalogueRow:
    return CatalogueRow(
        id=row.rule,
        title=draft.pages[row.rule].title,
        severity=severity,
        checks=row.subjects,
        passed=row.passed,
        found=row.found,
        findings=row.findings,
        waived=row.waived,
        not_assessed=row.not_assessed,
    )
