"""Errors and warnings that Argo CD shows on Applications and ApplicationSets."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.applicationset_object import ApplicationSet
from auditor.argocd.freshness import Freshness, is_skipped
from auditor.argocd.messages import roots
from auditor.argocd.raised import Raised, of_application, of_applicationset
from auditor.findings import Basis, Breach, Key, Severity, Unseen, by_tier, everywhere
from auditor.findings.severity import Severities
from auditor.kube.gap import Gap
from auditor.kube.url_credentials import without_credentials
from auditor.rulebook import rule
from auditor.signatures import Message, Where
from auditor.signatures.root import Root, root_of
from auditor.snapshot import Collected, Excluded, Missing
from auditor.snapshot.condition_holders import CONDITION_HOLDERS, ConditionHolder
from auditor.snapshot.derived import NOW
from auditor.snapshot.freshness import FRESHNESS
from auditor.snapshot.sections import LIVE_APPLICATIONS, LIVE_APPLICATIONSETS

_ORPHANED: Final = "OrphanedResourceWarning"
_WARNINGS: Final[Mapping[str, Severities]] = {
    "ExcludedResourceWarning": everywhere(Severity.MEDIUM),
    _ORPHANED: everywhere(Severity.INFO),
}
_Found = list[tuple[Raised, Root]]
_STALE: Final = everywhere(Severity.INFO)


@dataclass(frozen=True, slots=True)
class Options:
    """What can be tuned."""

    stale_factor: int = 3
    """How many reconciliation periods a status may lag behind the newest."""


@rule(
    "LIVE-003",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=CONDITION_HOLDERS,
    needs=(LIVE_APPLICATIONS, NOW),
    uses=(FRESHNESS, LIVE_APPLICATIONSETS),
    options=Options,
)
def condition_is_raised(
    holder: ConditionHolder,
    options: Options,
    _applications: object,
    now: datetime,
    freshness: Freshness | Missing | Excluded,
    sets: Collected | Missing | Excluded,
) -> Iterator[Breach | Unseen]:
    """Tell each failure once, however many conditions repeat it (semantics §8.3, §16.16)."""
    if isinstance(holder, ApplicationSet):
        yield from _of_set(holder, now, sets)
    elif holder.status is None:
        yield Unseen(Gap("application_not_live"))
    else:
        is_stale = _is_stale(holder, freshness, options.stale_factor)
        for found in _distinct(of_application(holder.status, tuple(_WARNINGS))):
            yield _breach(holder, found, now, _variant(found[0][0], is_stale=is_stale))


def _of_set(
    holder: ApplicationSet, now: datetime, sets: Collected | Missing | Excluded
) -> Iterator[Breach | Unseen]:
    if holder.live is None:
        unread = Gap("applicationset_not_live", {"name": holder.ref.qualified})
        yield Unseen(sets.why if isinstance(sets, Missing | Excluded) else unread)
        return
    for found in _distinct(of_applicationset(holder.live.raw)):
        yield _breach(holder, found, now, "applicationset")


def _distinct(raised: Iterable[Raised]) -> Iterator[_Found]:
    """Yield the conditions that tell of one failure together."""
    found: dict[tuple[object, ...], _Found] = defaultdict(list)
    for one in raised:
        is_of_set = one.type == "ErrorOccurred"
        where = Where.APPLICATIONSET if is_of_set else Where.CONDITION
        root = root_of((Message(one.message, where, one.reason or one.type),))
        is_known = bool(root.signature) and one.type not in _WARNINGS
        same = (root.signature, *sorted(root.keys)) if is_known else (one.type, one.message)
        found[same].append((one, root))
    yield from found.values()


def _is_stale(app: Application, freshness: object, factor: int) -> bool:
    """Tell whether nobody has looked at the conditions for long; some errors hide the time."""
    if is_skipped(app):
        return True
    if not isinstance(freshness, Freshness) or freshness.lag(app) is None:
        return False
    return not freshness.is_fresh(app, factor)


def _variant(raised: Raised, *, is_stale: bool) -> str:
    if raised.type == _ORPHANED:
        return "orphaned"
    if raised.type in _WARNINGS:
        return "excluded"
    return "stale" if is_stale else ""


def _breach(holder: ConditionHolder, found: _Found, now: datetime, variant: str) -> Breach:
    first, root = found[0]
    is_orphaned = variant == "orphaned"
    severity = _STALE if variant == "stale" else _WARNINGS.get(first.type)
    place = holder.destination if isinstance(holder, Application) and is_orphaned else None
    message = without_credentials(first.message)
    return Breach(
        at=f"/status/conditions/{first.index}",
        manifest=holder.live,
        basis=Basis.OBSERVED,
        variant=variant,
        severity=severity,
        facts={
            "type": first.type,
            "reasons": roots(message) or (message,),
            "signature": root.signature,
            "conditions": len(found),
            "age": now - first.since if first.since else None,
            "namespace": place.namespace if place else "",
        },
        group=f"{place.cluster} {place.namespace}" if place else "",
        identity=f"{first.type} {root.signature or message}",
        keys=_keys(holder, found),
    )


def _keys(holder: ConditionHolder, found: _Found) -> frozenset[Key]:
    keys: set[Key] = {key for _, root in found for key in root.keys}
    types = {one.type for one, _ in found}
    if isinstance(holder, ApplicationSet):
        keys.add(("object", holder.ref.label))
    if "SyncError" in types:
        keys.add(("operation", holder.ref.qualified))
    return frozenset(keys)
