"""How a live child Application differs from what its parent renders, in `spec` alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from auditor.argocd.application import Application, identity
from auditor.argocd.application_source import TYPE_BLOCKS, is_zero
from auditor.argocd.drift import FieldDrift, ObjectDrift, drift_of
from auditor.argocd.field_owners import Writers, writers_of
from auditor.argocd.normalise import normalise
from auditor.argocd.releases import Version
from auditor.argocd.rendering import Rendering
from auditor.argocd.schema import check
from auditor.argocd.settings import Settings
from auditor.argocd.status import Row
from auditor.argocd.unknown_fields import unknown_fields
from auditor.kube import pointer
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest

_UPDATER: Final = "image-updater"
_IMAGE_LIST: Final = "argocd-image-updater.argoproj.io/image-list"
_UPDATED: Final = ("/helm/parameters", "/kustomize/images")
_KEPT_EMPTY: Final = "plugin"
"""The one type block that Argo CD does not take out when it says nothing."""
_SAYS_NOTHING: Final[tuple[Any, ...]] = (None, "", False, {}, [])


@dataclass(frozen=True, slots=True)
class ChildDrift:
    """The fields of `spec` that differ."""

    target: Manifest
    fields: tuple[FieldDrift, ...]


def row_of(parent: Application, child: Application) -> Row | None:
    """Return what the parent's status says of the child, where it calls it OutOfSync."""
    drifted = parent.status.drifted if parent.status else ()
    here = (child.ref.group, child.ref.kind, child.ref.name)
    return next((row for row in drifted if _same(row, here, child.ref.namespace)), None)


def child_drift(
    parent: Application,
    row: Row,
    rendering: Rendering,
    child: Application,
    settings: Settings,
    version: Version,
) -> ChildDrift | Gap | None:
    """Compare as the parent does, without what the API server drops; None where that explains it.

    Blocks of a source that say nothing are taken out first, as Argo CD does with live ones, and
    what Image Updater writes is left out of the account.
    """
    if child.live is None:
        return None
    target = next((m for m in rendering.objects if _is(m, child)), None)
    if target is None:
        return Gap("difference_not_found", {"object": row.ref.label})
    kept = _as_stored(target.raw, version)
    found = drift_of(parent, row.ref, replace(target, raw=kept), child.live, settings)
    if isinstance(found, Gap):
        is_explained = found.code == "difference_not_found" and kept != target.raw
        return None if is_explained else found
    return _of_spec(found, target, child)


def added_fields(
    parent: Application,
    rendering: Rendering,
    child: Application,
    settings: Settings,
    writers: Writers,
) -> tuple[FieldDrift, ...]:
    """Return fields of the live `spec` that Git does not have and somebody else has set.

    The comparison does not see them, as it takes no key away that Argo CD never applied; the
    controller acts on them all the same.
    """
    target = next((m for m in rendering.objects if _is(m, child)), None)
    if child.live is None or target is None:
        return ()
    live = child.live.raw
    sides = normalise(target.raw, live, parent.ignore_rules, settings)
    spec = pointer.get(sides.live, "/spec") if sides.error is None else None
    found = (
        FieldDrift(place, None, value, is_given=False, owners=owners, habit=None, is_pending=False)
        for place, value in _only_keys(spec, pointer.get(target.raw, "/spec"), ("spec",))
        if (owners := writers_of(live, place))
        and not any(writers.is_argocd(owner.manager) for owner in owners)
    )
    return tuple(field for field in found if not _is_updated(field, target, child))


def _only_keys(live: Any, target: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str, Any]]:
    """Yield what says something in keys of `live` that `target` lacks; lists are compared whole."""
    if not isinstance(live, Mapping) or not isinstance(target, Mapping):
        return
    for key, value in live.items():
        if key in target:
            yield from _only_keys(value, target[key], (*path, key))
        else:
            leaves = pointer.leaves(value, (*path, key))
            yield from ((p, leaf) for p, leaf in leaves if leaf not in _SAYS_NOTHING)


def _of_spec(found: ObjectDrift, target: Manifest, child: Application) -> ChildDrift | None:
    fields = tuple(
        field
        for field in found.fields
        if field.pointer.startswith("/spec/") and not _is_updated(field, target, child)
    )
    return ChildDrift(target, fields) if fields else None


def _same(row: Row, here: tuple[str, str, str], namespace: str) -> bool:
    ref = row.ref
    return (ref.group, ref.kind, ref.name) == here and ref.namespace in ("", namespace)


def _is(manifest: Manifest, child: Application) -> bool:
    return manifest.ref.kind == child.ref.kind and identity(manifest) == child.ref


def _as_stored(raw: Mapping[str, Any], version: Version) -> dict[str, Any]:
    result = check("Application", raw)
    kept: Any = dict(raw)
    places = (
        [] if result.decode_error else [f.pointer for f in unknown_fields(raw, result, version)]
    )
    # from the last to the first, so that positions in lists stay true
    for place in sorted((*places, *_empty_blocks(raw)), reverse=True):
        kept, _ = pointer.remove(kept, place)
    return dict(kept)


def _empty_blocks(raw: Mapping[str, Any]) -> Iterator[str]:
    spec = raw.get("spec")
    several = spec.get("sources") if isinstance(spec, Mapping) else None
    places = ["/spec/source"]
    places += [
        f"/spec/sources/{i}" for i in range(len(several if isinstance(several, list) else ()))
    ]
    for place in places:
        source = pointer.get(raw, place)
        for block in TYPE_BLOCKS if isinstance(source, Mapping) else ():
            if block in source and block != _KEPT_EMPTY and is_zero(source, block):
                yield f"{place}/{block}"


def _is_updated(field: FieldDrift, target: Manifest, child: Application) -> bool:
    if any(_UPDATER in owner.manager for owner in field.owners):
        return True
    live = child.live.annotations if child.live else {}
    has_list = _IMAGE_LIST in target.annotations or _IMAGE_LIST in live
    is_source = field.pointer.startswith("/spec/source")
    return has_list and is_source and any(part in field.pointer for part in _UPDATED)
