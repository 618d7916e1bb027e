"""Retries that are used up before what they wait for has had time to come back."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.retry import Retry
from auditor.findings import Breach, Edit, Evidence, Fix, Severity, by_tier
from auditor.rulebook import rule
from auditor.snapshot.derived import APPLICATIONS

_LIMIT: Final = "/spec/syncPolicy/retry/limit"
_MOST: Final = 10
"""Retries beyond which a larger limit is no longer the smallest change."""


@dataclass(frozen=True, slots=True)
class Options:
    """What can be tuned."""

    enough: timedelta = timedelta(seconds=60)
    """Time a webhook restart or a change of leader may take."""


@rule(
    "RETRY-001",
    severity=by_tier(production=Severity.MEDIUM, other=Severity.LOW),
    over=APPLICATIONS,
    options=Options,
)
def retries_end_too_soon(app: Application, options: Options) -> Iterator[Breach]:
    """Add up the waits as the controller makes them, one power of the factor late."""
    retry = app.policy.retry
    asks = app.policy.is_automated and app.policy.has_retry
    # A factor of 0 and texts that do not parse are defects of their own.
    if not asks or not retry.retries or retry.factor == 0:
        return
    patience = retry.patience()
    if patience >= options.enough:
        return
    yield Breach(
        at=_LIMIT,
        facts={"limit": retry.limit, "patience": patience, "enough": options.enough},
        evidence=(Evidence(pointer=_LIMIT, declared=retry.limit, is_declared=True),),
        fix=_longer(retry, options.enough),
    )


def _longer(retry: Retry, enough: timedelta) -> Fix | None:
    """Return the smallest limit that waits long enough; None where more retries do not help."""
    for limit in range(retry.limit + 1, _MOST + 1):
        if replace(retry, limit=limit).patience() >= enough:
            return Fix((Edit("set", _LIMIT, limit),))
    return None
