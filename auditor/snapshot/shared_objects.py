"""Derived: which Applications of one cluster claim the same objects."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, product
from typing import Final

from auditor.argocd.application import GROUP, Application
from auditor.argocd.rendering_verdict import has_rendered
from auditor.argocd.resource_warnings import shared
from auditor.kube.ref import ResourceRef
from auditor.snapshot.claims import CLAIMS, Claim, Claims
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.freshness import FRESHNESS
from auditor.snapshot.installations import INSTALLATIONS, Installations
from auditor.snapshot.lineage import LINEAGE, Definition, Lineage, definition_of
from auditor.snapshot.section import Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot

Pair = tuple[ResourceRef, ResourceRef]
_OWNED_BY_ONE: Final = ("Namespace", "CustomResourceDefinition", "ClusterRole")


@dataclass(frozen=True, slots=True)
class Sharing:
    """What two Applications both claim."""

    pair: Pair
    objects: tuple[ResourceRef, ...]
    is_identical: bool
    """Whether both give every object the same content, and none is of a kind that needs one owner.
    """
    is_observed: bool
    is_sure: bool
    """False where nothing says that one Argo CD has both."""

    def other(self, ref: ResourceRef) -> ResourceRef:
        """Return the other side."""
        return self.pair[1] if ref == self.pair[0] else self.pair[0]


Shares = Mapping[Definition, tuple[Sharing, ...]]
"""What `SHARES` holds; a definition of an Application that shares nothing has no entry."""
_Both = tuple[Definition, Definition]


def _shares(snapshot: Snapshot) -> Shares | Missing | Excluded:
    applications = snapshot.look(APPLICATIONS)
    if isinstance(applications, Missing | Excluded):
        return applications
    claims, installations = snapshot.look(CLAIMS), snapshot.look(INSTALLATIONS)
    rendered = _rendered(claims, snapshot.look(LINEAGE)) if isinstance(claims, Claims) else {}
    warned = _warned(applications)
    freshness = snapshot.look(FRESHNESS)
    judged = frozenset(app.ref for app in applications if has_rendered(app, freshness))
    found: dict[Definition, dict[ResourceRef, Sharing]] = defaultdict(dict)
    for both in _pairs(applications, rendered, warned):
        pair = (both[0][0], both[1][0])
        sharing = _sharing(pair, rendered.get(both, {}), warned.get(pair, ()), installations)
        # Argo CD that compared both and warns of nothing knows better.
        if sharing and (sharing.is_observed or not judged.issuperset(pair)):
            for one in both:
                found[one].setdefault(sharing.other(one[0]), sharing)
    return {one: tuple(shares.values()) for one, shares in found.items()}


def _pairs(
    applications: tuple[Application, ...],
    rendered: Mapping[_Both, object],
    warned: Mapping[Pair, object],
) -> list[_Both]:
    """Return the definitions to be compared; Argo CD's warning is of all of a name."""
    definitions: dict[ResourceRef, list[Definition]] = defaultdict(list)
    for app in applications:
        definitions[app.ref].append(definition_of(app))
    found = dict.fromkeys(rendered)
    for one, other in warned:
        found |= dict.fromkeys(product(definitions[one], definitions[other]))
    return sorted(found, key=lambda both: (both[0][0], both[1][0]))


def _rendered(
    claims: Claims, lineage: object
) -> dict[_Both, dict[ResourceRef, tuple[Claim, Claim]]]:
    found: dict[_Both, dict[ResourceRef, tuple[Claim, Claim]]] = defaultdict(dict)
    apart: dict[_Both, bool] = {}
    for (_, ref), owners in claims.by_place.items():
        if len(owners) < 2 or (ref.group, ref.kind) == (GROUP, "Application"):
            continue
        for one, other in combinations(sorted(owners, key=lambda claim: claim.app.ref), 2):
            if one.app.ref == other.app.ref:
                continue
            both = (definition_of(one.app), definition_of(other.app))
            if both not in apart:
                apart[both] = isinstance(lineage, Lineage) and lineage.are_apart(*both)
            if not apart[both]:
                found[both][ref] = (one, other)
    return found


def _warned(applications: tuple[Application, ...]) -> dict[Pair, tuple[ResourceRef, ...]]:
    """Return what SharedResourceWarning names; it stands on one side only."""
    found: dict[Pair, list[ResourceRef]] = defaultdict(list)
    for app in applications:
        for share in shared(app.status, app.ref) if app.status else ():
            one, other = sorted((app.ref, share.other))
            rows = app.status.rows if app.status else ()
            bare = ResourceRef("", share.kind, "", share.name)
            named = (r.ref for r in rows if (r.ref.kind, r.ref.name) == (share.kind, share.name))
            found[one, other].append(next(named, bare))
    return {pair: tuple(dict.fromkeys(refs)) for pair, refs in found.items()}


def _sharing(
    pair: Pair,
    rendered: Mapping[ResourceRef, tuple[Claim, Claim]],
    warned: tuple[ResourceRef, ...],
    installations: object,
) -> Sharing | None:
    together = isinstance(installations, Installations) and installations.are_together(*pair)
    beside = isinstance(installations, Installations) and installations.are_beside(*pair)
    if not warned and not together and not beside:
        return None
    objects = tuple(sorted({*warned, *rendered}))
    return Sharing(
        pair=pair,
        objects=objects,
        is_identical=all(_is_identical(ref, rendered) for ref in objects),
        is_observed=bool(warned),
        is_sure=bool(warned) or together,
    )


def _is_identical(ref: ResourceRef, rendered: Mapping[ResourceRef, tuple[Claim, Claim]]) -> bool:
    if ref.kind in _OWNED_BY_ONE or ref not in rendered:
        return False
    one, other = rendered[ref]
    return _content(one) == _content(other)


def _content(claim: Claim) -> tuple[object, ...]:
    meta = claim.manifest.mapping("metadata")
    rest = {key: value for key, value in claim.manifest.raw.items() if key != "metadata"}
    return rest, meta.get("labels"), meta.get("annotations")


SHARES: Final[Derived[Shares]] = Derived("shares", _shares)
