"""Commits that touched what an Application is made from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Self

from auditor.argocd.application_fields import parse_rfc3339
from auditor.kube.loose import text, texts

_SKEW: Final = timedelta(minutes=2)
"""How far the clocks of a developer and of the cluster may differ."""


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit as the repository tells it; of its author only the name is known."""

    repository: str
    id: str
    time: datetime
    """Of the committer."""
    author: str
    subject: str
    files: tuple[str, ...]
    """Those that matter to the Application."""
    more: int
    """Files beside them that the commit changed."""

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self | None:
        """Read what the collector wrote; None where the time is no time."""
        time = parse_rfc3339(raw.get("time"))
        if time is None:
            return None
        more = raw.get("more")
        return cls(
            repository=text(raw, "repository"),
            id=text(raw, "commit"),
            time=time,
            author=text(raw, "author"),
            subject=text(raw, "subject"),
            files=texts(raw, "files"),
            more=more if isinstance(more, int) else 0,
        )


def before(commits: Iterable[Commit], moment: datetime | None, most: int) -> tuple[Commit, ...]:
    """Return the last `most` commits before `moment` (None: of all), the newest first."""
    found = [one for one in commits if moment is None or one.time - moment <= _SKEW]
    return tuple(sorted(found, key=lambda one: one.time, reverse=True)[:most])
