"""An Application that waits for a person among others that sync by themselves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditor.argocd.application import Application
from auditor.argocd.automation import Share
from auditor.argocd.spoken_environment import of_application
from auditor.findings import Breach, Severity, everywhere
from auditor.kube.ref import ResourceRef
from auditor.rulebook import rule
from auditor.snapshot.automation import AUTOMATED_SHARES, STAGED
from auditor.snapshot.derived import APPLICATIONS


@dataclass(frozen=True, slots=True)
class Custom:
    """When syncing by itself is the custom of an environment."""

    percent: int = 80
    """Of its Applications, this one among them."""
    enough: int = 5
    """Applications below which there is no custom."""


@rule(
    "SYNC-001",
    severity=everywhere(Severity.INFO),
    over=APPLICATIONS,
    needs=(AUTOMATED_SHARES, STAGED),
    options=Custom,
)
def automation_is_off(
    app: Application,
    custom: Custom,
    shares: Mapping[str, Share],
    staged: frozenset[ResourceRef],
) -> Iterator[Breach]:
    """Compare with the other Applications whose names speak of the same environment."""
    if app.policy.is_automated or app.ref in staged:
        return
    share = shares[of_application(app)]
    if share.total < custom.enough or not share.is_at_least(custom.percent):
        return
    is_switched_off = app.policy.automated is not None
    yield Breach(
        at="/spec/syncPolicy/automated" + ("/enabled" if is_switched_off else ""),
        variant="switched_off" if is_switched_off else "",
        facts={"automated": share.automated, "total": share.total},
        group=share.environment or "-",
        identity="automated",
    )
