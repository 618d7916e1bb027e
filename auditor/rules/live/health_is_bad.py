"""Workloads that Argo CD calls unhealthy, or that never become healthy."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.health_message import blamed
from auditor.argocd.needs import secrets_needed
from auditor.argocd.status import Status
from auditor.argocd.troubles import WORKLOADS, Trouble, Troubles
from auditor.findings import Basis, Breach, Key, Severity, Unseen, by_tier, everywhere
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef
from auditor.kube.url_credentials import without_credentials
from auditor.rulebook import rule
from auditor.signatures import Message, Where
from auditor.signatures.root import root_of
from auditor.snapshot.derived import APPLICATIONS, NOW, OBJECTS
from auditor.snapshot.sections import LIVE_APPLICATIONS
from auditor.snapshot.troubles import TROUBLES

_BAD: Final = ("Degraded", "Missing", "Unknown")
_BECAUSE: Final[Mapping[str, str]] = {"": "because", "too_long": "too_long_because"}
"""Variants whose sentence has a twin that gives the reasons."""


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
    uses=(OBJECTS, TROUBLES),
    options=Patience,
)
def health_is_bad(
    app: Application,
    options: Patience,
    _applications: object,
    now: datetime,
    objects: object,
    troubles: object,
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
            known = _known(breach, status, objects)
            secrets = {("secret", name) for one in known for name in secrets_needed(one)}
            told = _because(breach, known, status, troubles)
            yield replace(told, keys=told.keys | secrets)


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


def _known(breach: Breach, status: Status, objects: object) -> list[Manifest]:
    """Return what is named, where it was read."""
    if not isinstance(objects, LiveObjects):
        return []
    refs = _named(breach, status)
    return [found for ref in refs if (found := objects.find(ref))]


def _named(breach: Breach, status: Status) -> list[ResourceRef]:
    """Return the object a breach names; the workloads where Argo CD names none, as before 3.6."""
    named = [row.ref for row in status.rows if row.ref.label == breach.facts["object"]]
    is_told = breach.facts["health"] in ("Degraded", "Progressing") and not breach.facts["message"]
    if named or not is_told:
        return named
    return [row.ref for row in status.rows if row.ref.kind in WORKLOADS]


def _because(breach: Breach, known: list[Manifest], status: Status, troubles: object) -> Breach:
    """Say what the object's own conditions, its pods and events tell, else its health message."""
    message = str(breach.facts["message"])
    said: tuple[Trouble, ...] = ()
    if breach.variant != "suspended" and isinstance(troubles, Troubles):
        live = {one.ref: one for one in known}
        refs = _named(breach, status)
        said = tuple(one for ref in refs for one in troubles.about(ref, live.get(ref)))
    root = root_of(
        (
            *(Message(one.message, Where.OBJECT, one.reason) for one in said),
            Message(message, Where.HEALTH),
        )
    )
    told = tuple(dict.fromkeys(without_credentials(one.says) for one in said))
    return replace(
        breach,
        variant=_BECAUSE.get(breach.variant, breach.variant) if told else breach.variant,
        facts={**breach.facts, "reasons": told, "signature": root.signature},
        keys=breach.keys | root.keys,
    )


def _keys(refs: Iterable[ResourceRef]) -> frozenset[Key]:
    """Return what a cause may name: the objects, and the namespaces they lie in."""
    found = tuple(refs)
    objects = {("object", ref.label) for ref in found}
    children = {("child", ref.qualified) for ref in found if ref.kind == "Application"}
    namespaces = {("namespace", ref.namespace) for ref in found if ref.namespace}
    return frozenset(objects | children | namespaces)
