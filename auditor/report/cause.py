"""The reach and the time line of a cause, in the reader's words."""

from collections.abc import Iterator

from auditor.argocd.commits import Commit
from auditor.engine.blast import blast
from auditor.engine.result import Cause
from auditor.engine.time_line import TimeLine, time_line
from auditor.report.cause_view import BlastView, CommitView, TimeLineView
from auditor.report.draft import Draft


def reach(draft: Draft, cause: Cause) -> BlastView:
    """Return how much `cause` hits."""
    found = blast(cause, draft.applications)
    return BlastView(len(found.applications), found.environments, len(found.objects))


def time_view(draft: Draft, cause: Cause) -> TimeLineView | None:
    """Return the time line of `cause`, None where nothing is known of it."""
    found = time_line(cause, draft.audit.snapshot, draft.applications)
    if found is None:
        return None
    view = TimeLineView(
        tuple(_signs(draft, found)), tuple(_commit(draft, one) for one in found.commits)
    )
    return view if view.signs or view.commits else None


def _signs(draft: Draft, line: TimeLine) -> Iterator[tuple[str, str]]:
    words = draft.words
    if line.since is not None:
        yield "since", words.moment(line.since)
    for name in ("attempts", "heals", "warnings"):
        if number := getattr(line, name):
            yield name, words.text(f"time.{name}_says", n=number)
    if line.deployed is not None:
        yield "deployed", words.moment(line.deployed)


def _commit(draft: Draft, commit: Commit) -> CommitView:
    return CommitView(
        id=commit.id,
        time=draft.words.moment(commit.time),
        author=commit.author,
        subject=commit.subject,
        files=commit.files,
        more=commit.more,
    )
