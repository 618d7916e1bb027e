"""Retries at one pace, or without a pause: the storm that a back-off is there to prevent."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.retry import DEFAULT_CEILING_NS, DEFAULT_FACTOR, Retry
from auditor.findings import Breach, Edit, Fix, Severity, everywhere
from auditor.kube.duration import to_timedelta
from auditor.kube.manifest import at
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS

_BACKOFF: Final = "/spec/syncPolicy/retry/backoff"
_CAP_FIX: Final = Fix((Edit("remove", f"{_BACKOFF}/maxDuration"),))
_FACTOR_FIX: Final = Fix((Edit("set", f"{_BACKOFF}/factor", DEFAULT_FACTOR),))


@rule(
    "RETRY-005",
    severity=everywhere(Severity.LOW),
    over=APPLICATIONS,
    options=NoOptions,
)
def backoff_does_not_grow(app: Application, _: NoOptions) -> Iterator[Breach]:
    """Compare the first wait with the next; one retry or none has no next."""
    retry = app.policy.retry
    if not app.policy.has_retry or retry.retries == 0:
        return
    if retry.factor == 0:
        yield Breach(
            at=f"{_BACKOFF}/factor",
            variant="no_wait",
            severity=everywhere(Severity.MEDIUM),
            facts={"limit": retry.limit},
            fix=_FACTOR_FIX,
        )
    elif retry.retries == 1:
        return
    elif retry.factor == 1:
        yield Breach(at=f"{_BACKOFF}/factor", facts={"wait": _pace(retry)}, fix=_FACTOR_FIX)
    elif 0 < retry.ceiling_ns <= retry.base_ns:
        has_cap = bool(at(app.spec, "syncPolicy", "retry", "backoff", "maxDuration"))
        yield Breach(
            at=f"{_BACKOFF}/{'maxDuration' if has_cap else 'duration'}",
            variant="capped",
            facts={"duration": retry.base, "wait": _pace(retry)},
            fix=_CAP_FIX if has_cap and _grows_without_cap(retry) else None,
        )


def _pace(retry: Retry) -> timedelta:
    return to_timedelta(retry.wait_ns(1))


def _grows_without_cap(retry: Retry) -> bool:
    """Say whether the cap that holds where none is written would let the waits grow."""
    return retry.base_ns < DEFAULT_CEILING_NS
