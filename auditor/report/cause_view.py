"""What a report says of a cause besides its findings: how far it reaches, and since when."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BlastView:
    """How much one cause and its effects hit, each counted once."""

    applications: int
    environments: tuple[str, ...]
    """Columns of the report."""
    objects: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitView:
    """A commit before the first sign of trouble."""

    id: str
    time: str
    """In the reader's zone."""
    author: str
    """A name; addresses are not collected."""
    subject: str
    files: tuple[str, ...]
    """Those that belong to the Application."""
    more: int
    """Further files of the same commit."""


@dataclass(frozen=True, slots=True)
class TimeLineView:
    """Since when and how often, and what had changed in Git."""

    signs: tuple[tuple[str, str], ...]
    """Key of the label in the words (`time.*`), and what it says; only what is known."""
    commits: tuple[CommitView, ...]
    """The newest first."""
