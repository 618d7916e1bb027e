"""Applications that are not what their ApplicationSet computes."""

from collections.abc import Iterator

from auditor.argocd.applicationset_drift import GeneratedDrift, generated_drift
from auditor.argocd.applicationset_object import ApplicationSet, made_of
from auditor.argocd.applicationset_policy import Controller
from auditor.findings import Basis, Breach, Evidence, Severity, Unseen, everywhere
from auditor.kube.gap import Gap
from auditor.kube.loose import mapping, text
from auditor.rulebook import NoOptions, rule
from auditor.snapshot import sections
from auditor.snapshot.applicationsets import APPLICATIONSETS, CONTROLLER
from auditor.snapshot.section import Collected, Excluded, Missing


@rule(
    "SET-006",
    severity=everywhere(Severity.MEDIUM),
    over=APPLICATIONSETS,
    needs=(sections.LIVE_APPLICATIONS,),
    uses=(sections.LIVE_APPLICATIONSETS, CONTROLLER),
    options=NoOptions,
)
def generated_applications_differ(
    applicationset: ApplicationSet,
    _: NoOptions,
    _applications: Collected,
    sets: Collected | Missing | Excluded,
    controller: Controller | Missing | Excluded,
) -> Iterator[Breach | Unseen]:
    """Compute what the live object makes and compare it with what it owns.

    Git's stands in where the sets were not read, but the Applications show that it is live.
    """
    if applicationset.live is None and (isinstance(sets, Collected) or not applicationset.owned):
        facts = {"name": applicationset.ref.qualified}
        why = Gap("applicationset_not_live", facts) if isinstance(sets, Collected) else sets.why
        yield Unseen(why)
        return
    raw = (applicationset.live or applicationset.manifest).raw
    if text(raw, "metadata", "deletionTimestamp"):
        return
    made = made_of(raw)
    if isinstance(made, Gap):
        yield Unseen(made)
        return
    known = controller if isinstance(controller, Controller) else Controller()
    wanted = text(raw, "spec", "syncPolicy", "applicationsSync")
    policy = known.effective(wanted)
    is_sure = isinstance(controller, Controller) or bool(wanted)
    found = list(generated_drift(made, applicationset.owned, mapping(raw, "spec"), policy))
    if found and not is_sure and isinstance(controller, Missing | Excluded):
        yield Unseen(controller.why)
        return
    yield from (_breach(applicationset, drift) for drift in found)


def _breach(applicationset: ApplicationSet, drift: GeneratedDrift) -> Breach:
    keys = {("object", applicationset.ref.label)}
    if drift.app is None:
        return Breach(
            at="/spec/generators",
            variant=drift.change.value,
            facts={"name": drift.name},
            basis=Basis.OBSERVED,
            group=applicationset.ref.qualified,
            keys=frozenset(keys),
            identity=f"{drift.change.value} {drift.name}",
        )
    ref = drift.app.ref
    return Breach(
        at=f"/spec/template{drift.place}",
        facts={"application": ref, "field": drift.place.lstrip("/").replace("/", ".")},
        basis=Basis.OBSERVED,
        group=applicationset.ref.qualified,
        keys=frozenset(keys | {("object", ref.label)}),
        evidence=(
            Evidence(
                pointer=drift.place,
                object=ref,
                declared=drift.declared,
                live=drift.live,
                is_declared=drift.is_declared,
                is_live=drift.is_live,
            ),
        ),
        identity=ref.name,
    )
