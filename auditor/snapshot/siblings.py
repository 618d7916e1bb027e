"""Derived: Applications that one parent delivers, and the waves it delivers them in."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.waves import wave
from auditor.kube.ref import ResourceRef
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.parents import PARENTS
from auditor.snapshot.section import Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another child of one's parent."""

    app: Application
    parent: ResourceRef
    own_wave: int
    """Of the Application that asks."""
    wave: int

    @property
    def is_later(self) -> bool:
        """Say whether the parent delivers it in a later wave."""
        return self.wave > self.own_wave


@dataclass(frozen=True, slots=True)
class Siblings:
    """The families of a snapshot; asked for one by one, since they may be large."""

    apps: Mapping[str, Application]
    """By `namespace/name`; children only."""
    waves: Mapping[str, int]
    parents: Mapping[str, tuple[ResourceRef, ...]]
    children: Mapping[ResourceRef, tuple[str, ...]]

    def find(self, one: str, other: str) -> Sibling | None:
        """Return `other` as a sibling of `one`, or None where no parent delivers both."""
        shared = set(self.parents.get(one, ())) & set(self.parents.get(other, ()))
        if one == other or not shared:
            return None
        return Sibling(self.apps[other], min(shared), self.waves[one], self.waves[other])

    def of(self, one: str) -> Iterator[Sibling]:
        """Yield every sibling of an Application."""
        for parent in self.parents.get(one, ()):
            for other in self.children[parent]:
                if other != one:
                    yield Sibling(self.apps[other], parent, self.waves[one], self.waves[other])


def _siblings(snapshot: Snapshot) -> Siblings | Missing | Excluded:
    applications, parents = snapshot.look(APPLICATIONS), snapshot.look(PARENTS)
    if not isinstance(applications, tuple):
        return applications
    if not isinstance(parents, Mapping):
        return parents
    known = {app.ref: app for app in reversed(applications) if app.ref in parents}
    apps = {ref.qualified: app for ref, app in sorted(known.items())}
    above = {ref.qualified: tuple(p.ref for p in parents[ref]) for ref in known}
    below: dict[ResourceRef, list[str]] = defaultdict(list)
    for name in apps:
        for parent in above[name]:
            below[parent].append(name)
    waves = {name: wave(app.manifest.raw) for name, app in apps.items()}
    return Siblings(apps, waves, above, {ref: tuple(names) for ref, names in below.items()})


SIBLINGS: Final[Derived[Siblings]] = Derived("siblings", _siblings)
