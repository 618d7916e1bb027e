"""What to read from a cluster, and how patiently."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from auditor.snapshot import sections
from auditor.snapshot.section import Raw

LIVE_NAMES: Final = frozenset(section.name for section in sections.LIVE)
USUAL: Final = LIVE_NAMES - {sections.LIVE_ACCESS.name}
"""What is read where nobody chose; the rights of accounts are read for an opinion only."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One collection; the defaults suit a cluster with a few thousand Applications."""

    argocd_namespace: str | None = None
    """Where Argo CD is installed; None looks for it."""
    page_size: int = 500
    """Objects a page of a list; 0 asks for everything at once."""
    concurrency: int = 4
    """Requests in flight at one time."""
    timeout: timedelta = timedelta(seconds=30)
    """How long one answer may take; connecting may take five seconds of it at most."""
    attempts: int = 4
    """How often a request is made that is throttled, or fails at the server or on the way."""
    patience: timedelta = timedelta(seconds=30)
    """The longest wait that is granted to a server that names one (Retry-After)."""
    sections: frozenset[str] = USUAL
    """Names of the live sections that the selected rules need; the others are not read."""
    applications: frozenset[str] | None = None
    """`namespace/name` of the Applications whose objects and events are read; None reads all."""

    def wants(self, *wanted: Raw) -> bool:
        """Say whether any of `wanted` is to be read."""
        return any(section.name in self.sections for section in wanted)
