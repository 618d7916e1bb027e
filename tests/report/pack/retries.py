"""Retries that end too soon; every Application of these tests is asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from auditor.argocd.application import Application
from auditor.findings import Breach, Edit, Fix, Severity, by_tier
from auditor.rulebook import rule
from auditor.snapshot.derived import APPLICATIONS


@dataclass(frozen=True, slots=True)
class Options:
    """What is too soon."""

    enough: timedelta = timedelta(minutes=5)


@rule(
    "RETRY-001",
    severity=by_tier(production=Severity.MEDIUM, other=Severity.LOW),
    over=APPLICATIONS,
    options=Options,
)
def retries(app: Application, options: Options) -> Iterator[Breach]:
    """Find a limit of two."""
    if app.manifest.get("spec", "syncPolicy", "retry", "limit") == 2:
        yield Breach(
            at="/spec/syncPolicy/retry",
            facts={"limit": 2, "patience": timedelta(seconds=15), "enough": options.enough},
            fix=Fix((Edit("set", "/spec/syncPolicy/retry/limit", 5),), is_safe=False),
        )
