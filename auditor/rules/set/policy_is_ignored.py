"""What an ApplicationSet asks for and its controller does not do."""

from collections.abc import Iterator

from auditor.argocd.applicationset_object import ApplicationSet
from auditor.argocd.applicationset_policy import Controller, is_rolling
from auditor.findings import Breach, Severity, Unseen, everywhere
from auditor.kube.loose import text
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.applicationsets import APPLICATIONSETS, CONTROLLER
from auditor.snapshot.section import Excluded, Missing


@rule(
    "SET-005",
    severity=everywhere(Severity.MEDIUM),
    over=APPLICATIONSETS,
    uses=(CONTROLLER,),
    options=NoOptions,
)
def policy_is_ignored(
    applicationset: ApplicationSet, _: NoOptions, controller: Controller | Missing | Excluded
) -> Iterator[Breach | Unseen]:
    """Compare with the controller's policy and features (trap 32)."""
    wanted = text(applicationset.spec, "syncPolicy", "applicationsSync")
    is_staged = is_rolling(applicationset.spec)
    if not wanted and not is_staged:
        return
    if isinstance(controller, Missing | Excluded):
        yield Unseen(controller.why)
        return
    keys = frozenset({("object", applicationset.ref.label)})
    if wanted and controller.effective(wanted) != wanted:
        yield Breach(
            at="/spec/syncPolicy/applicationsSync",
            facts={"wanted": wanted, "effective": controller.effective(wanted)},
            keys=keys,
        )
    if is_staged and not controller.has_progressive_syncs:
        yield Breach(at="/spec/strategy/type", variant="rolling", facts={}, keys=keys)
