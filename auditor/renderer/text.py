"""The report for a terminal: the verdict, what to mend first, what was not seen."""

from dataclasses import replace
from typing import Any, Final

from auditor.renderer.causes import cause_lines
from auditor.renderer.names import environment_name, state
from auditor.renderer.severities import COLOURS, MARKS
from auditor.renderer.terminal import drawn
from auditor.renderer.waivers import told, waivers
from auditor.report import words
from auditor.report.finding_view import FindingView, RuleView
from auditor.report.view import ReportView

MOST: Final = 10
"""Lines of one rule that are printed; of the rest only the number."""

_STATES: Final = {"fails": "bold red", "incomplete": "bold magenta", "passes": "bold green"}


def text(view: ReportView, *, color: bool = False, width: int = 100) -> str:
    """Return lines at most `width` columns wide, with ANSI colours where `color`."""
    # the record is for programs: nothing of it is printed
    return drawn(replace(view, record=None), _report, color=color, width=width)


def _report(console: Any, view: ReportView) -> None:
    spoken = words.load(view.language)
    _head(console, view, spoken)
    _causes(console, view, spoken)
    for rule in view.rules:
        _rule(console, rule, spoken)
    _gaps(console, view, spoken)
    _sections(console, view, spoken)
    waivers(console, view.waivers, spoken)


def _head(console: Any, view: ReportView, spoken: words.Words) -> None:
    from rich.text import Text  # noqa: PLC0415 - only terminals need it

    verdict, numbers, seen = view.verdict, view.tallies, view.population
    console.print(Text(f"{view.identity.system} · {spoken.text('title.report')}", style="bold"))
    when = view.identity.finished.local
    console.print(Text(f"{view.identity.report_id}  {when}", style="dim"))
    says = spoken.text(
        f"verdict.{verdict.state}_says",
        findings=verdict.findings,
        critical=numbers.critical,
        high=numbers.high,
        threshold=spoken.text(f"sev.{verdict.threshold}"),
    )
    word = Text(state(view, spoken), style=_STATES[verdict.state])
    console.print(Text.assemble("\n", word, "  ", says))
    coverage = f"{spoken.text('verdict.coverage')} {verdict.coverage}"
    if verdict.not_assessed:
        coverage = f"{spoken.text('verdict.gaps', n=verdict.not_assessed)} {coverage}"
    console.print(Text(coverage))
    applications = spoken.text(
        "population.sum",
        both=seen.both,
        only_git=len(seen.only_git),
        only_live=len(seen.only_live),
        total=seen.total,
        out_of_scope=len(seen.out_of_scope),
        audited=seen.audited,
    )
    console.print(Text(f"{spoken.text('population.unit')}: {applications}"))
    if view.waivers:
        console.print(Text(told(view, spoken)))
    _matrix(console, view, spoken)


def _matrix(console: Any, view: ReportView, spoken: words.Words) -> None:
    from rich.table import Table  # noqa: PLC0415 - only terminals need it
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("")
    for column in view.matrix.columns:
        table.add_column(Text(environment_name(spoken, column)), justify="right")
    table.add_column(spoken.text("heat.total"), justify="right")
    for severity, row in view.matrix.rows.items():
        cells = [str(n) if n else "·" for n in row]
        table.add_row(_severity(severity, spoken), *cells, str(sum(row)))
    console.print()
    console.print(table)


def _severity(severity: str, spoken: words.Words) -> Any:
    from rich.text import Text  # noqa: PLC0415 - only terminals need it

    said = f"{MARKS[severity]} {spoken.text(f'sev.{severity}')}"
    return Text(said, style=COLOURS[severity])


def _causes(console: Any, view: ReportView, spoken: words.Words) -> None:
    from rich.padding import Padding  # noqa: PLC0415 - only terminals need it
    from rich.text import Text  # noqa: PLC0415

    if not view.causes:
        return
    console.print(Text(f"\n{spoken.text('causes.title')}", style="bold"))
    for cause in view.causes:
        number = Text(f"{cause.id} ", style="dim")
        console.print(Text.assemble(number, _severity(cause.severity, spoken), f"  {cause.title}"))
        console.print(Padding(Text(cause.sentence), (0, 0, 0, 3), expand=False))
        for line in cause_lines(cause, spoken):
            console.print(Padding(Text(line, style="dim"), (0, 0, 0, 3), expand=False))


def _rule(console: Any, rule: RuleView, spoken: words.Words) -> None:
    from rich.text import Text  # noqa: PLC0415 - only terminals need it

    console.print(Text.assemble("\n", (rule.id, "dim"), "  ", (rule.title, "bold")))
    shown = rule.entries[:MOST]
    for entry in shown:
        _finding(console, entry.findings[0], spoken)
        _others(console, [finding.subject for finding in entry.findings[1:]], spoken)
    left = rule.findings - sum(len(entry.findings) for entry in shown)
    if left:
        console.print(Text(f"  {spoken.text('find.tail', n=left)}", style="dim"))


def _others(console: Any, subjects: list[str], spoken: words.Words) -> None:
    """Name the other objects of one line of the report."""
    from rich.padding import Padding  # noqa: PLC0415 - only terminals need it
    from rich.text import Text  # noqa: PLC0415

    if subjects:
        named = Text(f"+ {spoken.listed(tuple(subjects))}", style="dim")
        console.print(Padding(named, (0, 0, 0, 4), expand=False))


def _finding(console: Any, finding: FindingView, spoken: words.Words) -> None:
    from rich.padding import Padding  # noqa: PLC0415 - only terminals need it
    from rich.text import Text  # noqa: PLC0415

    place = finding.place
    line = f":{place.line}" if place.line else ""
    head = Text.assemble("  ", _severity(finding.severity, spoken))
    where = f"  {environment_name(spoken, finding.environment)}  {place.file}{line}"
    console.print(Text.assemble(head, (where, "dim")))
    console.print(Padding(Text(finding.sentence), (0, 0, 0, 4), expand=False))
    _others(console, list(finding.members), spoken)


def _gaps(console: Any, view: ReportView, spoken: words.Words) -> None:
    from rich.padding import Padding  # noqa: PLC0415 - only terminals need it
    from rich.text import Text  # noqa: PLC0415

    if not view.gaps:
        return
    console.print(Text(f"\n{spoken.text('gaps.title')}", style="bold"))
    for gap in view.gaps:
        checks = spoken.text("gap_card.checks", n=gap.checks)
        console.print(Text(f"  ◌ {gap.title}: {checks}", style="magenta"))
        remedy = Text(gap.remedy.replace("`", ""), style="dim")
        console.print(Padding(remedy, (0, 0, 0, 4), expand=False))


def _sections(console: Any, view: ReportView, spoken: words.Words) -> None:
    """Name files and objects that could not be read, though no check may depend on them."""
    from rich.padding import Padding  # noqa: PLC0415 - only terminals need it
    from rich.text import Text  # noqa: PLC0415

    partial = [section for section in view.sections if section.state == "partial"]
    if not partial:
        return
    console.print(Text(f"\n{spoken.text('sections.title')}", style="bold"))
    for section in partial:
        state = spoken.text("sections.partial")
        console.print(Text(f"  ◌ {section.name}: {state}", style="magenta"))
        for reason in section.reasons:
            console.print(Padding(Text(reason), (0, 0, 0, 4), expand=False))
        for remedy in section.remedies:
            said = Text(remedy.replace("`", ""), style="dim")
            console.print(Padding(said, (0, 0, 0, 4), expand=False))
