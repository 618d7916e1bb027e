"""Checks that follow conditions: certificates, secrets, scaling, messaging, snapshots, policies."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from auditor.argocd.health.script import (
    Check,
    Object,
    conditions_of,
    decided,
    field,
    is_condition,
    ready,
    say,
    status_of,
    text_of,
)
from auditor.argocd.health.status import (
    DEGRADED,
    HEALTHY,
    PROGRESSING,
    SUSPENDED,
    UNKNOWN,
    Health,
)


def certificate(obj: Object) -> Health:
    """Judge a cert-manager Certificate: while issuing it is progressing."""
    found = conditions_of(status_of(obj)) or ()
    for entry in found:
        if is_condition(entry, "Issuing", "True"):
            return say(PROGRESSING, entry.get("message"))
    return decided(found, "Ready") or say(PROGRESSING, "Waiting for certificate")


def cluster_external_secret(obj: Object) -> Health:
    """Judge a ClusterExternalSecret by its last condition."""
    found = conditions_of(status_of(obj))
    if found is not None:
        last = found[-1] if found else field(None, "type")
        if is_condition(last, "Ready", "True"):
            return say(HEALTHY, last.get("message"))
        if last.get("status") == "True" and last.get("type") in {"PartiallyReady", "NotReady"}:
            return say(DEGRADED, last.get("message"))
    return say(PROGRESSING, "Waiting for ClusterExternalSecret")


def disruption_budget(obj: Object) -> Health:
    """Judge a PodDisruptionBudget; too few pods can be intended."""
    result = say(PROGRESSING, "Waiting for status")
    for entry in conditions_of(status_of(obj)) or ():
        reason = entry.get("reason")
        if entry.get("status") == "False" and reason != "InsufficientPods":
            return say(DEGRADED, f"PodDisruptionBudget has {text_of(entry, 'reason')}")
        result = say(HEALTHY, f"PodDisruptionBudget has {text_of(entry, 'reason')}")
    return result


def application_set(obj: Object) -> Health:
    """Judge an ApplicationSet: errors first, then the rollout."""
    found = conditions_of(status_of(obj)) or ()
    order = (
        ("ErrorOccurred", "True", DEGRADED),
        ("ResourcesUpToDate", "False", DEGRADED),
        ("RolloutProgressing", "True", PROGRESSING),
        ("ResourcesUpToDate", "True", HEALTHY),
    )
    for kind, status, code in order:
        for entry in found:
            if is_condition(entry, kind, status):
                return say(code, entry.get("message"))
    return say(PROGRESSING, "Waiting for the status to be reported")


def custom_resource_definition(obj: Object) -> Health:
    """Judge a CustomResourceDefinition: names, schema, established."""
    if field(obj, "metadata", "deletionTimestamp") is not None:
        return say(PROGRESSING, "CRD is terminating")
    field(obj, "status", "conditions")
    found = conditions_of(status_of(obj))
    if not found:
        return say(PROGRESSING, "Status conditions not found")
    is_established = False
    for entry in found:
        verdict = _definition_problem(entry)
        if verdict is not None:
            return verdict
        is_established = is_established or is_condition(entry, "Established", "True")
    if not is_established:
        return say(DEGRADED, "CRD is not established")
    return say(HEALTHY, "CRD is healthy")


def _definition_problem(entry: Object) -> Health | None:
    problems = (
        ("Terminating", "True", PROGRESSING, "CRD is terminating: "),
        ("NamesAccepted", "False", DEGRADED, "CRD names have not been accepted: "),
        ("NonStructuralSchema", "True", DEGRADED, "Schema violations found: "),
    )
    for kind, status, code, prefix in problems:
        if is_condition(entry, kind, status):
            return say(code, prefix + text_of(entry, "message"))
    is_waiting = entry.get("type") == "Established" and entry.get("status") != "True"
    if is_waiting and entry.get("reason") == "Installing":
        return say(PROGRESSING, "CRD is being installed")
    return None


def _scaled(problem: tuple[str, str], waiting: str) -> Check:
    def check(obj: Object) -> Health:
        flags: set[str] = set()
        message: Any = None
        marks = {
            ("Ready", "False"): DEGRADED,
            ("Ready", "True"): HEALTHY,
            ("Paused", "True"): SUSPENDED,
            problem: DEGRADED,
        }
        for entry in conditions_of(status_of(obj)) or ():
            code = marks.get((str(entry.get("type")), str(entry.get("status"))))
            if code is not None:
                message = entry.get("message")
                flags.add(code)
        if DEGRADED in flags:
            return say(DEGRADED, message)
        if HEALTHY in flags:
            return say(SUSPENDED if SUSPENDED in flags else HEALTHY, message)
        return say(PROGRESSING, waiting)

    return check


def snapshot(obj: Object) -> Health:
    """Judge a VolumeSnapshot or its content."""
    status = status_of(obj)
    if status is not None and status.get("readyToUse"):
        return say(HEALTHY, "Ready to use")
    if status is not None and status.get("error") is not None:
        return say(DEGRADED, field(status, "error", "message"))
    return say(PROGRESSING, "Waiting for status")


def _messaging(name: str) -> Check:
    def check(obj: Object) -> Health:
        for entry in conditions_of(status_of(obj)) or ():
            reason = entry.get("reason")
            if is_condition(entry, "Ready", "True") and reason == "SuccessfulCreateOrUpdate":
                return say(HEALTHY, f"RabbitMQ {name} ready")
            if is_condition(entry, "Ready", "False") and reason == "FailedCreateOrUpdate":
                return say(DEGRADED, f"RabbitMQ {name} failed to be created or updated")
        return say(UNKNOWN, f"RabbitMQ {name} status is unknown")

    return check


def rabbitmq_cluster(obj: Object) -> Health:
    """Judge a RabbitmqCluster by reconciliation, formation and replicas."""
    found = conditions_of(status_of(obj)) or ()
    states: dict[str, Any] = {}
    for entry in found:
        if is_condition(entry, "ReconcileSuccess", "False"):
            return say(DEGRADED, entry.get("message"))
        states[str(entry.get("type"))] = entry.get("status")
    available, replicas = states.get("ClusterAvailable"), states.get("AllReplicasReady")
    if "Unknown" in {available, replicas}:
        return say(PROGRESSING, "Waiting for RabbitMQ cluster readiness (conditions unknown)")
    if available == "False":
        return say(PROGRESSING, "Waiting for RabbitMQ cluster formation")
    if replicas == "False":
        return say(PROGRESSING, "Waiting for RabbitMQ instances ready")
    if available == replicas == "True":
        return say(HEALTHY, "RabbitMQ cluster ready")
    return say(PROGRESSING, "Waiting for RabbitMQ Operator")


def kafka(obj: Object) -> Health:
    """Judge a Strimzi Kafka; one that is being created is no failure."""
    for entry in conditions_of(status_of(obj)) or ():
        if is_condition(entry, "NotReady", "True") and entry.get("reason") != "Creating":
            return say(DEGRADED, entry.get("message"))
        if is_condition(entry, "Ready", "True"):
            return say(HEALTHY)
    return say(PROGRESSING, "Waiting for Kafka Cluster")


def node_claim(obj: Object) -> Health:
    """Judge a Karpenter NodeClaim by the furthest phase it reached."""
    generation = field(obj, "metadata", "generation")
    status = status_of(obj)
    observed = status.get("observedGeneration") if status is not None else None
    if generation is not None and observed is not None and generation != observed:
        return say(PROGRESSING, "Waiting for NodeClaim spec to be reconciled")
    found = conditions_of(status) or ()
    for entry in found:
        if is_condition(entry, "Disrupting", "True"):
            return say(SUSPENDED, entry.get("message"))
    verdict = decided(found, "Ready")
    return verdict or say(PROGRESSING, _furthest(found))


def _furthest(found: Iterable[Object]) -> str:
    kinds = {entry.get("type") for entry in found if entry.get("status") == "True"}
    phases = {
        "Initialized": "Node initialized, waiting for Ready",
        "Registered": "Node registered, waiting for initialization",
        "Launched": "Node launched, waiting for registration",
    }
    texts = (message for kind, message in phases.items() if kind in kinds)
    return next(texts, "Waiting for NodeClaim to be launched")


def kyverno_policy(obj: Object) -> Health:
    """Judge a Kyverno Policy."""
    wanted = {"type": "Ready", "status": "True", "reason": "Succeeded", "message": "Ready"}
    for entry in conditions_of(status_of(obj)) or ():
        if all(entry.get(key) == value for key, value in wanted.items()):
            return say(HEALTHY, "Policy is ready")
    return say(PROGRESSING, "Waiting for Policy to be ready")


def prometheus(obj: Object) -> Health:
    """Judge a Prometheus by its condition Available."""
    result = say(PROGRESSING, "Waiting for initialization")
    for entry in conditions_of(status_of(obj)) or ():
        if is_condition(entry, "Available", "True"):
            result = say(HEALTHY, "All instances are available")
        elif entry.get("type") == "Available":
            reason = entry.get("reason")
            code = PROGRESSING if reason == "SomePodsNotReady" else DEGRADED
            result = say(code, entry.get("message") or reason)
    return result


def crossplane_provider(obj: Object) -> Health:
    """Judge a Crossplane Provider: installed and healthy."""
    found = conditions_of(status_of(obj))
    if found is None:
        return say(PROGRESSING, "Waiting for provider to be installed")
    last = {entry.get("type"): entry for entry in found}
    both = [last.get("Installed", {}), last.get("Healthy", {})]
    code = HEALTHY if all(entry.get("status") == "True" for entry in both) else DEGRADED
    return say(code, " ".join(text_of(entry, "reason") for entry in both))


CHECKS: Final[Mapping[str, Check]] = {
    "cert-manager.io/Certificate": certificate,
    "certmanager.k8s.io/Certificate": ready("Ready", "Waiting for certificate"),
    "certmanager.k8s.io/Issuer": ready("Ready", "Initializing issuer"),
    "camel.apache.org/Integration": ready("Ready", "Waiting for Integration"),
    "onepassword.com/OnePasswordItem": ready("Ready", "Waiting for controller to report status"),
    "cert-manager.io/Issuer": ready("Ready", "Initializing issuer"),
    "cert-manager.io/ClusterIssuer": ready("Ready", "Initializing ClusterIssuer"),
    **{
        f"external-secrets.io/{kind}": ready("Ready", f"Waiting for {kind}")
        for kind in ("ExternalSecret", "SecretStore", "ClusterSecretStore", "PushSecret")
    },
    "external-secrets.io/ClusterExternalSecret": cluster_external_secret,
    "bitnami.com/SealedSecret": ready("Synced", "Waiting for Sealed Secret to be decrypted"),
    "policy/PodDisruptionBudget": disruption_budget,
    "argoproj.io/ApplicationSet": application_set,
    "apiextensions.k8s.io/CustomResourceDefinition": custom_resource_definition,
    "keda.sh/ScaledObject": _scaled(
        ("Fallback", "True"), "Creating HorizontalPodAutoscaler Object"
    ),
    "keda.sh/ScaledJob": _scaled(("Ready", "Unknown"), "Waiting for ScaledJob"),
    "snapshot.storage.k8s.io/VolumeSnapshot": snapshot,
    "snapshot.storage.k8s.io/VolumeSnapshotContent": snapshot,
    **{
        f"rabbitmq.com/{kind}": _messaging(kind.lower())
        for kind in (
            *("Binding", "Exchange", "Permission", "Policy", "Queue", "Shovel"),
            *("User", "Vhost"),
        )
    },
    "rabbitmq.com/RabbitmqCluster": rabbitmq_cluster,
    "kafka.strimzi.io/Kafka": kafka,
    "karpenter.sh/NodeClaim": node_claim,
    "karpenter.sh/NodePool": ready("Ready", "Waiting for NodePool to be ready"),
    "kyverno.io/Policy": kyverno_policy,
    "monitoring.coreos.com/Prometheus": prometheus,
    "pkg.crossplane.io/Provider": crossplane_provider,
}
