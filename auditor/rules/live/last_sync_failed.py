"""A last sync that ended badly, and nothing synced since."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.messages import roots
from auditor.argocd.status import Operation
from auditor.argocd.troubles import WORKLOADS, Troubles
from auditor.findings import Basis, Breach, Severity, Unseen, by_tier
from auditor.kube.gap import Gap
from auditor.kube.url_credentials import without_credentials
from auditor.rulebook import NoOptions, rule
from auditor.signatures import Message, Where
from auditor.signatures.root import root_of, root_of_operation
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.sections import LIVE_APPLICATIONS
from auditor.snapshot.troubles import TROUBLES

_BY_TIMEOUT: Final = "triggered by controller sync timeout"
_BAD_PHASES: Final = ("Failed", "Error")


@rule(
    "LIVE-004",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(LIVE_APPLICATIONS,),
    uses=(TROUBLES,),
    options=NoOptions,
)
def last_sync_failed(
    app: Application, _: NoOptions, _applications: object, troubles: object
) -> Iterator[Breach | Unseen]:
    """Name what failed, object by object where Argo CD says so (semantics §8.2, §16.20)."""
    status = app.status
    if status is None:
        yield Unseen(Gap("application_not_live"))
        return
    operation = status.operation
    if operation is None or not operation.has_failed:
        return
    if status.sync != "Synced":
        breach = _told(_breach(app, operation, _variant(operation), 0), operation, troubles)
        waiting = {("object", row.ref.label) for row in status.drifted}
        yield replace(breach, keys=breach.keys | waiting)
    elif _failed_hooks(operation) and operation.revisions == status.revisions:
        yield _told(_breach(app, operation, "hook", 2), operation, troubles)


def _variant(operation: Operation) -> str:
    if "Operation terminated" not in operation.message:
        return ""
    return "timed_out" if _BY_TIMEOUT in operation.message else "terminated"


def _breach(app: Application, operation: Operation, variant: str, lower: int) -> Breach:
    failed = tuple(r for r in operation.results if r.has_failed)
    messages = roots(*(r.message for r in failed)) or roots(operation.message)
    labels = tuple(sorted({r.ref.label for r in failed}))
    root = root_of_operation(operation)
    return Breach(
        at="/status/operationState/phase",
        manifest=app.live,
        basis=Basis.OBSERVED,
        facts={
            "phase": operation.phase,
            "reasons": messages or (operation.message,),
            "signature": root.signature,
            "objects": labels,
            "retries": operation.retry_count,
            "revisions": operation.revisions,
            "ended": operation.finished,
        },
        variant=variant,
        lower=lower,
        keys=frozenset(
            root.keys
            | {("operation", app.ref.qualified)}
            | {("object", label) for label in labels}
            | {("namespace", r.ref.namespace) for r in failed if r.ref.namespace}
        ),
    )


def _told(breach: Breach, operation: Operation, troubles: object) -> Breach:
    """Add what the pods of a failed hook say: its own message only tells that it failed."""
    if not isinstance(troubles, Troubles):
        return breach
    hooks = [r.ref for r in operation.results if r.hook_phase in _BAD_PHASES]
    said = [one for ref in hooks if ref.kind in WORKLOADS for one in troubles.about(ref)]
    if not said:
        return breach
    root = root_of(Message(one.message, Where.OBJECT, one.reason) for one in said)
    told = dict.fromkeys(without_credentials(one.says) for one in said)
    known = breach.facts["reasons"]
    reasons = (*(known if isinstance(known, tuple) else ()), *told)
    signature = breach.facts["signature"] or root.signature
    facts = {**breach.facts, "reasons": tuple(dict.fromkeys(reasons)), "signature": signature}
    return replace(breach, facts=facts, keys=breach.keys | root.keys)


def _failed_hooks(operation: Operation) -> bool:
    return any(r.hook_phase in _BAD_PHASES and r.status != "SyncFailed" for r in operation.results)
