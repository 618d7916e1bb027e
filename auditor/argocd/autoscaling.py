"""HorizontalPodAutoscalers and KEDA's ScaledObjects: what they scale, and between which numbers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from auditor.argocd.ignore_differences import IgnoreRule
from auditor.argocd.ignored_fields import applies_to, without
from auditor.kube import pointer
from auditor.kube.loose import integer, mapping, text
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef, group_of

REPLICAS: Final = "/spec/replicas"
SCALER: Final = "kube-controller-manager"
"""The field manager that both kinds make the change of the number under."""

_HPA: Final = ("autoscaling", "HorizontalPodAutoscaler")
_SCALED_OBJECT: Final = ("keda.sh", "ScaledObject")
_PAUSED: Final = "autoscaling.keda.sh/paused"
_PAUSED_AT: Final = "autoscaling.keda.sh/paused-replicas"
_KEDA_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Autoscaler:
    """One object that changes the replicas of another."""

    ref: ResourceRef
    """With its namespace."""
    group: str
    kind: str
    name: str
    least: int
    most: int
    is_paused: bool
    cluster: str
    """As `Destination.cluster`."""

    @classmethod
    def of(cls, manifest: Manifest, namespace: str, cluster: str) -> Self | None:
        """Read one; None for other kinds and where no target is named."""
        ref, spec = manifest.ref, manifest.mapping("spec")
        target = mapping(spec, "scaleTargetRef")
        kind, name = text(target, "kind"), text(target, "name")
        version, is_paused = text(target, "apiVersion"), False
        if (ref.group, ref.kind) == _HPA:
            least, most = _number(spec, "minReplicas", 1), _number(spec, "maxReplicas", 0)
        elif (ref.group, ref.kind) == _SCALED_OBJECT:
            kind, version = kind or "Deployment", version or "apps/v1"
            least = _number(spec, "minReplicaCount", 0)
            most = _number(spec, "maxReplicaCount", _KEDA_MOST)
            is_paused = _is_paused(manifest.annotations)
        else:
            return None
        if not (kind and name):
            return None
        there = ResourceRef(ref.group, ref.kind, ref.namespace or namespace, ref.name)
        return cls(there, group_of(version), kind, name, least, most, is_paused, cluster)

    @property
    def is_scaling(self) -> bool:
        """Say whether it can change the number."""
        return self.least != self.most and not self.is_paused

    @property
    def target(self) -> tuple[str, ResourceRef]:
        """Return the cluster and the object whose number it changes."""
        return self.cluster, ResourceRef(self.group, self.kind, self.ref.namespace, self.name)


@dataclass(frozen=True, slots=True)
class Autoscalers:
    """Those that can change a number, by what they scale; the first of several counts."""

    by_target: Mapping[tuple[str, ResourceRef], Autoscaler]

    @classmethod
    def of(cls, found: Iterable[Autoscaler]) -> Self:
        """Index those of `found` that are scaling."""
        by_target: dict[tuple[str, ResourceRef], Autoscaler] = {}
        for one in found:
            if one.is_scaling:
                by_target.setdefault(one.target, one)
        return cls(by_target)

    def find(self, ref: ResourceRef, cluster: str) -> Autoscaler | None:
        """Return what scales an object of a cluster."""
        return self.by_target.get((cluster, ref))


def covers_replicas(
    rules: Iterable[IgnoreRule], target: Mapping[str, Any], namespace: str, managers: Iterable[str]
) -> bool:
    """Say whether rules hide a change of the number; `managers` are those who may write it."""
    writing = frozenset(managers)
    return any(
        not pointer.has(without(rule, target), REPLICAS)
        or bool(writing.intersection(rule.managed_fields_managers))
        for rule in _matching(rules, target, namespace)
    )


def _matching(
    rules: Iterable[IgnoreRule], target: Mapping[str, Any], namespace: str
) -> Iterator[IgnoreRule]:
    return (rule for rule in rules if applies_to(rule, target, namespace))


def _number(spec: Mapping[str, Any], key: str, default: int) -> int:
    found = integer(spec, key)
    return default if found is None else found


def _is_paused(annotations: Mapping[str, Any]) -> bool:
    return _PAUSED_AT in annotations or str(annotations.get(_PAUSED, "false")) == "true"
