"""The register of waivers for a terminal: all of them, in force or not."""

from typing import Any, Final

from auditor.renderer.terminal import drawn
from auditor.report import words
from auditor.report.policy_view import WaiverView
from auditor.report.view import ReportView

MOST: Final = 10
"""Findings of one waiver that are printed; of the rest only the number."""


def register(
    views: tuple[WaiverView, ...], language: str, *, color: bool = False, width: int = 100
) -> str:
    """Return the register alone as lines; nothing where there are no waivers."""
    spoken = words.load(language)
    return drawn(
        views, lambda console, safe: waivers(console, safe, spoken), color=color, width=width
    )


def told(view: ReportView, spoken: words.Words) -> str:
    """Return the sentence of page one about what is accepted."""
    numbers = view.tallies
    return spoken.text(
        "waivers.told", findings=numbers.waived, n=len(view.waivers), soon=numbers.expiring
    )


def waivers(console: Any, views: tuple[WaiverView, ...], spoken: words.Words) -> None:
    """Print each waiver with its state, who approved it, until when, and what it accepts."""
    from rich.padding import Padding  # noqa: PLC0415 - only terminals need it
    from rich.text import Text  # noqa: PLC0415

    if not views:
        return
    console.print(Text(f"\n{spoken.text('waivers.title')}", style="bold"))
    for one in views:
        state = Text(spoken.text(f"waivers.states.{one.state}"), style=_style(one))
        head = Text(f"  {one.id} {one.rule or '–'} {one.about}  ")
        console.print(Padding(Text.assemble(head, state), (0, 0, 0, 0), expand=False))
        parts = " · ".join(part for part in _parts(one, spoken) if part)
        said = Text(parts, style="dim")
        console.print(Padding(said, (0, 0, 0, 4), expand=False))
        accepted = one.sentences if one.state == "in_force" else ()
        lines = [*accepted[:MOST]]
        if len(accepted) > MOST:
            lines.append(spoken.text("waivers.more", n=len(accepted) - MOST))
        for line in lines:
            console.print(Padding(Text(line), (0, 0, 0, 4), expand=False))


def _parts(one: WaiverView, spoken: words.Words) -> list[str]:
    time = f"{one.granted} ~ {one.expires}" if one.granted else one.expires
    is_cut = one.until and one.until != one.expires
    return [
        one.reason,
        f"{one.approver} {one.ticket}".strip(),
        time,
        spoken.text("waivers.self") if one.is_self_approved else "",
        spoken.text("waivers.cut", until=one.until) if is_cut else "",
        spoken.text("waivers.bound") if one.is_bound else "",
    ]


def _style(one: WaiverView) -> str:
    return "" if one.state in ("in_force", "unknown") else "magenta"
