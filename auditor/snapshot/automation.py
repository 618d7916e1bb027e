"""Derived: which part of each environment syncs by itself."""

from collections.abc import Mapping
from typing import Final

from auditor.argocd.applicationset_object import generated_refs
from auditor.argocd.applicationset_policy import is_rolling
from auditor.argocd.automation import Share, shares
from auditor.kube.ref import ResourceRef
from auditor.snapshot.applicationsets import APPLICATIONSETS
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.section import Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot


def _staged(snapshot: Snapshot) -> frozenset[ResourceRef]:
    """Return the Applications that RollingSync syncs, which switches their own automation off."""
    sets = snapshot.look(APPLICATIONSETS)
    found: set[ResourceRef] = set()
    for one in sets if isinstance(sets, tuple) else ():
        if is_rolling(one.spec):
            found |= {*generated_refs(one), *(app.ref for app in one.owned)}
    return frozenset(found)


STAGED: Final[Derived[frozenset[ResourceRef]]] = Derived("staged", _staged)


def _shares(snapshot: Snapshot) -> Mapping[str, Share] | Missing | Excluded:
    applications, staged = snapshot.look(APPLICATIONS), snapshot.look(STAGED)
    if isinstance(applications, Missing | Excluded):
        return applications
    return shares(applications, staged if isinstance(staged, frozenset) else frozenset())


AUTOMATED_SHARES: Final[Derived[Mapping[str, Share]]] = Derived("automated_shares", _shares)
"""By environment as names speak of it."""
