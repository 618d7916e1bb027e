"""The guard against deleting everything at once, switched off."""

from collections.abc import Iterator

from auditor.argocd.application import Application
from auditor.findings import Breach, Edit, Fix, Severity, by_tier
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS


@rule(
    "PRUNE-003",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    options=NoOptions,
)
def empty_is_allowed(app: Application, _: NoOptions) -> Iterator[Breach]:
    """Ask whether an automated sync may delete every object (semantics §2.1, §6.1)."""
    if not app.policy.prunes or not app.policy.allows_empty:
        return
    yield Breach(
        at="/spec/syncPolicy/automated/allowEmpty",
        facts={"heals": app.policy.self_heals},
        fix=Fix((Edit("remove", "/spec/syncPolicy/automated/allowEmpty"),)),
    )
