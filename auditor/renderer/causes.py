"""The reach and the time line of a cause as lines of text."""

from collections.abc import Iterator

from auditor.renderer.names import environment_name
from auditor.report import words
from auditor.report.cause_view import BlastView, CommitView, TimeLineView
from auditor.report.finding_view import CauseView

NAMED = 2
"""Files of a commit that are named."""


def cause_lines(cause: CauseView, spoken: words.Words) -> Iterator[str]:
    """Yield what is said of a cause below its sentence."""
    yield blast_line(cause.blast, spoken)
    if cause.effects:
        yield spoken.text("start.effects", n=len(cause.effects))
    if cause.time:
        yield from time_lines(cause.time, spoken)


def blast_line(blast: BlastView, spoken: words.Words) -> str:
    """Return how much is hit in one line."""
    names = ", ".join(environment_name(spoken, name) for name in blast.environments)
    environments = spoken.text("causes.environments", n=len(blast.environments), names=names)
    parts = [spoken.text("causes.applications", n=blast.applications)] * bool(blast.applications)
    parts.append(environments)
    parts += [spoken.text("causes.objects", n=blast.objects)] * bool(blast.objects)
    return f"{spoken.text('causes.blast')}: {' · '.join(parts)}"


def time_lines(line: TimeLineView, spoken: words.Words) -> Iterator[str]:
    """Yield since when and how often, then the commits."""
    signs = (f"{spoken.text(f'time.{label}')}: {says}" for label, says in line.signs)
    if told := " · ".join(signs):
        yield told
    for commit in line.commits:
        yield f"{spoken.text('time.changed')}: {commit_line(commit, spoken)}"


def commit_line(commit: CommitView, spoken: words.Words) -> str:
    """Return a commit in one line: subject, author, time, id, files."""
    named = ", ".join(commit.files[:NAMED])
    rest = commit.more + max(0, len(commit.files) - NAMED)
    files = spoken.text("time.files", files=named, n=rest) if rest else named
    return f"{commit.subject} ({commit.author}, {commit.time}, {commit.id[:8]}): {files}"
