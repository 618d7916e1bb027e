"""What workloads cannot start without, in a later step of the sync or a later Application."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from auditor.argocd.annotations import SYNC_WAVE, annotations
from auditor.argocd.application import Application
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.dependencies import Late, late
from auditor.argocd.needs import made
from auditor.argocd.releases import Version
from auditor.argocd.rendering import Rendering
from auditor.argocd.stateful import is_foundation
from auditor.argocd.waves import wave
from auditor.findings import Breach, Severity, Unseen, by_tier, everywhere
from auditor.kube import pointer
from auditor.kube.gap import Gap
from auditor.kube.ref import ResourceRef
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.application_health import APPLICATION_HEALTH, ApplicationHealth
from auditor.snapshot.deliveries import DELIVERIES, Deliveries, Place
from auditor.snapshot.derived import APPLICATIONS, OBJECTS, RENDERED, VERSION
from auditor.snapshot.providers import SEEN_CLUSTER, SeenCluster
from auditor.snapshot.rendered import rendered_by
from auditor.snapshot.section import Excluded, Missing
from auditor.snapshot.siblings import SIBLINGS, Sibling, Siblings
from auditor.snapshot.tasks import manifest_of, tasks_of

_AT: Final = pointer.join(("metadata", "annotations", SYNC_WAVE))
_LOW: Final = everywhere(Severity.LOW)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is live where one Application deploys to."""

    objects: LiveObjects | Missing | Excluded
    is_here: bool

    def has(self, ref: ResourceRef) -> bool:
        return (
            self.is_here
            and isinstance(self.objects, LiveObjects)
            and self.objects.find(ref) is not None
        )


@rule(
    "WAVE-001",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(VERSION, RENDERED, DELIVERIES, SIBLINGS, SEEN_CLUSTER),
    uses=(APPLICATION_HEALTH, OBJECTS),
    options=NoOptions,
)
def dependency_comes_after_its_users(
    app: Application,
    _: NoOptions,
    known: tuple[Version, str],
    renderings: Mapping[str, Rendering],
    deliveries: Deliveries,
    siblings: Siblings,
    cluster: SeenCluster,
    health: ApplicationHealth | Missing | Excluded,
    objects: LiveObjects | Missing | Excluded,
) -> Iterator[Breach | Unseen]:
    """Look inside the sync, then at the siblings, then at what is to come first (§7)."""
    rendering = rendered_by(app, renderings)
    if isinstance(rendering, Gap):
        yield Unseen(rendering)
        return
    seen = _Seen(objects, is_here=cluster.why_not(app) is None)
    if deliveries.needs.get(app.ref.qualified):
        for found in late(tasks_of(app, rendering, known[0]).tasks):
            yield from _inside(found, rendering, seen)
    waits = isinstance(health, ApplicationHealth) and health.is_restored
    for sibling, places in _later(app, deliveries, siblings):
        other = renderings[sibling.app.ref.qualified]
        yield from _between(app, sibling, places, other, seen, waits=waits)
    yield from _not_first(app, rendering, deliveries, siblings)


def _inside(found: Late, rendering: Rendering, seen: _Seen) -> Iterator[Breach]:
    kind, name = found.reference
    needed = ResourceRef("", kind, found.user.ref.namespace, name)
    is_made = seen.has(found.provider.ref)
    if seen.has(needed) and not is_made:
        return
    yield Breach(
        at=_AT,
        manifest=manifest_of(rendering, found.provider.ref),
        variant="rebuild" if is_made else "",
        severity=_LOW if is_made else None,
        facts={
            "user": found.user.ref.label,
            "user_phase": found.user.phase,
            "user_wave": found.user.wave,
            "provider": found.provider.ref.label,
            "provider_phase": found.provider.phase,
            "provider_wave": found.provider.wave,
        },
        keys=frozenset({("object", found.user.ref.label), ("object", found.provider.ref.label)}),
        identity=f"{found.user.ref.label} {found.provider.ref.label}",
    )


def _later(
    app: Application, deliveries: Deliveries, siblings: Siblings
) -> Iterator[tuple[Sibling, tuple[Place, ...]]]:
    """Yield the siblings of later waves with what only they make; nobody earlier may make it."""
    own = app.ref.qualified
    found: dict[str, list[Place]] = defaultdict(list)
    for place in sorted(deliveries.needs.get(own, ())):
        makers = deliveries.makers.get(place, ())
        family = [siblings.find(own, name) for name in makers if name != own]
        near = [s for s in family if s and s.app.destination.cluster == app.destination.cluster]
        if own in makers or not near or not all(sibling.is_later for sibling in near):
            continue
        first = min(near, key=lambda sibling: (sibling.wave, sibling.app.ref))
        found[first.app.ref.qualified].append(place)
    for name, places in found.items():
        if sibling := siblings.find(own, name):
            yield sibling, tuple(places)


def _between(
    app: Application,
    sibling: Sibling,
    places: tuple[Place, ...],
    other: Rendering,
    seen: _Seen,
    *,
    waits: bool,
) -> Iterator[Breach]:
    makers = [m.ref for m in other.objects if (m.ref.namespace, made(m)) in places]
    is_made = all(seen.has(ref) for ref in makers)
    if not is_made and all(_is_live(seen, place) for place in places):
        return
    yield Breach(
        at=_AT,
        manifest=sibling.app.manifest,
        variant="sibling_rebuild" if is_made else "sibling",
        severity=_LOW if is_made else None,
        lower=0 if waits or is_made else 1,
        facts={
            "needed": tuple(f"{kind} {name}" for _, (kind, name) in places),
            "wave": sibling.own_wave,
            "provider": sibling.app.ref,
            "provider_wave": sibling.wave,
        },
        keys=frozenset({("object", sibling.parent.label)}),
        identity=f"{app.ref.qualified} {sibling.app.ref.qualified}",
    )


def _is_live(seen: _Seen, place: Place) -> bool:
    namespace, (kind, name) = place
    return seen.has(ResourceRef("", kind, namespace, name))


def _not_first(
    app: Application, rendering: Rendering, deliveries: Deliveries, siblings: Siblings
) -> Iterator[Breach]:
    """Look for workloads without a wave beside what was put into wave 0 or later on purpose."""
    objects = rendering.objects
    own = wave(app.manifest.raw)
    is_explicit = SYNC_WAVE in annotations(app.manifest.raw)
    if not objects or not is_explicit or own < 0 or not all(is_foundation(m.ref) for m in objects):
        return
    spaces = {m.ref.namespace for m in objects}
    beside = [
        sibling.app
        for sibling in siblings.of(app.ref.qualified)
        if sibling.app.destination.cluster == app.destination.cluster
        and SYNC_WAVE not in annotations(sibling.app.manifest.raw)
        and _has_users(deliveries.workloads.get(sibling.app.ref.qualified, frozenset()), spaces)
    ]
    if beside:
        is_live = all(one.live is not None for one in (app, *beside))
        yield Breach(
            at=_AT,
            variant="not_first",
            severity=_LOW if is_live else None,
            lower=0 if is_live else 1,
            facts={"wave": own, "count": len(beside), "first": beside[0].ref},
            identity="not first",
        )


def _has_users(workloads: frozenset[str], spaces: set[str]) -> bool:
    return bool(workloads) and ("" in spaces or bool(workloads & spaces))
