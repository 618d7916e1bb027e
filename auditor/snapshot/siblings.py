"""Derived: Applications that one parent delivers, and the waves it delivers them in."""

from collections import defaultdict
from collections.abc import Mapping
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


Siblings = Mapping[ResourceRef, tuple[Sibling, ...]]
"""What `SIBLINGS` holds; an Application without siblings has no entry."""


def _siblings(snapshot: Snapshot) -> Siblings | Missing | Excluded:
    applications, parents = snapshot.look(APPLICATIONS), snapshot.look(PARENTS)
    if not isinstance(applications, tuple):
        return applications
    if not isinstance(parents, Mapping):
        return parents
    known = {app.ref: app for app in reversed(applications)}
    below: dict[ResourceRef, list[Application]] = defaultdict(list)
    for child in sorted(parents):
        for parent in parents[child] if child in known else ():
            below[parent.ref].append(known[child])
    found: dict[ResourceRef, list[Sibling]] = defaultdict(list)
    for parent_ref, children in below.items():
        waves = {app.ref: wave(app.manifest.raw) for app in children}
        for one in children:
            found[one.ref] += [
                Sibling(other, parent_ref, waves[one.ref], waves[other.ref])
                for other in children
                if other.ref != one.ref
            ]
    return {ref: tuple(others) for ref, others in found.items()}


SIBLINGS: Final[Derived[Siblings]] = Derived("siblings", _siblings)
