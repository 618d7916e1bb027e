"""Replica counts in Git of what an autoscaler scales, and whether a rule keeps the two apart."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from auditor.argocd.application import Application
from auditor.argocd.autoscaling import (
    REPLICAS,
    SCALER,
    Autoscaler,
    Autoscalers,
    covers_replicas,
)
from auditor.argocd.broad_entries import Pair
from auditor.argocd.field_owners import Writers, writers_of
from auditor.argocd.ignore_differences import rules_of_overrides
from auditor.argocd.operation_options import RESPECT
from auditor.argocd.paired import placed
from auditor.argocd.settings import Settings
from auditor.kube.loose import integer
from auditor.kube.managed_fields import FieldOwner
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef


@dataclass(frozen=True, slots=True)
class ReplicaFight:
    """One object whose count Git and an autoscaler both give."""

    object: ResourceRef
    target: Manifest
    scaler: Autoscaler
    declared: int
    live: int | None
    others: tuple[FieldOwner, ...]
    """Who but Argo CD wrote the live count."""
    is_covered: bool
    """A rule hides the difference, which a sync overwrites all the same."""


def replica_fights(
    app: Application,
    pairs: Iterable[Pair],
    scalers: Autoscalers,
    settings: Settings | None,
    writers: Writers,
) -> Iterator[ReplicaFight]:
    """Yield what a sync resets: not covered by a rule, or covered without `RESPECT`."""
    respects = app.policy.options.has(RESPECT)
    for pair in pairs:
        count = integer(pair.target.raw, "spec", "replicas")
        ref, cluster = placed(pair), app.destination.cluster
        scaler = scalers.find(ref, cluster)
        if not count or scaler is None:
            continue  # absent; and an autoscaler leaves what is switched off alone
        live = pair.live.raw if pair.live else {}
        others = tuple(writers.others(writers_of(live, REPLICAS)))
        is_covered = _is_covered(app, pair, settings, others)
        if not (is_covered and respects):
            running = integer(live, "spec", "replicas")
            yield ReplicaFight(ref, pair.target, scaler, count, running, others, is_covered)


def _is_covered(
    app: Application, pair: Pair, settings: Settings | None, others: tuple[FieldOwner, ...]
) -> bool:
    rules = app.ignore_rules
    if settings is not None:
        rules += rules_of_overrides(settings.resource_overrides)
    managers = tuple(owner.manager for owner in others) or (SCALER,)
    return covers_replicas(rules, pair.target.raw, pair.namespace, managers)
