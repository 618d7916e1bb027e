"""Secrets that do not arrive from where they are kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from auditor.argocd.application import Application
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.secret_sync import NotReady, delivers_secrets, keys_of, not_ready
from auditor.findings import Basis, Breach, Severity, Unseen, by_tier
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.url_credentials import without_credentials
from auditor.rulebook import rule
from auditor.signatures import Message, Where
from auditor.signatures.root import root_of
from auditor.snapshot.derived import APPLICATIONS, NOW, OBJECTS
from auditor.snapshot.sections import LIVE_APPLICATIONS


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a secret may be late."""

    secret_after: timedelta = timedelta(minutes=5)
    """A store that restarts is asked again well within that time."""


@rule(
    "LIVE-010",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(LIVE_APPLICATIONS, OBJECTS, NOW),
    options=Patience,
)
def secret_is_not_synced(
    app: Application,
    options: Patience,
    _applications: object,
    objects: LiveObjects,
    now: datetime,
) -> Iterator[Breach | Unseen]:
    """Read the condition Ready of what the Application manages; its message names the reason."""
    if app.status is None:
        yield Unseen(Gap("application_not_live"))
        return
    refs = {row.ref for row in app.status.rows if delivers_secrets(row.ref)}
    for ref in sorted(refs):
        found = objects.find(ref)
        if found is None:
            gap = objects.gap(ref)
            yield from (Unseen(gap),) if gap else ()
        elif (why := not_ready(found)) and _is_late(why, now, options.secret_after):
            yield _breach(found, why, now)


def _is_late(why: NotReady, now: datetime, after: timedelta) -> bool:
    return why.since is None or now - why.since >= after


def _breach(found: Manifest, why: NotReady, now: datetime) -> Breach:
    ref = found.ref
    message = without_credentials(why.message)
    root = root_of((Message(message, Where.OBJECT, why.reason),))
    return Breach(
        at=f"/status/conditions/{why.index}",
        manifest=found,
        basis=Basis.OBSERVED,
        variant="" if why.since else "since_unknown",
        lower=0 if why.since else 1,
        identity=ref.label,
        facts={
            "kind": ref.kind,
            "name": ref.qualified,
            "reason": message or why.reason,
            "signature": root.signature,
            "age": now - why.since if why.since else None,
        },
        keys=root.keys | frozenset(keys_of(found)),
    )
