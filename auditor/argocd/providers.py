"""Who makes a namespace, and whether that comes before those who need it.

Mirrors what `autoCreateNamespace` of gitops-engine `pkg/sync/sync_context.go` looks at; the order
of Applications is the order of waves in the sync of the parent they share.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from auditor.argocd.application import Application
from auditor.kube.ref import ResourceRef

ALWAYS_THERE: Final = frozenset({"default", "kube-system", "kube-public", "kube-node-lease"})
"""Namespaces that every cluster has."""
RESERVED: Final = "openshift-"
"""What namespaces of a distribution begin with that makes them itself."""


class Way(Enum):
    """How a namespace comes to be."""

    OPTION = "option"
    """CreateNamespace=true, for `destination.namespace` only."""
    MANIFEST = "manifest"
    HOOK = "hook"
    FILE = "file"
    """A manifest in Git that no Application delivers: somebody applies it, at an unknown time."""


class Order(Enum):
    """When a provider acts, as seen from one Application that needs the namespace."""

    SELF = "self"
    BEFORE = "before"
    NOT_BEFORE = "not before"
    """The same wave, or a later one."""
    UNKNOWN = "unknown"
    """No parent orders the two."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One thing that makes one namespace."""

    namespace: str
    way: Way
    cluster: str
    """As `Destination.cluster`; empty where it could be any."""
    application: ResourceRef | None
    """None for a file."""
    wave: int = 0
    """Wave of the Namespace among the objects of `application`."""

    @property
    def label(self) -> str:
        """Return `namespace/name` of the Application; empty for a file."""
        return self.application.qualified if self.application else ""


@dataclass(frozen=True, slots=True)
class Ordered:
    """A provider as seen from one Application."""

    provider: Provider
    order: Order
    wave: int = 0
    """Of the Application, or of its ancestor that the shared parent delivers."""
    provider_wave: int = 0


@dataclass(frozen=True, slots=True)
class Providers:
    """All providers of a snapshot, and the family tree that orders their Applications."""

    all: tuple[Provider, ...]
    parents: Mapping[ResourceRef, tuple[ResourceRef, ...]]
    waves: Mapping[ResourceRef, int]
    """Sync wave of each Application in the sync of its parent."""

    def ordered(self, app: Application, namespace: str) -> tuple[Ordered, ...]:
        """Return who makes `namespace` in the cluster `app` deploys to, and when."""
        return tuple(
            self._ordered(app, provider)
            for provider in self.all
            if provider.namespace == namespace and _is_in(provider, app)
        )

    def make_others(self, app: Application, namespace: str) -> bool:
        """Say whether any other namespace of that cluster is made by what was read."""
        return any(p.namespace != namespace and _is_in(p, app) for p in self.all)

    def _ordered(self, app: Application, provider: Provider) -> Ordered:
        if provider.application is None:
            return Ordered(provider, Order.UNKNOWN)
        if provider.application == app.ref:
            return Ordered(provider, Order.SELF)
        mine, other = self._line(app.ref), self._line(provider.application)
        shared = next((ref for ref in mine if ref in other), None)
        if shared is None:
            return Ordered(provider, Order.UNKNOWN)
        if shared == app.ref:
            return Ordered(provider, Order.NOT_BEFORE)
        wave = self.waves.get(mine[mine.index(shared) - 1], 0)
        if shared == provider.application:
            # A parent that makes the namespace itself: Namespaces lead their wave.
            is_first = provider.way is Way.OPTION or provider.wave <= wave
            theirs = provider.wave
        else:
            theirs = self.waves.get(other[other.index(shared) - 1], 0)
            is_first = theirs < wave
        return Ordered(provider, Order.BEFORE if is_first else Order.NOT_BEFORE, wave, theirs)

    def _line(self, ref: ResourceRef) -> tuple[ResourceRef, ...]:
        """Return the Application, its parent, its parent's parent and so on."""
        line = [ref]
        while above := [p for p in self.parents.get(line[-1], ()) if p not in line]:
            line.append(above[0])
        return tuple(line)


def _is_in(provider: Provider, app: Application) -> bool:
    return provider.cluster in ("", app.destination.cluster)
