"""Facts as files spell them, the published JSON and the cases beside a rule alike."""

from datetime import datetime, timedelta
from typing import Any

from auditor.kube import duration
from auditor.kube.ref import ResourceRef


def spelt(fact: Any) -> Any:
    """Return a fact as JSON and YAML have it: a reference by its label, a duration as Go does."""
    match fact:
        case timedelta():
            return duration.show(fact)
        case datetime():
            return fact.isoformat()
        case ResourceRef():
            return fact.label
        case list() | tuple():
            return [spelt(item) for item in fact]
        case None | str() | int():
            return fact
        case _:
            return str(fact)
