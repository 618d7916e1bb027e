"""Checks of platform pieces: databases, object storage, dashboards, collectors, cloud resources."""

import re
from collections.abc import Mapping
from typing import Final

from auditor.argocd.health.script import (
    Check,
    Object,
    conditions_of,
    field,
    is_condition,
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
    CheckError,
    Health,
)

_TENANT_FAILURES = {
    "Statefulset not controlled by operator",
    "Another MinIO Tenant already exists in the namespace",
    "Tenant credentials are not set properly",
    "Different versions across MinIO Pools",
    "Pool Decommissioning Not Allowed",
}
_CNPG_PHASES = {
    HEALTHY: {"Cluster in healthy state"},
    PROGRESSING: {
        "Setting up primary",
        "Creating a new replica",
        "Upgrading cluster",
        "Waiting for the instances to become active",
        "Promoting to primary cluster",
    },
    DEGRADED: {
        "Switchover in progress",
        "Failing over",
        "Upgrading Postgres major version",
        "Cluster upgrade delayed",
        "Waiting for user action",
        "Primary instance is being restarted in-place",
        "Primary instance is being restarted without a switchover",
        "Cluster cannot execute instance online upgrade due to missing architecture binary",
        "Online upgrade in progress",
        "Applying configuration",
    },
    SUSPENDED: {
        "Unable to create required cluster objects",
        "Cluster cannot proceed to reconciliation due to an unknown plugin being required",
        "Cluster has incomplete or invalid image catalog",
        "Cluster is unrecoverable and needs manual intervention",
    },
}
_NO_STATUS_UPBOUND = {"ClusterProviderConfig", "ProviderConfig", "ProviderConfigUsage"}
_NO_STATUS_CROSSPLANE = _NO_STATUS_UPBOUND | {
    "Composition",
    "CompositionRevision",
    "DeploymentRuntimeConfig",
    "ControllerConfig",
}
_READY_CROSSPLANE = {
    *("Ready", "Healthy", "Offered", "Established", "ValidPipeline", "RevisionHealthy"),
}


def zalando_postgresql(obj: Object) -> Health:
    """Judge a postgresql of the Zalando operator by its one status word."""
    state = (status_of(obj) or {}).get("PostgresClusterStatus")
    if state is None:
        return say(PROGRESSING, "Waiting for postgres cluster status...")
    codes = {"Running": HEALTHY, "Creating": PROGRESSING, "Updating": PROGRESSING}
    return say(codes.get(str(state), DEGRADED), state)


def minio_tenant(obj: Object) -> Health:
    """Judge a MinIO Tenant by its current state."""
    state = (status_of(obj) or {}).get("currentState")
    if state is None:
        return say(PROGRESSING, "No status info available")
    if not isinstance(state, str):
        raise CheckError("attempt to index a non-table object(number) with key 'find'")
    if state == "Initialized":
        return say(HEALTHY, state)
    return say(DEGRADED if state in _TENANT_FAILURES else PROGRESSING, state)


def open_telemetry_collector(obj: Object) -> Health:
    """Judge an OpenTelemetryCollector by `ready/total`."""
    status = status_of(obj)
    if status is None:
        return say(PROGRESSING, "Waiting for OpenTelemetry Collector status")
    scale = status.get("scale")
    replicas = scale.get("statusReplicas") if isinstance(scale, Mapping) else None
    if replicas is None:
        if field(obj, "spec", "mode") == "sidecar":
            return say(HEALTHY, "Collector is running in sidecar mode")
        return say(PROGRESSING, "Scale status not available")
    match = re.search(r"([0-9]+)/([0-9]+)", str(replicas))
    if match is None:
        return say(PROGRESSING, f"Unable to parse replica status: {replicas}")
    current, total = int(match[1]), int(match[2])
    if current == 0:
        spec = obj.get("spec")
        is_daemon_set = isinstance(spec, Mapping) and spec.get("mode") == "daemonset"
        if is_daemon_set and total == 0:
            return say(HEALTHY, "DaemonSet has no eligible nodes (0/0)")
        return say(DEGRADED, "No replicas are ready")
    if current == total:
        return say(HEALTHY, "All replicas are ready")
    return say(PROGRESSING, "Replicas are starting up")


def cnpg_cluster(obj: Object) -> Health:
    """Judge a CloudNativePG Cluster by hibernation and phase."""
    metadata = obj.get("metadata")
    notes = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    if isinstance(notes, Mapping) and notes.get("cnpg.io/reconciliationLoop") == "disabled":
        return say(SUSPENDED, "Cluster reconciliation is suspended")
    status = status_of(obj)
    found = conditions_of(status)
    reason = field(obj, "status", "phaseReason")
    if found is None:
        return say(PROGRESSING, reason)
    for entry in found:
        if entry.get("type") == "cnpg.io/hibernation":
            code = SUSPENDED if entry.get("status") == "True" else DEGRADED
            return say(code, entry.get("message"))
    phase = (status or {}).get("phase")
    codes = (code for code, phases in _CNPG_PHASES.items() if phase in phases)
    return say(next(codes, UNKNOWN), reason)


def grafana(obj: Object) -> Health:
    """Judge a Grafana by the stage of its installation."""
    status = status_of(obj)
    outcome = status.get("stageStatus") if status is not None else None
    if status is None or outcome is None:
        return say(PROGRESSING, "Waiting for Grafana status info")
    stage = status.get("stage")
    if outcome == "failed":
        return say(DEGRADED, f"Failed at stage {text_of(status, 'stage')}")
    if stage == "complete" and outcome == "success":
        return say(HEALTHY)
    return say(PROGRESSING, stage)


def grafana_datasource(obj: Object) -> Health:
    """Judge a GrafanaDatasource: created, and matched by an instance."""
    status = status_of(obj)
    if status is None or status.get("uid") == "":
        return say(PROGRESSING)
    if status.get("NoMatchingInstances"):
        return say(DEGRADED, "can't find matching grafana instance")
    return say(HEALTHY)


def grafana_content(obj: Object) -> Health:
    """Judge a dashboard or folder; all reasons up to the first failure are told."""
    code, message = PROGRESSING, ""
    for entry in conditions_of(status_of(obj)) or ():
        if entry.get("status") is None:
            continue
        message += (", " if message else "") + _grafana_reason(entry)
        if entry.get("status") == "False":
            return say(DEGRADED, message)
        if entry.get("status") == "True":
            code = HEALTHY
    return say(code, message)


def _grafana_reason(entry: Object) -> str:
    if entry.get("reason") is None:
        return ""
    text = str(entry["reason"])
    if entry.get("type") is not None:
        text += f" for {entry['type']}"
        if entry.get("message") is not None:
            text += f" because {entry['message']}"
    return text


def _crossplane(no_status: set[str], ready: set[str]) -> Check:
    def check(obj: Object) -> Health:
        status, kind = status_of(obj), obj.get("kind")
        up_to_date = say(HEALTHY, "Resource is up-to-date.")
        result = say(PROGRESSING, "Provisioning ...")
        if status is None or (not status and kind in no_status):
            return up_to_date
        found = conditions_of(status)
        if found is None:
            is_config = kind in {"ProviderConfig", "ClusterProviderConfig"}
            is_used = is_config and status.get("users") is not None
            return say(HEALTHY, "Resource is in use.") if is_used else result
        for entry in found:
            if any(is_condition(entry, bad, "False") for bad in ("LastAsyncOperation", "Synced")):
                return say(DEGRADED, entry.get("message"))
            if entry.get("type") in ready and entry.get("status") == "True":
                result = up_to_date
        return result

    return check


def config_connector(obj: Object) -> Health:
    """Judge a resource of Google's Config Connector."""
    waiting = say(PROGRESSING, "Update in progress")
    status = status_of(obj)
    if status is None:
        return waiting
    observed = status.get("observedGeneration")
    if observed is not None and observed != field(obj, "metadata", "generation"):
        return waiting
    kind = obj.get("kind")
    if kind in {"ConfigConnector", "ConfigConnectorContext"} and status.get("healthy") is not None:
        if status["healthy"] is True:
            return say(HEALTHY, f"{kind} is healthy")
        return say(DEGRADED, f"{kind} is not healthy")
    codes = {
        "UpdateFailed": DEGRADED,
        "DependencyNotFound": DEGRADED,
        "DependencyNotReady": SUSPENDED,
    }
    for entry in conditions_of(status) or ():
        reason = str(entry.get("reason"))
        if reason == "UpToDate" and entry.get("status") == "True":
            return say(HEALTHY, entry.get("message"))
        if reason in codes:
            return say(codes[reason], entry.get("message"))
    return waiting


def aws_controller(obj: Object) -> Health:
    """Judge a resource of the AWS controllers for Kubernetes."""
    for entry in conditions_of(status_of(obj)) or ():
        if is_condition(entry, "ACK.Terminal", "True"):
            return say(DEGRADED, entry.get("message"))
        if is_condition(entry, "Ready", "False"):
            return say(PROGRESSING, entry.get("message"))
        if is_condition(entry, "Ready", "True"):
            return say(HEALTHY)
    return say(PROGRESSING, "Waiting for resource to be ready")


def knative_service(obj: Object) -> Health:
    """Judge a Knative Service: all three conditions have to be True."""
    found = conditions_of(status_of(obj))
    if found is None:
        return say(PROGRESSING, "Waiting for status update.")
    wanted = {"ConfigurationsReady", "RoutesReady", "Ready"}
    good = sum(e.get("status") == "True" and e.get("type") in wanted for e in found)
    bad = [entry for entry in found if entry.get("status") in {"False", "Unknown"}]
    if good == 3 and not bad:
        return say(HEALTHY, "Knative Service is healthy.")
    has_failed = any(entry.get("status") == "False" for entry in bad)
    message = "".join(f"{_explained(entry)}\n" for entry in bad)
    return say(DEGRADED if has_failed else PROGRESSING, message)


def _explained(entry: Object) -> str:
    text = f"{text_of(entry, 'type')} is {entry.get('status')}"
    if entry.get("reason"):
        text += f", since {entry['reason']}."
    return f"{text} {entry['message']}" if entry.get("message") else text


CHECKS: Final[Mapping[str, Check]] = {
    "acid.zalan.do/postgresql": zalando_postgresql,
    "minio.min.io/Tenant": minio_tenant,
    "opentelemetry.io/OpenTelemetryCollector": open_telemetry_collector,
    "postgresql.cnpg.io/Cluster": cnpg_cluster,
    "serving.knative.dev/Service": knative_service,
    "grafana.integreatly.org/Grafana": grafana,
    "grafana.integreatly.org/GrafanaDashboard": grafana_content,
    "grafana.integreatly.org/GrafanaFolder": grafana_content,
    "grafana.integreatly.org/GrafanaDatasource": grafana_datasource,
}
GROUP_CHECKS: Final[Mapping[str, Check]] = {
    ".cnrm.cloud.google.com": config_connector,
    ".crossplane.io": _crossplane(_NO_STATUS_CROSSPLANE, _READY_CROSSPLANE),
    ".services.k8s.aws": aws_controller,
    ".upbound.io": _crossplane(_NO_STATUS_UPBOUND, {"Ready"}),
}
