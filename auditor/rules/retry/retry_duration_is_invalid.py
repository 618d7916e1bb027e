"""Waits that Argo CD cannot read, which it notices only when a sync fails."""

import re
from collections.abc import Iterator
from typing import Final

from auditor.argocd.application import Application
from auditor.findings import Breach, Edit, Evidence, Fix, Severity, by_tier
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS

_SPELT: Final = re.compile(
    r"\s*(\d{1,6})\s*(s|sec|secs|seconds?|m|min|mins|minutes?|h|hrs?|hours?|d|days?)\s*",
    re.ASCII | re.IGNORECASE,
)


@rule(
    "RETRY-004",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    options=NoOptions,
)
def retry_duration_is_invalid(app: Application, _: NoOptions) -> Iterator[Breach]:
    """Read both waits as the controller does: empty, digits for seconds, or a Go duration."""
    for field, value in app.policy.retry.errors:
        at = f"/spec/syncPolicy/retry/{field.replace('.', '/')}"
        meant = _meant(value)
        yield Breach(
            at=at,
            facts={"field": field, "value": value, "meant": meant},
            evidence=(Evidence(pointer=at, declared=value, is_declared=True),),
            fix=Fix((Edit("set", at, meant),)) if meant else None,
        )


def _meant(value: str) -> str:
    """Spell `5 sec` or `1d` as Go does; empty where it is anybody's guess."""
    found = _SPELT.fullmatch(value)
    if not found:
        return ""
    number, unit = int(found[1]), found[2][0].lower()
    return f"{number * 24}h" if unit == "d" else f"{number}{unit}"
