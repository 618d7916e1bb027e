"""Syncs that go on for longer than a sync takes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from auditor.argocd.application import GROUP, Application
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.messages import roots
from auditor.argocd.needs import secrets_needed
from auditor.argocd.status import Operation
from auditor.argocd.troubles import Trouble, Troubles
from auditor.argocd.waiting import Wait, WaitsFor, wait_of
from auditor.findings import Basis, Breach, Key, Severity, Unseen, by_tier, everywhere
from auditor.kube.gap import Gap
from auditor.kube.url_credentials import without_credentials
from auditor.rulebook import rule
from auditor.signatures import Message, Where
from auditor.signatures.root import Root, root_of, root_of_operation
from auditor.snapshot.derived import APPLICATIONS, NOW, OBJECTS
from auditor.snapshot.sections import LIVE_APPLICATIONS
from auditor.snapshot.troubles import TROUBLES


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a sync may take."""

    operation_after: timedelta = timedelta(minutes=15)
    """Five retries with the default waits take about 310 s."""
    confirmation_after: timedelta = timedelta(hours=24)
    """How long a person may take to confirm a deletion."""


@rule(
    "LIVE-005",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(LIVE_APPLICATIONS, NOW),
    uses=(OBJECTS, TROUBLES),
    options=Patience,
)
def operation_is_stuck(
    app: Application,
    options: Patience,
    _applications: object,
    now: datetime,
    objects: object,
    troubles: object,
) -> Iterator[Breach | Unseen]:
    """Say what a running operation waits for (semantics §2.5, §8.2, trap 10)."""
    status = app.status
    if status is None:
        yield Unseen(Gap("application_not_live"))
        return
    operation = status.operation
    if operation is None or not operation.is_running:
        return
    if operation.started is None:
        yield Unseen(Gap("operation_start_unknown"))
        return
    wait, age = wait_of(operation, status), now - operation.started
    if wait.reason is WaitsFor.CONFIRMATION or age > options.operation_after:
        breach = _breach(app, operation, wait, age, options)
        known = objects.find(wait.ref) if wait.ref and isinstance(objects, LiveObjects) else None
        secrets = {("secret", name) for name in secrets_needed(known)} if known else set()
        breach = replace(breach, keys=breach.keys | secrets)
        has_pods = wait.reason in (WaitsFor.HOOK, WaitsFor.HEALTH)
        said: tuple[Trouble, ...] = ()
        if has_pods and wait.ref and isinstance(troubles, Troubles):
            said = troubles.about(wait.ref, known)
        yield _because(breach, said) if said else breach


def _because(breach: Breach, said: tuple[Trouble, ...]) -> Breach:
    """Say what pods, conditions and events tell of the object that is waited for."""
    root = root_of(Message(one.message, Where.OBJECT, one.reason) for one in said)
    told = tuple(dict.fromkeys(without_credentials(one.says) for one in said))
    return replace(
        breach,
        variant=f"{breach.variant}_because",
        facts={**breach.facts, "reasons": told, "signature": root.signature},
        keys=breach.keys | root.keys,
    )


def _breach(
    app: Application, operation: Operation, wait: Wait, age: timedelta, options: Patience
) -> Breach:
    asks = wait.reason is WaitsFor.CONFIRMATION
    is_overdue = age > options.confirmation_after
    confirmation = everywhere(Severity.MEDIUM if is_overdue else Severity.INFO)
    root = root_of_operation(operation)
    return Breach(
        at="/status/operationState/phase",
        manifest=app.live,
        basis=Basis.OBSERVED,
        variant=wait.reason.value,
        severity=confirmation if asks else None,
        facts={
            "phase": operation.phase,
            "age": age,
            "object": wait.ref.label if wait.ref else "",
            "message": operation.message,
            "reasons": roots(operation.message) if wait.reason is WaitsFor.RETRY else (),
            "signature": root.signature,
            "retries": operation.retry_count,
        },
        keys=_keys(app, operation, wait, root),
    )


def _keys(app: Application, operation: Operation, wait: Wait, root: Root) -> frozenset[Key]:
    refs = [result.ref for result in operation.results if result.has_failed]
    refs += [wait.ref] if wait.ref else []
    children = {
        ("child", f"{ref.namespace or app.ref.namespace}/{ref.name}")
        for ref in refs
        if (ref.group, ref.kind) == (GROUP, "Application")
    }
    objects = {("object", ref.label) for ref in refs}
    namespaces = {("namespace", ref.namespace) for ref in refs if ref.namespace}
    return frozenset(root.keys | children | objects | namespaces)
