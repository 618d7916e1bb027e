"""Desired against live for a terminal or a pipe: YAML, owners, what is ignored in grey."""

from typing import Any, Final

from auditor.renderer.terminal import drawn
from auditor.report import words
from auditor.report.object_diff import FieldDiff, ObjectDiff, ObjectDiffs, OwnerView

_STYLES: Final = {
    "differs": "bold yellow",
    "only_git": "bold yellow",
    "only_live": "bold yellow",
    "unknown": "magenta",
    "hook": "dim",
    "same": "green",
}
_SIGNS: Final = {
    "differs": "≠",
    "only_git": "+",
    "only_live": "-",
    "unknown": "◌",
    "hook": "·",
    "same": "=",
}
_COLOURS: Final = {"+": "green", "-": "red", " ": ""}


def object_diff(view: ObjectDiffs, *, color: bool = False, width: int = 100) -> str:
    """Return the text, with ANSI colours where `color`; lines of YAML keep their length."""
    return drawn(view, _object_diff, color=color, width=width, soft_wrap=True)


def _object_diff(console: Any, view: ObjectDiffs) -> None:
    from rich.text import Text  # noqa: PLC0415 - only terminals need it

    spoken = words.load(view.language)
    title = Text(spoken.text("object_diff.title", subject=view.subject), style="bold")
    console.print(title)
    counts = "  ".join(f"{spoken.text(f'object_diff.{s}')}: {n}" for s, n in view.counts.items())
    said = spoken.text("object_diff.argocd", status=view.sync) if view.sync else ""
    console.print(Text("   ".join(part for part in (said, counts) if part)))
    console.print(Text(spoken.text(f"object_diff.start_{view.start}"), style="dim"))
    for says, remedy in view.remarks:
        _gap(console, says, remedy, "")
    if not view.objects:
        console.print(Text(spoken.text("object_diff.nothing"), style="magenta"))
    if any(one.lines or one.hidden_lines for one in view.objects):
        console.print(Text(spoken.text("object_diff.legend"), style="dim"))
    for one in view.objects:
        _object(console, one, spoken)


def _object(console: Any, one: ObjectDiff, spoken: words.Words) -> None:
    from rich.text import Text  # noqa: PLC0415 - see _object_diff()

    if one.state not in ("same", "hook") or one.fields:
        console.print()
    marks = [spoken.text("object_diff.argocd", status=one.argocd)] if one.argocd else []
    marks += [spoken.text("object_diff.prune")] if one.requires_pruning else []
    marks += [spoken.text(f"object_diff.next_{one.outcome}")] if one.outcome else []
    state = spoken.text(f"object_diff.{one.state}")
    head = Text(f"{_SIGNS[one.state]} {one.object}  {state}", style=_STYLES[one.state])
    console.print(Text.assemble(head, (f"  {' · '.join(marks)}" if marks else "", "dim")))
    if one.why:
        _gap(console, one.why, one.remedy, "    ")
    _lines(console, one.lines, is_grey=False)
    for field in one.fields:
        if not field.is_hidden:
            _field(console, field, spoken, is_shown=bool(one.lines))
    _lines(console, one.hidden_lines, is_grey=True)
    for field in one.fields:
        if field.is_hidden:
            _field(console, field, spoken, is_shown=bool(one.hidden_lines))


def _lines(console: Any, lines: tuple[tuple[str, str], ...], *, is_grey: bool) -> None:
    from rich.text import Text  # noqa: PLC0415 - see _object_diff()

    for mark, line in lines:
        console.print(Text(f"    {mark} {line}", style="dim" if is_grey else _COLOURS[mark]))


def _field(console: Any, field: FieldDiff, spoken: words.Words, *, is_shown: bool) -> None:
    """Print one field; its values only where the YAML above does not show them."""
    from rich.text import Text  # noqa: PLC0415 - see _object_diff()

    owners = ", ".join(_owner(owner) for owner in field.owners)
    told = [
        spoken.text("object_diff.owner", owner=owners)
        if owners
        else spoken.text("object_diff.no_owner")
    ]
    if field.is_hidden:
        told.append(
            spoken.text("object_diff.hidden", rules=", ".join(field.rules))
            if field.rules
            else spoken.text("object_diff.together")
        )
    if field.is_unread:
        told.append(spoken.text("object_diff.unread"))
    if field.is_pending:
        told.append(spoken.text("object_diff.pending"))
    if not field.is_unread:
        told.append(spoken.text(f"object_diff.next_{field.outcome}"))
    style = "dim" if field.is_hidden else ""
    console.print(Text(f"    {field.pointer}", style=style))
    has_values = field.desired is not None or field.live is not None
    if has_values and not is_shown:
        absent = spoken.text("object_diff.absent")
        for side, value in (("desired", field.desired), ("live", field.live)):
            shown = absent if value is None else value
            line = f"      {spoken.text(f'object_diff.{side}')}: {shown}"
            console.print(Text(line, style=style))
    console.print(Text(f"      {' · '.join(told)}", style="dim"))


def _owner(owner: OwnerView) -> str:
    how = "/".join(part for part in (owner.operation, owner.subresource) if part)
    what = " ".join(part for part in (how, owner.time) if part)
    return f"{owner.manager} ({what})" if what else owner.manager


def _gap(console: Any, says: str, remedy: str, indent: str) -> None:
    from rich.text import Text  # noqa: PLC0415 - see _object_diff()

    console.print(Text(f"{indent}◌ {says}".replace("`", ""), style="magenta"))
    console.print(Text(f"{indent}  {remedy}".replace("`", ""), style="dim"))
