"""Which conditions Argo CD raises, of Applications and of ApplicationSets, one a failure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auditor.argocd.application_fields import parse_rfc3339
from auditor.argocd.status import Condition, Status
from auditor.kube.loose import mappings, text


@dataclass(frozen=True, slots=True)
class Raised:
    """One condition and its place in `status.conditions`."""

    index: int
    type: str
    reason: str
    """Only those of ApplicationSets have one."""
    message: str
    since: datetime | None


def of_application(status: Status, types: tuple[str, ...]) -> Iterator[Raised]:
    """Yield the errors, and the warnings of `types`."""
    for index, condition in enumerate(status.conditions):
        if condition.is_error or condition.type in types:
            yield _raised(index, condition)


def of_applicationset(live: Mapping[str, Any]) -> Iterator[Raised]:
    """Yield ErrorOccurred where it is true: the only trace of a generation that failed."""
    for index, raw in enumerate(mappings(live, "status", "conditions")):
        if text(raw, "type") == "ErrorOccurred" and text(raw, "status") == "True":
            since = parse_rfc3339(raw.get("lastTransitionTime"))
            message, reason = text(raw, "message"), text(raw, "reason")
            yield Raised(index, "ErrorOccurred", reason, message, since)


def _raised(index: int, condition: Condition) -> Raised:
    return Raised(index, condition.type, "", condition.message, condition.since)
