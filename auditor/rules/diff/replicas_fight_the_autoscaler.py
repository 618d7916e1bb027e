"""Replica counts in Git of what an autoscaler scales."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.application import IN_CLUSTER, Application
from auditor.argocd.autoscaling import REPLICAS, Autoscalers
from auditor.argocd.broad_entries import Pair
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.field_owners import Writers
from auditor.argocd.operation_options import RESPECT
from auditor.argocd.option_entries import OPTIONS_POINTER
from auditor.argocd.paired import paired
from auditor.argocd.replica_fights import ReplicaFight, replica_fights
from auditor.argocd.settings import Settings
from auditor.findings import Basis, Breach, Edit, Evidence, Fix, Key, Severity, Unseen, by_tier
from auditor.kube.gap import Gap
from auditor.rulebook import rule
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.autoscalers import AUTOSCALERS
from auditor.snapshot.derived import APPLICATIONS, OBJECTS, RENDERED, SETTINGS
from auditor.snapshot.rendered import Renderings, rendered_by

_RESPECTS: Final = Edit("set", f"{OPTIONS_POINTER}/-", RESPECT)


@rule(
    "DIFF-009",
    severity=by_tier(production=Severity.MEDIUM, other=Severity.LOW),
    over=APPLICATIONS,
    needs=(AUTOSCALERS,),
    uses=(RENDERED, OBJECTS, SETTINGS),
    options=Writers,
)
def replicas_fight_the_autoscaler(
    app: Application,
    writers: Writers,
    autoscalers: Autoscalers,
    renderings: Renderings,
    objects: LiveObjects | Missing | Excluded,
    settings: Settings | Missing | Excluded,
) -> Iterator[Breach | Unseen]:
    """Look for `spec.replicas` in what is rendered, whatever the values files say (trap 45)."""
    rendering = rendered_by(app, renderings)
    if isinstance(rendering, Gap):
        yield Unseen(rendering)
        return
    is_here = app.destination.cluster == IN_CLUSTER
    live = objects if is_here and isinstance(objects, LiveObjects) else None
    found = paired(rendering.objects, app.destination.namespace, live)
    pairs = [pair for pair in found if isinstance(pair, Pair)]  # the rendered object alone decides
    known = settings if isinstance(settings, Settings) else None
    for fight in replica_fights(app, pairs, autoscalers, known, writers):
        if not fight.is_covered and isinstance(settings, Missing):
            yield Unseen(settings.why)  # a system rule may cover it
        else:
            yield _breach(app, fight)


def _breach(app: Application, fight: ReplicaFight) -> Breach:
    heals = (app.live_policy or app.policy).self_heals
    return Breach(
        at=REPLICAS,
        manifest=fight.target,
        variant="ignored" if fight.is_covered else "heals" if heals else "",
        facts={
            "object": fight.object,
            "autoscaler": fight.scaler.ref,
            "replicas": fight.declared,
            "minimum": fight.scaler.least,
            "maximum": fight.scaler.most,
            "live": fight.live,
            "heals": heals,
        },
        basis=Basis.OBSERVED if fight.others else Basis.DECLARED,
        keys=frozenset[Key]({("object", fight.object.label)}),
        identity=fight.object.label,
        evidence=(
            Evidence(
                pointer=REPLICAS,
                object=fight.object,
                declared=fight.target.get("spec", "replicas"),
                live=fight.live,
                is_declared=True,
                is_live=fight.live is not None,
                manager=fight.others[0].manager if fight.others else "",
                time=fight.others[0].time if fight.others else "",
                manifest=fight.target,
            ),
        ),
        fix=Fix((_RESPECTS,), manifest=app.manifest) if fight.is_covered else None,
    )
