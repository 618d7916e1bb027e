"""Automated syncs that failed for good: Argo CD will not try this commit again by itself."""

from collections.abc import Iterator, Mapping

from auditor.argocd.application import Application
from auditor.argocd.autosync import Comparison, last_attempt
from auditor.argocd.cluster import Namespace
from auditor.argocd.messages import roots
from auditor.argocd.status import Operation, Status
from auditor.findings import Basis, Breach, Severity, Unseen, by_tier
from auditor.kube.gap import Gap
from auditor.kube.manifest import at
from auditor.rulebook import NoOptions, rule
from auditor.signatures.root import Root, root_of_operation
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.derived import APPLICATIONS, NAMESPACES
from auditor.snapshot.heads import HEADS, Heads
from auditor.snapshot.providers import SEEN_CLUSTER, SeenCluster
from auditor.snapshot.sections import LIVE_APPLICATIONS

Namespaces = tuple[Namespace, ...] | Missing | Excluded


@rule(
    "RETRY-006",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(LIVE_APPLICATIONS, HEADS, SEEN_CLUSTER),
    uses=(NAMESPACES,),
    options=NoOptions,
)
def retries_are_used_up(
    app: Application,
    _: NoOptions,
    _applications: object,
    heads: Heads,
    cluster: SeenCluster,
    namespaces: Namespaces,
) -> Iterator[Breach | Unseen]:
    """Ask as the controller asks before it syncs (semantics §2.1, §16.2)."""
    status = app.status
    if status is None or app.live is None:
        yield Unseen(Gap("application_not_live"))
        return
    operation = status.operation
    if operation is None or not _has_given_up(app, status, operation):
        return
    # What Git has meanwhile is attempted as soon as Argo CD sees it; unless nothing ever ran.
    if operation.has_result and heads.newer(app, status.revisions):
        return
    root = root_of_operation(operation)
    seen = None if cluster.why_not(app) else namespaces
    yield _breach(app, status, operation, root, _variant(operation, root, seen))


def _has_given_up(app: Application, status: Status, operation: Operation) -> bool:
    policy = app.live_policy or app.policy
    if app.is_deleting or not policy.is_automated or not operation.is_automated:
        return False
    if not operation.has_failed or status.sync == "Synced" or app.live is None:
        return False
    sync = app.live.get("status", "sync")
    rows = app.live.get("status", "resources")
    found = Comparison.of(
        sync if isinstance(sync, Mapping) else {}, rows if isinstance(rows, list) else ()
    )
    return last_attempt(app.live.raw, found).is_repeated


def _variant(operation: Operation, root: Root, namespaces: Namespaces | None) -> str:
    """Say whether the cause still holds, where the cluster can tell."""
    if not operation.has_result:
        return "never_ran"
    named = root.named("namespace")
    if root.signature != "namespace-not-found" or not isinstance(namespaces, tuple):
        return ""
    there = {n.ref.name for n in namespaces if not n.is_terminating}
    return "gone" if named <= there else "holds"


def _breach(
    app: Application, status: Status, operation: Operation, root: Root, variant: str
) -> Breach:
    failed = [result for result in operation.results if result.has_failed]
    reasons = roots(*(r.message for r in failed)) or roots(operation.message)
    asked = at(app.live.raw if app.live else {}, "status", "operationState", "operation", "retry")
    limit = asked.get("limit") if isinstance(asked, Mapping) else None
    return Breach(
        at="/status/operationState/phase",
        manifest=app.live,
        basis=Basis.OBSERVED,
        facts={
            "phase": operation.phase,
            "retries": operation.retry_count,
            "limit": limit if isinstance(limit, int) else 0,
            "reasons": reasons or (operation.message,),
            "signature": root.signature,
            "revisions": operation.revisions or status.revisions,
            "ended": operation.finished,
        },
        variant=variant,
        keys=frozenset(
            root.keys
            | {("operation", app.ref.qualified)}
            | {("object", result.ref.label) for result in failed}
            | {("namespace", result.ref.namespace) for result in failed if result.ref.namespace}
        ),
    )
