"""Every number of page one against the sums of the appendix; nothing is written before this."""

from collections import Counter
from collections.abc import Iterator

from auditor.report.view import ReportView


class Unbalanced(Exception):
    """Two numbers of a report that must be equal are not: a bug, never the reader's fault."""

    def __init__(self, what: str, one: object, other: object) -> None:
        super().__init__(f"{what}: {one} is not {other}")
        self.code = "unbalanced"
        self.facts = {"what": what, "one": str(one), "other": str(other)}


def check(view: ReportView) -> None:
    """Return where page one and appendix agree; raise Unbalanced."""
    for what, one, other in (
        *_checks(view),
        *_findings(view),
        *_population(view),
        *_objects(view),
    ):
        if one != other:
            raise Unbalanced(what, one, other)


def check_brief(view: ReportView) -> None:
    """Return where the numbers of a view without an appendix agree; raise Unbalanced."""
    verdict = view.verdict
    judged = verdict.passed + verdict.found + verdict.waived
    tallies = Counter({severity: getattr(view.tallies, severity) for severity in view.matrix.rows})
    for what, one, other in (
        ("verdicts", verdict.checks, judged + verdict.not_assessed),
        ("passed on page one", view.tallies.passed, verdict.passed),
        ("not assessed on page one", view.tallies.not_assessed, verdict.not_assessed),
        ("gaps", verdict.not_assessed, sum(gap.checks for gap in view.gaps)),
        ("findings of rules", verdict.findings, sum(rule.findings for rule in view.rules)),
        ("findings by severity", verdict.findings, tallies.total()),
        *((f"severity {name}", tallies[name], sum(row)) for name, row in view.matrix.rows.items()),
        *list(_population(view))[:2],
    ):
        if one != other:
            raise Unbalanced(what, one, other)


def _checks(view: ReportView) -> Iterator[tuple[str, object, object]]:
    verdict, rows = view.verdict, view.catalogue
    yield "checks", verdict.checks, sum(row.checks for row in rows)
    yield "passed", verdict.passed, sum(row.passed for row in rows)
    yield "found", verdict.found, sum(row.found for row in rows)
    yield "waived", verdict.waived, sum(row.waived for row in rows)
    yield "not assessed", verdict.not_assessed, sum(row.not_assessed for row in rows)
    judged = verdict.passed + verdict.found + verdict.waived
    yield "verdicts", verdict.checks, judged + verdict.not_assessed
    yield "gaps", verdict.not_assessed, sum(gap.checks for gap in view.gaps)
    cases = sum(case.checks for gap in view.gaps for case in gap.cases)
    yield "cases of gaps", verdict.not_assessed, cases
    yield "passed on page one", view.tallies.passed, verdict.passed
    yield "not assessed on page one", view.tallies.not_assessed, verdict.not_assessed
    for row in rows:
        yield f"row {row.id}", row.checks, row.passed + row.found + row.waived + row.not_assessed


def _findings(view: ReportView) -> Iterator[tuple[str, object, object]]:
    told = [f for rule in view.rules for entry in rule.entries for f in entry.findings]
    yield "findings", view.verdict.findings, len(told)
    yield "findings of rules", len(told), sum(rule.findings for rule in view.rules)
    yield "findings of the catalogue", len(told), sum(row.findings for row in view.catalogue)
    accepted = {f.id for one in view.waivers if one.state == "in_force" for f in one.findings}
    yield "waived findings", view.tallies.waived, len(accepted)
    yield "findings that are waived and told", accepted & {f.id for f in told}, set()
    cells = Counter((f.severity, f.environment) for f in told)
    for severity, row in view.matrix.rows.items():
        yield f"severity {severity}", getattr(view.tallies, severity), sum(row)
        for column, number in zip(view.matrix.columns, row, strict=True):
            yield f"{severity} in {column}", number, cells.pop((severity, column), 0)
    yield "findings outside the matrix", sum(cells.values()), 0
    known = {f.id for f in told}
    roots = {cause.root.id for cause in view.causes}
    effects = {effect.id for cause in view.causes for effect in cause.effects}
    yield "findings of causes", (roots | effects) - known, set()


def _population(view: ReportView) -> Iterator[tuple[str, object, object]]:
    seen = view.population
    yield "Applications", seen.total, seen.both + len(seen.only_git) + len(seen.only_live)
    yield "scope", seen.total, seen.audited + len(seen.out_of_scope)
    yield "Applications listed", seen.audited, len(view.applications)


def _objects(view: ReportView) -> Iterator[tuple[str, object, object]]:
    seen = view.objects
    if seen is None:
        return
    yield "objects", seen.total, seen.agree + seen.disagree + seen.not_comparable
    yield "objects that disagree", seen.disagree, len(seen.disagreements)
    yield "objects not compared", seen.not_comparable, sum(r.objects for r in seen.uncompared)
