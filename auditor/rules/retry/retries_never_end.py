"""Endless retries of one revision, during which newer commits wait."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.releases import SINCE, Version
from auditor.argocd.retry import AUTOMATED_LIMIT
from auditor.findings import Breach, Edit, Fix, Severity, everywhere
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS, VERSION

_RETRY: Final = "/spec/syncPolicy/retry"
_REFRESH_SINCE: Final = SINCE["spec.syncPolicy.retry.refresh"]


@rule(
    "RETRY-003",
    severity=everywhere(Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(VERSION,),
    options=NoOptions,
)
def retries_never_end(
    app: Application, _: NoOptions, release: tuple[Version, str]
) -> Iterator[Breach]:
    """Ask for `refresh`, without which every retry takes the first attempt's revision."""
    retry, version = app.policy.retry, release[0]
    if not app.policy.has_retry or not retry.is_endless:
        return
    knows_refresh = _REFRESH_SINCE.release <= version.release
    if retry.has_refresh and knows_refresh:
        return
    edit = (
        Edit("set", f"{_RETRY}/refresh", value=True)
        if knows_refresh
        else Edit("set", f"{_RETRY}/limit", AUTOMATED_LIMIT)
    )
    yield Breach(
        at=f"{_RETRY}/limit",
        variant="" if knows_refresh else "old",
        facts={"limit": retry.limit, "since": f"{_REFRESH_SINCE.major}.{_REFRESH_SINCE.minor}"},
        fix=Fix((edit,)),
    )
