"""An ApplicationSet that takes workloads along when its generator gives fewer items."""

from collections.abc import Iterator

from auditor.argocd.applicationset_deletion import (
    POLICY,
    PRESERVE,
    generated_cascade,
    has_own_finalizers,
    outside_generators,
    wanted_policy,
)
from auditor.argocd.applicationset_object import ApplicationSet
from auditor.argocd.applicationset_policy import Controller, deletes
from auditor.findings import Breach, Edit, Fix, Severity, everywhere
from auditor.kube.origin import LiveOrigin
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.applicationsets import APPLICATIONSETS, CONTROLLER
from auditor.snapshot.generated import is_production
from auditor.snapshot.section import Excluded, Missing


@rule(
    "PRUNE-007",
    severity=everywhere(Severity.INFO),
    over=APPLICATIONSETS,
    uses=(CONTROLLER,),
    options=NoOptions,
)
def applicationset_may_delete_production(
    applicationset: ApplicationSet, _: NoOptions, controller: Controller | Missing | Excluded
) -> Iterator[Breach]:
    """Ask the policy in force (trap 32) and the finalizer each Application gets (trap 29)."""
    settings = controller if isinstance(controller, Controller) else Controller()
    wanted = wanted_policy(applicationset)
    policy = settings.effective(wanted)
    if not deletes(policy) or not generated_cascade(applicationset):
        return
    outside, origin = outside_generators(applicationset), applicationset.manifest.origin
    place = "" if isinstance(origin, LiveOrigin) else origin.repository
    worst = Severity.HIGH if outside else Severity.MEDIUM
    keeps = Fix((Edit("set", PRESERVE, value=True),), is_safe=False)
    yield Breach(
        at=POLICY if wanted else "/spec/generators",
        variant="outside" if outside else "",
        severity=everywhere(worst if is_production(applicationset) else Severity.INFO),
        facts={"policy": policy} | ({"generators": outside} if outside else {}),
        group=f"{place} {policy} {outside}" if place else "",
        identity=POLICY,
        fix=None if has_own_finalizers(applicationset) else keeps,
    )
