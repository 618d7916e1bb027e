"""What was seen of an installation, and what could not be seen."""

from auditor.snapshot.section import Collected, Derived, Excluded, Look, Missing, Raw, Section
from auditor.snapshot.snapshot import Header, Snapshot

__all__ = [
    "Collected",
    "Derived",
    "Excluded",
    "Header",
    "Look",
    "Missing",
    "Raw",
    "Section",
    "Snapshot",
]
