"""The smallest change that mends a finding, as edits of one manifest."""

from dataclasses import dataclass
from typing import Any, Literal

from auditor.kube.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Edit:
    """One change; `at` is a JSON pointer, whose last step `-` appends to a list."""

    op: Literal["set", "remove"]
    at: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits of one manifest. Without edits a person has to decide."""

    edits: tuple[Edit, ...]
    manifest: Manifest | None = None
    """What is edited; None stands for the subject as Git declares it."""
    is_safe: bool = True
    """False where applying it without thought could do harm."""
