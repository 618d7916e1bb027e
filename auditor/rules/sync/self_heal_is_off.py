"""Automatic syncs that leave a change made in the cluster where it is."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.application import Application
from auditor.findings import Breach, Edit, Fix, Severity, production_only
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS

_SELF_HEAL: Final = "/spec/syncPolicy/automated/selfHeal"


@rule(
    "SYNC-002",
    severity=production_only(Severity.MEDIUM),
    over=APPLICATIONS,
    options=NoOptions,
)
def self_heal_is_off(app: Application, _: NoOptions) -> Iterator[Breach]:
    """Ask for selfHeal where syncs are automatic; it is off unless it is true."""
    if not app.policy.is_automated or app.policy.self_heals:
        return
    yield Breach(
        at=_SELF_HEAL,
        facts={"project": app.project},
        group=app.project,
        identity=_SELF_HEAL,
        # what was changed by hand, and is needed, would be undone at once
        fix=Fix((Edit("set", _SELF_HEAL, value=True),), is_safe=False),
    )
