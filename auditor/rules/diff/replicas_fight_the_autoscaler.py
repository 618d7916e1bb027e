"""Replica counts in Git of what an autoscaler scales."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.application import IN_CLUSTER, Application
from auditor.argocd.autoscaling import REPLICAS, SCALER, Autoscaler, covers_replicas
from auditor.argocd.broad_entries import Pair
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.field_owners import Writers, writers_of
from auditor.argocd.ignore_differences import rules_of_overrides
from auditor.argocd.paired import paired, placed
from auditor.argocd.settings import Settings
from auditor.findings import Basis, Breach, Edit, Evidence, Fix, Key, Severity, Unseen, by_tier
from auditor.kube import pointer
from auditor.kube.gap import Gap
from auditor.kube.loose import integer
from auditor.rulebook import rule
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.autoscalers import AUTOSCALERS
from auditor.snapshot.derived import APPLICATIONS, OBJECTS, RENDERED, SETTINGS
from auditor.snapshot.rendered import Renderings, rendered_by

_RESPECT: Final = "RespectIgnoreDifferences=true"


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
    autoscalers: tuple[Autoscaler, ...],
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
    for pair in paired(rendering.objects, app.destination.namespace, live):
        if isinstance(pair, Gap):
            continue  # the rendered object alone decides
        scaler = _scaler(app, pair, autoscalers)
        is_covered = scaler is not None and _is_covered(app, pair, settings, writers)
        if scaler is None or (is_covered and app.policy.options.has(_RESPECT)):
            continue
        if not is_covered and isinstance(settings, Missing):
            yield Unseen(settings.why)  # a system rule may cover it
        else:
            yield _breach(app, pair, scaler, writers, is_covered=is_covered)


def _scaler(app: Application, pair: Pair, known: tuple[Autoscaler, ...]) -> Autoscaler | None:
    count = integer(pair.target.raw, "spec", "replicas")
    if not count:
        return None  # absent; and an autoscaler leaves what is switched off alone
    ref, cluster = placed(pair), app.destination.cluster
    return next((one for one in known if one.is_scaling and one.scales(ref, cluster)), None)


def _is_covered(
    app: Application, pair: Pair, settings: Settings | Missing | Excluded, writers: Writers
) -> bool:
    rules = app.ignore_rules
    if isinstance(settings, Settings):
        rules += rules_of_overrides(settings.resource_overrides)
    found = writers.others(writers_of(pair.live.raw if pair.live else None, REPLICAS))
    managers = tuple(owner.manager for owner in found) or (SCALER,)
    return covers_replicas(rules, pair.target.raw, pair.namespace, managers)


def _breach(
    app: Application, pair: Pair, scaler: Autoscaler, writers: Writers, *, is_covered: bool
) -> Breach:
    ref, live = placed(pair), pair.live.raw if pair.live else {}
    others = writers.others(writers_of(live, REPLICAS))
    running = integer(live, "spec", "replicas")
    policy = app.live_policy or app.policy
    heals = "heals" if policy.self_heals else ""
    return Breach(
        at=REPLICAS,
        manifest=pair.target,
        variant="ignored" if is_covered else heals,
        facts={
            "object": ref,
            "autoscaler": scaler.ref,
            "replicas": integer(pair.target.raw, "spec", "replicas"),
            "minimum": scaler.least,
            "maximum": scaler.most,
            "live": running,
            "heals": policy.self_heals,
        },
        basis=Basis.OBSERVED if others else Basis.DECLARED,
        keys=frozenset[Key]({("object", ref.label)}),
        identity=ref.label,
        evidence=(
            Evidence(
                pointer=REPLICAS,
                object=ref,
                declared=pointer.get(pair.target.raw, REPLICAS),
                live=running,
                is_declared=True,
                is_live=running is not None,
                manager=others[0].manager if others else "",
                time=others[0].time if others else "",
                manifest=pair.target,
            ),
        ),
        fix=_fix(app) if is_covered else None,
    )


def _fix(app: Application) -> Fix:
    edit = Edit("set", "/spec/syncPolicy/syncOptions/-", _RESPECT)
    return Fix((edit,), manifest=app.manifest, is_safe=True)
