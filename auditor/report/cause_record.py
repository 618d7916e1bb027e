"""The reach and the time line of a cause, as machines read them."""

from collections.abc import Mapping
from dataclasses import dataclass

from auditor.argocd.application import Application
from auditor.engine.blast import blast
from auditor.engine.result import Cause
from auditor.engine.time_line import time_line
from auditor.kube.ref import ResourceRef
from auditor.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class BlastRecord:
    """How much one cause and its effects hit, each counted once."""

    applications: int
    environments: tuple[str, ...]
    objects: tuple[str, ...]
    """`Kind namespace/name`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitRecord:
    """A commit before the first sign of trouble."""

    repository: str
    commit: str
    time: str
    """RFC 3339, of the committer."""
    author: str
    """A name; addresses are not collected."""
    subject: str
    files: tuple[str, ...]
    """Those that belong to the Application."""
    more: int
    """Further files of the same commit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLineRecord:
    """Since when and how often, and what had changed in Git just before."""

    since: str | None
    """RFC 3339; the first sign that is still there."""
    attempts: int
    """Syncs that were tried without success, retries included."""
    heals: int
    """Times in a row that self-heal put back what something else writes."""
    warnings: int
    """Warnings among the events."""
    last_deployed: str | None
    """RFC 3339; last sync that succeeded, of the Application in which the cause lies."""
    commits: tuple[CommitRecord, ...]
    """The newest first."""


def blast_record(cause: Cause, applications: Mapping[ResourceRef, Application]) -> BlastRecord:
    """Return how much `cause` hits."""
    found = blast(cause, applications)
    return BlastRecord(len(found.applications), found.environments, found.objects)


def time_record(
    cause: Cause, snapshot: Snapshot, applications: Mapping[ResourceRef, Application]
) -> TimeLineRecord | None:
    """Return the time line of `cause`, None where the cluster does not show it happening."""
    found = time_line(cause, snapshot, applications)
    if found is None:
        return None
    return TimeLineRecord(
        since=found.since.isoformat() if found.since else None,
        attempts=found.attempts,
        heals=found.heals,
        warnings=found.warnings,
        last_deployed=found.deployed.isoformat() if found.deployed else None,
        commits=tuple(
            CommitRecord(
                repository=one.repository,
                commit=one.id,
                time=one.time.isoformat(),
                author=one.author,
                subject=one.subject,
                files=one.files,
                more=one.more,
            )
            for one in found.commits
        ),
    )
