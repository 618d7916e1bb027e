"""Derived: which kinds live in a namespace."""

from collections.abc import Mapping
from typing import Final

from auditor.argocd.objects import is_crd
from auditor.kube.kinds import is_namespaced
from auditor.kube.loose import text
from auditor.snapshot import sections
from auditor.snapshot.derived import RENDERED
from auditor.snapshot.section import Collected, Derived
from auditor.snapshot.snapshot import Snapshot

_KIND: Final = ("names", "kind")

Scopes = Mapping[tuple[str, str], bool]
"""Group and kind of those that were discovered or are defined by something rendered."""


def _scopes(snapshot: Snapshot) -> Scopes:
    found: dict[tuple[str, str], bool] = {}
    rendered = snapshot.look(RENDERED)
    for rendering in rendered.values() if isinstance(rendered, Mapping) else ():
        for manifest in rendering.objects:
            if is_crd(manifest.raw) and (scope := text(manifest.raw, "spec", "scope")):
                group, kind = (text(manifest.raw, "spec", *p) for p in (("group",), _KIND))
                found[group, kind] = scope == "Namespaced"
    kinds = snapshot.look(sections.LIVE_KINDS)
    for item in kinds.items if isinstance(kinds, Collected) else ():
        found[text(item.raw, "group"), text(item.raw, "kind")] = bool(item.raw.get("namespaced"))
    return found


SCOPES: Final[Derived[Scopes]] = Derived("scopes", _scopes)


def scope_of(scopes: Scopes, group: str, kind: str) -> bool | None:
    """Tell whether a kind is namespaced: as discovered, else the built-in kinds; None: unknown."""
    found = scopes.get((group, kind))
    return is_namespaced(group, kind) if found is None else found
