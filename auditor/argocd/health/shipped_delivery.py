"""Checks of delivery tools: Argo Rollouts and analysis, Flux, CronJobs, operators, Knative."""

from collections.abc import Mapping
from typing import Any, Final

from auditor.argocd.health.script import (
    Check,
    Object,
    conditions_of,
    entries,
    field,
    is_condition,
    required_conditions,
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

_WORKLOAD_GENERATION = "rollout.argoproj.io/workload-generation"


def cron_job(obj: Object) -> Health:
    """Judge a CronJob by its last executions."""
    if field(obj, "spec", "suspend") is True:
        return say(HEALTHY, "CronJob is Suspended")
    status = status_of(obj)
    if status is None:
        return say(PROGRESSING, "Waiting for CronJob")
    scheduled, succeeded = status.get("lastScheduleTime"), status.get("lastSuccessfulTime")
    if scheduled is None:
        return say(HEALTHY, "CronJob has not been scheduled yet")
    if succeeded is None:
        return say(HEALTHY, "The CronJob never completed successfully. It may not be healthy")
    if status.get("active"):
        text = "The job is running. Its last execution may not have been successful"
        return say(HEALTHY, text)
    if str(succeeded) < str(scheduled):
        return say(DEGRADED, "CronJob has not completed its last execution successfully")
    return say(HEALTHY, "CronJob has completed its last execution successfully")


def analysis_run(obj: Object) -> Health:
    """Judge an AnalysisRun by its phase."""
    status = status_of(obj)
    if status is None:
        return say(
            PROGRESSING, "Waiting for analysis run to finish: status has not been reconciled."
        )
    phase = status.get("phase")
    if phase in {"Pending", "Running"}:
        return say(PROGRESSING, "Analysis run is running")
    codes = {
        "Successful": (HEALTHY, "Analysis run completed successfully"),
        "Failed": (DEGRADED, "Analysis run failed"),
        "Error": (DEGRADED, "Analysis run had an error"),
        "Inconclusive": (UNKNOWN, "Analysis run was inconclusive"),
    }
    if phase not in codes:
        return Health("")
    code, default = codes[phase]
    message = status.get("message")
    return say(code, default if message is None else message)


def rollout(obj: Object) -> Health:
    """Judge a Rollout: its own phase where it has one, else conditions and replicas."""
    if not _is_spec_observed(obj):
        return say(PROGRESSING, "Waiting for rollout spec update to be observed")
    status = status_of(obj) or {}
    phase = status.get("phase")
    if phase is not None:
        return say(SUSPENDED if phase == "Paused" else str(phase), status.get("message"))
    failure = _rollout_failure(status)
    if failure is not None:
        return failure
    if entries(status.get("pauseConditions")) or field(obj, "spec", "paused"):
        return say(SUSPENDED, "Rollout is paused")
    if status.get("currentPodHash") is None:
        return say(PROGRESSING, "Waiting for rollout to finish: status has not been reconciled.")
    return _replicas(obj, status) or _strategy(obj, status) or say(HEALTHY)


def _is_spec_observed(obj: Object) -> bool:
    status = status_of(obj)
    if status is None:
        return False
    observed = _number(status.get("observedGeneration"))
    if observed is not None:
        generation = field(obj, "metadata", "generation")
        if generation is None:
            raise CheckError("attempt to compare number with nil")
        if observed < generation:
            return False
    if field(obj, "spec", "workloadRef") is None:
        return True
    annotations = field(obj, "metadata", "annotations")
    if annotations is None:
        return True
    workload = _number(field(annotations, _WORKLOAD_GENERATION))
    return workload == _number(status.get("workloadObservedGeneration"))


def _number(value: Any) -> float | None:
    try:
        return None if isinstance(value, bool) or value is None else float(value)
    except (TypeError, ValueError):
        return None


def _rollout_failure(status: Object) -> Health | None:
    for entry in required_conditions(status):
        is_stuck = entry.get("type") == "Progressing" and entry.get("reason") in {
            "RolloutAborted",
            "ProgressDeadlineExceeded",
        }
        if entry.get("type") == "InvalidSpec" or is_stuck:
            return say(DEGRADED, entry.get("message"))
    return None


def _replicas(obj: Object, status: Object) -> Health | None:
    desired = field(obj, "spec", "replicas")
    updated = status.get("updatedReplicas") or 0
    if updated < (1 if desired is None else desired):
        text = "Waiting for roll out to finish: More replicas need to be updated"
        return say(PROGRESSING, text)
    if (status.get("availableReplicas") or 0) < updated:
        text = "Waiting for roll out to finish: updated replicas are still becoming available"
        return say(PROGRESSING, text)
    return None


def _strategy(obj: Object, status: Object) -> Health | None:
    strategy = field(obj, "spec", "strategy")
    current = status.get("currentPodHash")
    stable = status.get("stableRS")
    if stable is None:
        canary = status.get("canary")
        stable = canary.get("stableRS") if isinstance(canary, Mapping) else ""
    if field(strategy, "blueGreen") is not None:
        active = status.get("blueGreen")
        if not isinstance(active, Mapping) or active.get("activeSelector") != current:
            return say(PROGRESSING, "active service cutover pending")
        if stable not in {"", current}:
            return say(PROGRESSING, "waiting for analysis to complete")
    elif strategy.get("canary") is not None:
        if (status.get("replicas") or 0) > (status.get("updatedReplicas") or 0):
            text = "Waiting for roll out to finish: old replicas are pending termination"
            return say(PROGRESSING, text)
        if stable == "" or stable != current:
            return say(PROGRESSING, "Waiting for rollout to finish steps")
    return None


def _flux(successes: int, counted: tuple[str, ...] = (), *, has_oci: bool = False) -> Check:
    """Make a check of a Flux object: Ready and Reconciling, and what else counts as success."""

    def check(obj: Object) -> Health:
        if field(obj, "spec", "suspend") is True:
            return say(SUSPENDED, f"{obj.get('kind')} is suspended")
        if has_oci and field(obj, "spec", "type") == "oci":
            text = "Helm repositories of type 'oci' do not contain any information in the status."
            return say(HEALTHY, text)
        found = conditions_of(status_of(obj))
        if found is None:
            return say(PROGRESSING, "Status unknown")
        progressing, succeeded, message = _count(found, counted)
        if progressing == 2:
            return say(PROGRESSING, message)
        return say(HEALTHY if succeeded == successes else DEGRADED, message)

    return check


def _count(found: list[Object], counted: tuple[str, ...]) -> tuple[int, int, str]:
    progressing = succeeded = 0
    message = ""
    for entry in found:
        kind, status = entry.get("type"), entry.get("status")
        if kind == "Ready":
            succeeded += status == "True"
            progressing += status == "Unknown"
            message = str(entry.get("reason") or "")
        elif status == "True" and kind == "Reconciling":
            progressing += 1
        elif status == "True" and kind == "ArtifactOutdated" and "ArtifactInStorage" in counted:
            message = f"{message} {text_of(entry, 'reason')}"
        elif status == "True" and kind in counted:
            succeeded += 1
    return progressing, succeeded, message


def subscription(obj: Object) -> Health:
    """Judge an operator Subscription; a pending manual approval of an upgrade is healthy."""
    status = status_of(obj)
    found = conditions_of(status)
    if status is None or found is None:
        text = "An install plan for a subscription is pending installation"
        return say(PROGRESSING, text)
    is_manual = _is_manual_upgrade(obj, status, found)
    message, pending, degraded = "", 0, 0
    for number, entry in enumerate(found, 1):
        if is_manual and entry.get("type") == "InstallPlanPending":
            continue
        message += f"{number}: {text_of(entry, 'type')} | {text_of(entry, 'status')}\n"
        is_pending = is_condition(entry, "InstallPlanPending", "True")
        pending += is_pending
        degraded += not is_pending and _is_subscription_problem(entry)
    state, more = _subscription_state(status.get("state"), is_manual=is_manual)
    pending += more == PROGRESSING
    degraded += more == DEGRADED
    message += state
    if degraded:
        return say(DEGRADED, message)
    return say(PROGRESSING if pending else HEALTHY, message)


def _is_manual_upgrade(obj: Object, status: Object, found: list[Object]) -> bool:
    spec = obj.get("spec")
    is_manual = isinstance(spec, Mapping) and spec.get("installPlanApproval") == "Manual"
    waits = any(
        is_condition(entry, "InstallPlanPending", "True")
        and entry.get("reason") == "RequiresApproval"
        for entry in found
    )
    return is_manual and waits and status.get("installedCSV") is not None


def _is_subscription_problem(entry: Object) -> bool:
    kind = entry.get("type")
    if kind == "InstallPlanMissing":
        return bool(entry.get("reason") != "ReferencedInstallPlanNotFound")
    return entry.get("status") == "True" and kind in {
        "CatalogSourcesUnhealthy",
        "InstallPlanFailed",
        "ResolutionFailed",
    }


def _subscription_state(state: Any, *, is_manual: bool) -> tuple[str, str]:
    """Return what is said of the state, and the health it adds."""
    if state is None:
        return ".status.state not yet known\n", PROGRESSING
    text = f".status.state is '{state}'\n"
    if state in {"", "UpgradeAvailable"}:
        return text, PROGRESSING
    if state == "UpgradePending":
        if is_manual:
            extra = "(manual InstallPlan approval pending; treated as healthy)"
            return f".status.state is 'UpgradePending' {extra}\n", HEALTHY
        return text, PROGRESSING
    return text, DEGRADED if state == "UpgradeFailed" else HEALTHY


_SOURCE = _flux(2, ("ArtifactInStorage",))

CHECKS: Final[Mapping[str, Check]] = {
    "batch/CronJob": cron_job,
    "argoproj.io/AnalysisRun": analysis_run,
    "argoproj.io/Rollout": rollout,
    **{
        f"source.toolkit.fluxcd.io/{kind}": _SOURCE
        for kind in ("GitRepository", "Bucket", "HelmChart", "OCIRepository")
    },
    "source.toolkit.fluxcd.io/HelmRepository": _flux(2, ("ArtifactInStorage",), has_oci=True),
    "helm.toolkit.fluxcd.io/HelmRelease": _flux(2, ("Released", "TestSuccess")),
    "kustomize.toolkit.fluxcd.io/Kustomization": _flux(1),
    "image.toolkit.fluxcd.io/ImageUpdateAutomation": _flux(1),
    "operators.coreos.com/Subscription": subscription,
}
