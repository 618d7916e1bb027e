"""Siblings that a parent delivers too late, or too early, for what an Application needs."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from auditor.argocd.annotations import SYNC_WAVE, annotations
from auditor.argocd.application import Application
from auditor.argocd.needs import made
from auditor.argocd.stateful import is_foundation
from auditor.argocd.waves import wave
from auditor.kube.ref import ResourceRef
from auditor.snapshot.deliveries import Place
from auditor.snapshot.siblings import Sibling
from auditor.snapshot.sync_families import OwnSync, SyncFamilies


@dataclass(frozen=True, slots=True)
class LateMaker:
    """A sibling of a later wave, and what only it makes."""

    sibling: Sibling
    needed: tuple[str, ...]
    """`Kind name`."""
    is_made: bool
    """Everything is live already: a rebuild would miss it."""


def late_makers(own: OwnSync, families: SyncFamilies) -> Iterator[LateMaker]:
    """Yield the siblings of later waves with what only they make, unless it came another way."""
    for sibling, places in _later(own, families):
        other = families.renderings[sibling.app.ref.qualified]
        makers = [m.ref for m in other.objects if (m.ref.namespace, made(m)) in places]
        is_made = all(own.has(ref) for ref in makers)
        if is_made or not all(_is_live(own, place) for place in places):
            needed = tuple(f"{kind} {name}" for _, (kind, name) in places)
            yield LateMaker(sibling, needed, is_made)


def users_beside(own: OwnSync, families: SyncFamilies) -> tuple[Application, ...]:
    """Return siblings with workloads but no wave, beside what was put first on purpose.

    Without a wave is wave 0: foundations in wave 0 or later do not come before them.
    """
    raw, objects = own.app.manifest.raw, own.rendering.objects
    is_explicit = SYNC_WAVE in annotations(raw) and wave(raw) >= 0
    if not objects or not is_explicit or not all(is_foundation(m.ref) for m in objects):
        return ()
    spaces = {m.ref.namespace for m in objects}
    workloads = families.deliveries.workloads
    return tuple(
        sibling.app
        for sibling in families.siblings.of(own.name)
        if sibling.app.destination.cluster == own.cluster
        and SYNC_WAVE not in annotations(sibling.app.manifest.raw)
        and _has_users(workloads.get(sibling.app.ref.qualified, frozenset()), spaces)
    )


def _later(own: OwnSync, families: SyncFamilies) -> Iterator[tuple[Sibling, tuple[Place, ...]]]:
    """Nobody of the same or an earlier wave may make it, nor the Application itself."""
    deliveries, siblings = families.deliveries, families.siblings
    found: dict[str, list[Place]] = defaultdict(list)
    for place in sorted(deliveries.needs.get(own.name, ())):
        makers = deliveries.makers.get(place, ())
        family = [siblings.find(own.name, name) for name in makers if name != own.name]
        near = [s for s in family if s and s.app.destination.cluster == own.cluster]
        if own.name in makers or not near or not all(sibling.is_later for sibling in near):
            continue
        first = min(near, key=lambda sibling: (sibling.wave, sibling.app.ref))
        found[first.app.ref.qualified].append(place)
    for name, places in found.items():
        if sibling := siblings.find(own.name, name):
            yield sibling, tuple(places)


def _is_live(own: OwnSync, place: Place) -> bool:
    namespace, (kind, name) = place
    return own.has(ResourceRef("", kind, namespace, name))


def _has_users(workloads: frozenset[str], spaces: set[str]) -> bool:
    return bool(workloads) and ("" in spaces or bool(workloads & spaces))
