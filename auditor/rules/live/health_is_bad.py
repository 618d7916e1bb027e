"""Workloads that Argo CD calls unhealthy, or that never become healthy."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.health_message import blamed
from auditor.argocd.needs import secrets_needed
from auditor.argocd.status import Status
from auditor.findings import Basis, Breach, Key, Severity, Unseen, by_tier, everywhere
from auditor.kube.gap import Gap
from auditor.kube.ref import ResourceRef
from auditor.rulebook import rule
from auditor.snapshot.derived import APPLICATIONS, NOW, OBJECTS
from auditor.snapshot.sections import LIVE_APPLICATIONS

_BAD: Final = ("Degraded", "Missing", "Unknown")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a workload may take to become healthy."""

    progressing_after: timedelta = timedelta(minutes=30)
    """Three times the deadline Kubernetes gives a Deployment."""


@rule(
    "LIVE-002",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(LIVE_APPLICATIONS, NOW),
    uses=(OBJECTS,),
    options=Patience,
)
def health_is_bad(
    app: Application, options: Patience, _applications: object, now: datetime, objects: object
) -> Iterator[Breach | Unseen]:
    """Judge each object where its health is stored, else the Application (§8.1, §16.12)."""
    status = app.status
    if status is None:
        yield Unseen(Gap("application_not_live"))
    elif status.has_comparison_error:
        yield Unseen(Gap("comparison_failed"))
    elif not status.health:
        yield Unseen(Gap("status_is_absent"))
    else:
        measure = _Measure.of(app, status, now, options.progressing_after)
        found = tuple(_of_rows(app, status, measure))
        for breach in found or _of_application(app, status, measure):
            yield replace(breach, keys=breach.keys | _secrets(breach, status, objects))


@dataclass(frozen=True, slots=True)
class _Measure:
    """What the health of one Application is held against."""

    age: timedelta | None
    limit: timedelta
    is_deleting: bool
    is_syncing: bool

    @classmethod
    def of(cls, app: Application, status: Status, now: datetime, limit: timedelta) -> "_Measure":
        since, operation = status.health_since, status.operation
        return cls(
            age=now - since if since else None,
            limit=limit,
            is_deleting=app.is_deleting,
            is_syncing=operation is not None and operation.is_running,
        )

    def judge(self, health: str) -> str | None:
        """Return the variant that fits a health; None where there is nothing to say."""
        if health == "Suspended":
            return "suspended"
        # a first sync that goes on has not made everything yet
        waits = health == "Progressing" or (health == "Missing" and self.is_syncing)
        if health in _BAD and not waits:
            return ""
        if not waits or self.is_deleting:
            return None
        if self.age is None:
            return "since_unknown"
        return "too_long" if self.age > self.limit else None


def _of_rows(app: Application, status: Status, measure: _Measure) -> Iterator[Breach]:
    for index, row in enumerate(status.rows):
        variant = measure.judge(row.health) if row.counts else None
        if variant is None:
            continue
        at = f"/status/resources/{index}/health/status"
        yield _breach(app, at, (row.health, row.health_message), row.ref, variant, measure)


def _of_application(app: Application, status: Status, measure: _Measure) -> Iterator[Breach]:
    variant = measure.judge(status.health)
    if variant is not None:
        said = (status.health, status.health_message)
        cause = blamed(status.health_message)
        breach = _breach(app, "/status/health/status", said, cause, variant, measure)
        yield replace(breach, keys=breach.keys | _keys(row.ref for row in status.drifted))


def _breach(
    app: Application,
    at: str,
    said: tuple[str, str],
    about: ResourceRef | None,
    variant: str,
    measure: _Measure,
) -> Breach:
    health, message = said
    breach = Breach(
        at=at,
        manifest=app.live,
        basis=Basis.OBSERVED,
        facts={
            "object": (about or app.ref).label,
            "health": health,
            "message": message,
            "age": measure.age,
        },
        variant=variant,
        keys=_keys((about,) if about else ()),
        lower=1 if variant == "since_unknown" else 0,
    )
    return replace(breach, severity=everywhere(Severity.INFO)) if variant == "suspended" else breach


def _secrets(breach: Breach, status: Status, objects: object) -> frozenset[Key]:
    """Return the Secrets that the object needs which is named."""
    if not isinstance(objects, LiveObjects):
        return frozenset()
    refs = [row.ref for row in status.rows if row.ref.label == breach.facts["object"]]
    known = [found for ref in refs if (found := objects.find(ref))]
    return frozenset(("secret", name) for found in known for name in secrets_needed(found))


def _keys(refs: Iterable[ResourceRef]) -> frozenset[Key]:
    """Return what a cause may name: the objects, and the namespaces they lie in."""
    found = tuple(refs)
    objects = {("object", ref.label) for ref in found}
    children = {("child", ref.qualified) for ref in found if ref.kind == "Application"}
    namespaces = {("namespace", ref.namespace) for ref in found if ref.namespace}
    return frozenset(objects | children | namespaces)
