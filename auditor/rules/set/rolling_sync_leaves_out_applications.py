"""RollingSync with Applications that no step ever syncs."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.applicationset_object import ApplicationSet
from auditor.argocd.applicationset_policy import Controller, is_rolling, step_of, updates_none
from auditor.findings import Breach, Severity, Unseen, by_tier, everywhere
from auditor.kube.gap import Gap
from auditor.kube.loose import mapping, mappings, text
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.applicationsets import APPLICATIONSETS, CONTROLLER
from auditor.snapshot.generated import is_production
from auditor.snapshot.section import Excluded, Missing

_HIGH: Final = everywhere(Severity.HIGH)
_STEPS: Final = "/spec/strategy/rollingSync/steps"


@rule(
    "SET-007",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONSETS,
    uses=(CONTROLLER,),
    options=NoOptions,
)
def rolling_sync_leaves_out_applications(
    applicationset: ApplicationSet, _: NoOptions, controller: Controller | Missing | Excluded
) -> Iterator[Breach | Unseen]:
    """Put every generated Application to the steps, unless RollingSync is switched off."""
    spec = applicationset.spec
    is_off = isinstance(controller, Controller) and not controller.has_progressive_syncs
    if not is_rolling(spec) or is_off:
        return
    severity = _HIGH if is_production(applicationset) else None
    keys = frozenset({("object", applicationset.ref.label)})
    for index, step in enumerate(mappings(spec, "strategy", "rollingSync", "steps")):
        if updates_none(step):
            yield Breach(
                at=f"{_STEPS}/{index}/maxUpdate",
                variant="none",
                severity=severity,
                facts={"step": index + 1},
                keys=keys,
            )
    left = tuple(
        text(app, "metadata", "name")
        for app in applicationset.applications
        if step_of(spec, mapping(app, "metadata", "labels")) is None
    )
    if left:
        yield Breach(
            at=_STEPS,
            severity=severity,
            facts={"count": len(left), "names": left},
            keys=keys,
        )
    if isinstance(applicationset.made, Gap) and not applicationset.owned:
        yield Unseen(applicationset.made)
