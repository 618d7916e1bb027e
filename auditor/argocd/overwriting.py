"""Which objects a sync replaces or deletes and creates instead of applying them.

The decision per object is `applyObject` of gitops-engine, see `sync_context`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from auditor.argocd.annotations import SYNC_OPTIONS
from auditor.argocd.broad_entries import Pair
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.hooks import is_controller_hook
from auditor.argocd.paired import paired
from auditor.argocd.releases import Version, has
from auditor.argocd.sync_context import ApplySettings, applied, is_crd, is_managed_by_sync
from auditor.argocd.sync_options import has_annotation_option
from auditor.kube.manifest import Manifest

_REPLACE: Final = "Replace=true"
_SHORT_LIVED: Final = frozenset({("batch", "Job"), ("", "Pod")})


class Way(StrEnum):
    """How an object is overwritten; the worst first."""

    RECREATE = "recreate"
    """Deleted and created in every sync that touches it."""
    FORCE = "force"
    """Deleted and created where the API server refuses the change."""
    REPLACE = "replace"
    """Put as a whole: what others wrote into it is gone."""


def overwritten(
    pairs: Iterable[Pair], settings: ApplySettings, version: Version
) -> Mapping[Way, tuple[Pair, ...]]:
    """Return the objects by what is done to them, but for those that are applied as usual.

    Jobs, Pods and hooks are made to be thrown away. Objects that only the Application's list
    replaces are left out: that is one choice, not one of each object.
    """
    found: dict[Way, list[Pair]] = defaultdict(list)
    for pair in pairs:
        if not _speaks(pair):
            continue
        way = _way(pair, settings, reads_force=has("resource.Force=true", version))
        if way is not None and not (way is Way.REPLACE and not _asks_itself(pair)):
            found[way].append(pair)
    return {way: tuple(found[way]) for way in Way if way in found}


def pairs_of(
    targets: Iterable[Manifest], namespace: str, live: LiveObjects | None
) -> tuple[Pair, ...]:
    """Return each object beside the live one; options count on either side.

    A live side that was not seen is taken to say what Git says.
    """
    known = tuple(targets)
    found = paired(known, namespace, live)
    return tuple(
        pair if isinstance(pair, Pair) else Pair(target, None, namespace)
        for target, pair in zip(known, found, strict=True)
    )


def replaces_by_list(targets: Iterable[Manifest]) -> bool:
    """Tell whether replacing everything reaches an object for which that is no common remedy."""
    return any(_is_lasting(target) and not is_crd(target.raw) for target in targets)


def _way(pair: Pair, settings: ApplySettings, *, reads_force: bool) -> Way | None:
    target = pair.target.raw
    if not _is_lasting(pair.target):
        return None
    # Over an object that is there: the first sync creates whatever the options say.
    _, call = applied(target, (pair.live or pair.target).raw, settings)
    is_forced = reads_force and bool(call.forces)
    match call.verb:
        case "replace":
            return Way.RECREATE if is_forced else Way.REPLACE
        case "update":
            return None if is_crd(target) else Way.REPLACE
        case _:
            # the two together are an error, so nothing is deleted
            return Way.FORCE if is_forced and not call.is_server_side else None


def _is_lasting(target: Manifest) -> bool:
    kind = (target.ref.group, target.ref.kind)
    is_hook = is_controller_hook(target.raw)
    return is_managed_by_sync(target.raw) and kind not in _SHORT_LIVED and not is_hook


def _speaks(pair: Pair) -> bool:
    """Tell whether the object has options of its own, so that the costly question is worth it."""
    sides = (pair.target, pair.live)
    return any(SYNC_OPTIONS in side.annotations for side in sides if side is not None)


def _asks_itself(pair: Pair) -> bool:
    return any(
        has_annotation_option(manifest.raw, _REPLACE)
        for manifest in (pair.target, pair.live)
        if manifest is not None
    )
