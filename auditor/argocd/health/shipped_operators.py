"""Checks of operators that keep their own phases: Strimzi, Elastic, Contour, Cluster API, Flux."""

from collections.abc import Mapping
from typing import Any, Final

from auditor.argocd.health.script import (
    Check,
    Object,
    conditions_of,
    field,
    is_condition,
    say,
    status_of,
)
from auditor.argocd.health.status import (
    DEGRADED,
    HEALTHY,
    PROGRESSING,
    SUSPENDED,
    UNKNOWN,
    CheckError,
    Health,
)

_ELASTIC_UNKNOWN = (
    "Elasticsearch Cluster status is unknown. Ensure your ArgoCD is current and then check for/"
    "file a bug report: https://github.com/argoproj/argo-cd/issues"
)
_ELASTIC_HINT = "Check the status of indices, replicas and shards"


def _strimzi(name: str) -> Check:
    def check(obj: Object) -> Health:
        for entry in conditions_of(status_of(obj)) or ():
            if is_condition(entry, "NotReady", "True"):
                return say(DEGRADED, entry.get("message"))
            if is_condition(entry, "Ready", "True"):
                return say(HEALTHY)
        return say(PROGRESSING, f"Waiting for {name}")

    return check


def node_class(obj: Object) -> Health:
    """Judge a Karpenter EC2NodeClass."""
    for entry in conditions_of(status_of(obj)) or ():
        if is_condition(entry, "Ready", "False"):
            return say(DEGRADED, entry.get("message"))
        if is_condition(entry, "Ready", "True"):
            return say(HEALTHY, "EC2NodeClass is ready")
    return say(PROGRESSING, "Waiting for EC2NodeClass to be ready")


def experiment(obj: Object) -> Health:
    """Judge an Experiment of Argo Rollouts by its phase."""
    status = status_of(obj)
    if status is None:
        text = "Waiting for experiment to finish: status has not been reconciled."
        return say(PROGRESSING, text)
    codes = {
        "Pending": (PROGRESSING, "Experiment is pending"),
        "Running": (PROGRESSING, "Experiment is running"),
        "Successful": (HEALTHY, "Experiment is successful"),
        "Failed": (DEGRADED, "Experiment has failed"),
        "Error": (DEGRADED, "Experiment had an error"),
    }
    phase = status.get("phase")
    return say(*codes[phase]) if phase in codes else Health("")


def elasticsearch(obj: Object) -> Health:
    """Judge an Elasticsearch: nodes, then phase, then colour."""
    status = status_of(obj) or {}
    available = status.get("availableNodes")
    if available is None:
        return say(UNKNOWN, _ELASTIC_UNKNOWN)
    wanted = sum(_count(node) for node in _node_sets(obj))
    if available < wanted:
        text = f"The desired amount of availableNodes is {wanted} but the current amount is"
        return say(PROGRESSING, f"{text} {available}")
    phase, colour = status.get("phase"), status.get("health")
    if available != wanted or phase is None or colour is None:
        return say(UNKNOWN, _ELASTIC_UNKNOWN)
    phases = {"ApplyingChanges": PROGRESSING, "MigratingData": PROGRESSING, "Invalid": DEGRADED}
    if phase in phases:
        return say(phases[phase], f"Elasticsearch phase is {phase}")
    colours = {
        "green": (HEALTHY, "Elasticsearch Cluster status is Green"),
        "yellow": (PROGRESSING, f"Elasticsearch Cluster status is Yellow. {_ELASTIC_HINT}"),
        "red": (DEGRADED, f"Elasticsearch Cluster status is Red. {_ELASTIC_HINT}"),
    }
    if phase != "Ready" or colour not in colours:
        return say(UNKNOWN, _ELASTIC_UNKNOWN)
    return say(*colours[colour])


def _node_sets(obj: Object) -> list[Any]:
    found = field(obj, "spec", "nodeSets")
    if not isinstance(found, list):
        raise CheckError("bad argument #1 to pairs (table expected, got nil)")
    return found


def _count(node: Any) -> int:
    found = field(node, "count")
    if isinstance(found, bool) or not isinstance(found, int):
        raise CheckError("cannot perform add operation between number and nil")
    return found


def http_proxy(obj: Object) -> Health:
    """Judge a Contour HTTPProxy; inclusions cannot be judged and count as healthy."""
    status = status_of(obj)
    waiting = say(PROGRESSING, "Waiting for status")
    if status is None:
        return waiting
    found = conditions_of(status)
    if found is None:
        is_told = status.get("currentStatus")
        return say(PROGRESSING, status.get("description")) if is_told else waiting
    for entry in found:
        if field(obj, "metadata", "generation") != entry.get("observedGeneration"):
            continue
        if is_condition(entry, "Valid", "True"):
            return say(HEALTHY, status.get("description"))
        if field(obj, "spec", "includes") is not None and entry.get("status") == "False":
            return say(HEALTHY, "HTTPProxy inclusions cannot be health checked")
        if is_condition(entry, "Valid", "False"):
            return say(DEGRADED, status.get("description"))
    return waiting


def cluster_api_cluster(obj: Object) -> Health:
    """Judge a Cluster of the Cluster API by phase, then by the condition Ready."""
    if field(obj, "spec", "paused"):
        return say(SUSPENDED, "Cluster is paused")
    status = status_of(obj)
    for entry in conditions_of(status) or ():
        if is_condition(entry, "Ready", "False") and entry.get("severity") != "Info":
            return say(DEGRADED, entry.get("message"))
    codes = {"Provisioned": (HEALTHY, "Cluster is running"), "Failed": (DEGRADED, "")}
    phase = (status or {}).get("phase")
    return say(*codes[phase]) if phase in codes else say(PROGRESSING, "Waiting for clusters")


def _image(progress: frozenset[str], *, can_suspend: bool = False) -> Check:
    """Make a check of a Flux image object, where a False Ready may still be progress."""

    def check(obj: Object) -> Health:
        if can_suspend and field(obj, "spec", "suspend") is True:
            return say(SUSPENDED, f"{obj.get('kind')} is suspended")
        found = conditions_of(status_of(obj))
        if found is None:
            return say(PROGRESSING, "Status unknown")
        progressing = sum(
            is_condition(entry, "Ready", "False")
            or (is_condition(entry, "Reconciling", "True") and entry.get("reason") in progress)
            for entry in found
        )
        succeeded = sum(is_condition(entry, "Ready", "True") for entry in found)
        reasons = [entry.get("reason") for entry in found if entry.get("type") == "Ready"]
        message = reasons[-1] if reasons else ""
        if progressing == 2:
            return say(PROGRESSING, message)
        return say(HEALTHY if succeeded == 1 else DEGRADED, message)

    return check


CHECKS: Final[Mapping[str, Check]] = {
    "kafka.strimzi.io/KafkaTopic": _strimzi("Kafka Topic"),
    "kafka.strimzi.io/KafkaUser": _strimzi("Kafka User"),
    "kafka.strimzi.io/KafkaConnect": _strimzi("Kafka Connect"),
    "kafka.strimzi.io/KafkaBridge": _strimzi("KafkaBridge"),
    "karpenter.k8s.aws/EC2NodeClass": node_class,
    "argoproj.io/Experiment": experiment,
    "elasticsearch.k8s.elastic.co/Elasticsearch": elasticsearch,
    "projectcontour.io/HTTPProxy": http_proxy,
    "cluster.x-k8s.io/Cluster": cluster_api_cluster,
    "image.toolkit.fluxcd.io/ImagePolicy": _image(
        frozenset({"NewGeneration", "AccessingRepository", "ApplyingPolicy"})
    ),
    "image.toolkit.fluxcd.io/ImageRepository": _image(
        frozenset({"NewGeneration", "Scanning"}), can_suspend=True
    ),
}
