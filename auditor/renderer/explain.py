"""One Application for a terminal or a pipe: symptom, cause, evidence, fix, how to confirm."""

from collections.abc import Iterator
from typing import Any, Final

from auditor.renderer.causes import blast_line, time_lines
from auditor.renderer.severities import COLOURS, MARKS
from auditor.renderer.terminal import drawn
from auditor.report import words
from auditor.report.explain import Chain, Explanation, Fact, Step
from auditor.report.explain_messages import Told
from auditor.report.finding_view import EvidenceView, FindingView, Value

_STATES: Final = {"Synced": "green", "Healthy": "green", "Succeeded": "green"}
_DIFF: Final = {"+": "green", "-": "red", " ": "dim"}


def explanation(view: Explanation, *, color: bool = False, width: int = 100) -> str:
    """Return lines at most `width` columns wide, YAML and commands apart; ANSI where `color`."""
    return drawn(view, _explanation, color=color, width=width)


def _explanation(console: Any, view: Explanation) -> None:
    from rich.text import Text  # noqa: PLC0415 - only terminals need it

    spoken = words.load(view.language)
    console.print(Text(view.subject, style="bold"))
    _facts(console, view.about, spoken)
    _heading(console, spoken.text("explain.symptom"))
    _facts(console, view.symptoms, spoken)
    for chain in view.chains:
        _chain(console, chain, spoken)
    if not view.chains:
        console.print(Text(f"\n{spoken.text('explain.no_finding')}"))
    if view.messages:
        _heading(console, spoken.text("explain.messages"))
        for message in view.messages:
            _message(console, message, spoken)
    _unjudged(console, view, spoken)


def _heading(console: Any, text: str) -> None:
    from rich.text import Text  # noqa: PLC0415 - see _explanation()

    console.print(Text(f"\n{text}", style="bold"))


def _facts(console: Any, facts: tuple[Fact, ...], spoken: words.Words) -> None:
    from rich.table import Table  # noqa: PLC0415 - see _explanation()
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    before = ""
    for fact in facts:
        label = "" if fact.label == before else spoken.text(f"explain.{fact.label}")
        style = _STATES.get(fact.says.partition(" ")[0].rstrip(","), "")
        table.add_row(Text(f"  {label}", style="dim"), Text(fact.says, style=style))
        before = fact.label
    console.print(table)


def _chain(console: Any, chain: Chain, spoken: words.Words) -> None:
    for step in chain.steps:
        _step(console, step, spoken)
    if chain.elsewhere:
        _indented(console, spoken.text("explain.elsewhere", n=chain.elsewhere), "dim")


def _step(console: Any, step: Step, spoken: words.Words) -> None:
    from rich.text import Text  # noqa: PLC0415 - see _explanation()

    finding = step.finding
    role = spoken.text(f"explain.{step.role}")
    severity = f"{MARKS[finding.severity]} {spoken.text(f'sev.{finding.severity}')}"
    head = Text.assemble(
        "\n" if step.role != "effect" else "  ↳ ",
        (role, "bold"),
        "  ",
        (severity, COLOURS[finding.severity]),
        (f"  {finding.rule}  ", "dim"),
        (step.title, "bold"),
    )
    console.print(head)
    if step.is_elsewhere:
        _indented(console, spoken.text("explain.of_other", subject=finding.subject), "dim")
    _indented(console, finding.sentence, "", 4 if step.role == "effect" else 2)
    if step.role == "effect":
        return
    if step.blast:
        _indented(console, blast_line(step.blast, spoken), "dim")
    for line in time_lines(step.time, spoken) if step.time else ():
        _indented(console, line, "dim")
    _evidence(console, finding, spoken)
    _fix(console, step, spoken)
    if step.confirm:
        _label(console, spoken.text("explain.confirm"))
        _prose(console, step.confirm)


def _evidence(console: Any, finding: FindingView, spoken: words.Words) -> None:
    place = finding.place
    line = f":{place.line}" if place.line else ""
    _label(console, spoken.text("explain.evidence"))
    _indented(console, f"{place.file}{line}", "dim", 4)
    for row in finding.evidence:
        _row(console, row, spoken)


def _row(console: Any, row: EvidenceView, spoken: words.Words) -> None:
    named = " ".join(part for part in (row.object, row.field) if part)
    sides = [
        f"{spoken.text(f'find.{side}')}: {_value(value, spoken)}"
        for side, value in (("git", row.git), ("live", row.live))
        if value.state != "none"
    ]
    _indented(console, named, "", 4)
    for side in sides:
        _indented(console, side, "dim", 6)


def _value(value: Value, spoken: words.Words) -> str:
    if value.state != "value":
        return spoken.text(f"find.{value.state}")
    if not value.manager:
        return value.text
    wrote = spoken.text("find.by", manager=value.manager)
    return f"{value.text} ({' '.join(part for part in (wrote, value.time) if part)})"


def _fix(console: Any, step: Step, spoken: words.Words) -> None:
    from rich.text import Text  # noqa: PLC0415 - see _explanation()

    change = step.finding.diff
    if not step.fix and change is None:
        return
    _label(console, spoken.text("explain.fix"))
    if change is not None:
        line = f":{change.place.line}" if change.place.line else ""
        _indented(console, f"{change.place.file}{line}", "dim", 4)
        for mark, text in change.lines:
            console.print(Text(f"    {mark} {text}", style=_DIFF[mark]), soft_wrap=True)
        if not change.is_safe:
            _indented(console, spoken.text("find.unsafe"), "magenta", 4)
    _prose(console, step.fix)


def _message(console: Any, message: Told, spoken: words.Words) -> None:
    from rich.padding import Padding  # noqa: PLC0415 - see _explanation()
    from rich.text import Text  # noqa: PLC0415 - see _explanation()

    place = spoken.text(f"explain.place.{message.place}")
    stale = spoken.text("explain.stale") if message.is_stale else ""
    where = "  ".join(part for part in (place, message.type, message.since, stale) if part)
    _indented(console, where, "dim")
    _indented(console, message.text, "", 4)
    if not message.signature:
        _indented(console, spoken.text("explain.unknown"), "magenta", 4)
        return
    for label, text in (("means", message.cause), ("fix", message.remedy)):
        head = (f"{spoken.text(f'explain.{label}')}: ", "bold")
        line = Text.assemble(head, text.replace("`", ""))
        console.print(Padding(line, (0, 0, 0, 4), expand=False))
    if message.command:
        head = (f"    {spoken.text('explain.confirm')}: ", "bold")
        console.print(Text.assemble(head, (message.command, "cyan")), soft_wrap=True)


def _unjudged(console: Any, view: Explanation, spoken: words.Words) -> None:
    if not view.unjudged:
        return
    _heading(console, spoken.text("gaps.title"))
    for one in view.unjudged:
        _indented(console, f"◌ {one.says.replace('`', '')} ({', '.join(one.rules)})", "magenta")
        _indented(console, one.remedy.replace("`", ""), "dim", 4)


def _label(console: Any, text: str) -> None:
    from rich.text import Text  # noqa: PLC0415 - see _explanation()

    console.print(Text(f"  {text}", style="bold"))


def _prose(console: Any, markdown: str) -> None:
    """Print Markdown as text; a line of code keeps its length, so that it can be copied."""
    from rich.text import Text  # noqa: PLC0415 - see _explanation()

    is_code = False
    for line in _joined(markdown):
        if line.startswith("```"):
            is_code = not is_code
        elif is_code:
            console.print(Text(f"    {line}", style="cyan"), soft_wrap=True)
        elif line.strip():
            _indented(console, line.replace("`", "").replace("**", ""), "", 4)


def _joined(markdown: str) -> Iterator[str]:
    """Yield the lines; one that goes on with an item of a list is part of it."""
    waiting = ""
    is_code = False
    for line in markdown.splitlines():
        is_code ^= line.startswith("```")
        if waiting and line.startswith(" ") and not is_code:
            waiting = f"{waiting} {line.strip()}"
            continue
        if waiting:
            yield waiting
        waiting = "" if is_code else line
        if is_code:
            yield line
    if waiting:
        yield waiting


def _indented(console: Any, text: str, style: str = "", indent: int = 2) -> None:
    from rich.padding import Padding  # noqa: PLC0415 - see _explanation()
    from rich.text import Text  # noqa: PLC0415

    console.print(Padding(Text(text, style=style), (0, 0, 0, indent), expand=False))
