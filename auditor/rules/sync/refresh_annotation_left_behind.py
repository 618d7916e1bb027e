"""Annotations that steer the controller for a moment and were never taken away."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from auditor.argocd.annotations import REFRESH
from auditor.argocd.application import Application
from auditor.argocd.field_owners import writers_of, written_at
from auditor.argocd.freshness import SKIP_RECONCILE, says_skip
from auditor.argocd.releases import Version
from auditor.findings import Basis, Breach, Edit, Fix, Severity, by_tier, everywhere
from auditor.findings.severity import Severities
from auditor.kube import pointer
from auditor.kube.manifest import Manifest
from auditor.rulebook import rule
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.derived import NOW, VERSION
from auditor.snapshot.reconciled import RECONCILED, ClusterSecret, Reconciled

_SKIP_AT: Final = pointer.join(("metadata", "annotations", SKIP_RECONCILE))
_REFRESH_AT: Final = pointer.join(("metadata", "annotations", REFRESH))
_CLUSTERS_SINCE: Final = Version(3, 4)
_LOW: Final = everywhere(Severity.LOW)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the controller may take to answer a refresh."""

    refresh_after: timedelta = timedelta(minutes=10)
    """It takes the annotation away itself, as soon as it has compared."""


@rule(
    "SYNC-011",
    severity=by_tier(production=Severity.MEDIUM, other=Severity.LOW),
    over=RECONCILED,
    needs=(VERSION,),
    uses=(NOW,),
    options=Patience,
)
def refresh_annotation_left_behind(
    subject: Reconciled,
    options: Patience,
    known: tuple[Version, str],
    now: datetime | Missing | Excluded,
) -> Iterator[Breach]:
    """Look on both sides; compare-options are configuration and stay (semantics §9, trap 38)."""
    if isinstance(subject, ClusterSecret):
        if known[0].release >= _CLUSTERS_SINCE.release and says_skip(subject.manifest):
            medium = everywhere(Severity.MEDIUM)
            yield _breach(subject.manifest, "cluster", _SKIP_AT, severity=medium, is_live=True)
        return
    skipping = [m for m in _sides(subject) if says_skip(m)]
    if skipping:
        is_live = subject.live in skipping
        yield _breach(skipping[0], "" if is_live else "declared", _SKIP_AT, is_live=is_live)
    elif subject.declared and REFRESH in subject.declared.annotations:
        yield _breach(subject.declared, "refresh_in_git", _REFRESH_AT, severity=_LOW)
    elif subject.live and REFRESH in subject.live.annotations:
        yield from _waiting(subject.live, options, now)


def _sides(app: Application) -> tuple[Manifest, ...]:
    """Return Git's side first: that is where it has to go."""
    return tuple(m for m in (app.declared, app.live) if m is not None)


def _waiting(
    live: Manifest, options: Patience, now: datetime | Missing | Excluded
) -> Iterator[Breach]:
    times = [t for o in writers_of(live.raw, _REFRESH_AT) if (t := written_at(o))]
    age = now - max(times) if times and isinstance(now, datetime) else None
    if age is None:
        info = everywhere(Severity.INFO)
        yield _breach(live, "refresh_since_unknown", _REFRESH_AT, severity=info, is_live=True)
    elif age > options.refresh_after:
        yield _breach(live, "refresh", _REFRESH_AT, severity=_LOW, is_live=True, age=age)


def _breach(
    manifest: Manifest,
    variant: str,
    at: str,
    *,
    severity: Severities | None = None,
    is_live: bool = False,
    age: timedelta | None = None,
) -> Breach:
    value = str(pointer.get(manifest.raw, at))
    return Breach(
        at=at,
        manifest=manifest,
        variant=variant,
        severity=severity,
        basis=Basis.OBSERVED if is_live else Basis.DECLARED,
        facts={"annotation": pointer.tokens(at)[-1], "value": value}
        | ({"age": age} if age is not None else {}),
        fix=Fix((Edit("remove", at),), manifest=manifest),
    )
