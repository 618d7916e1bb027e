"""Claims that no pod of their own step uses, while later steps wait for them."""

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.argocd.dependencies import rank
from auditor.argocd.storage import class_of, is_bound, is_claim, is_dynamic
from auditor.argocd.sync_tasks import Task
from auditor.kube.manifest import Manifest
from auditor.kube.pod_references import pod_references
from auditor.snapshot.siblings import Sibling
from auditor.snapshot.sync_families import OwnSync, SyncFamilies
from auditor.snapshot.tasks import manifest_of


@dataclass(frozen=True, slots=True)
class BlockedClaim:
    """A claim whose first consumer only comes after it is healthy."""

    manifest: Manifest
    task: Task
    blocked: str
    """What waits: an object of the same sync, or an Application of a later wave."""
    is_inside: bool
    storage_class: Manifest | None
    """None where the class is not known."""


def blocked_claims(own: OwnSync, families: SyncFamilies) -> Iterator[BlockedClaim]:
    """Yield the claims whose volume is made on first use, if their class says so."""
    if not any(is_claim(manifest.ref) for manifest in own.rendering.objects):
        return
    tasks = own.tasks()
    for task in tasks:
        claim = manifest_of(own.rendering, task.ref) if is_claim(task.ref) else None
        if claim is None or not is_dynamic(claim) or is_bound(own.find(task.ref)):
            continue
        held = _held_back(own, task, families)
        if held is None or any(rank(t) <= rank(task) and _uses(t, task) for t in tasks):
            continue
        later = _later_step(task, tasks)
        if blocked := later or (held[0].app.ref.label if held else ""):
            live = own.live.by_ref.values() if own.live else ()
            found = class_of(claim, (*live, *families.deliveries.classes))
            yield BlockedClaim(claim, task, blocked, bool(later), found)


def _later_step(claim: Task, tasks: tuple[Task, ...]) -> str:
    steps = [task for task in tasks if task.phase != "SyncFail" and rank(task) > rank(claim)]
    return min(steps, key=rank).ref.label if steps else ""


def _held_back(own: OwnSync, claim: Task, families: SyncFamilies) -> tuple[Sibling, ...] | None:
    """Return the siblings that use the claim and wait for it; None if others use it as well."""
    place = (claim.ref.namespace, (claim.ref.kind, claim.ref.name))
    others = [name for name in families.deliveries.users.get(place, ()) if name != own.name]
    found = [families.siblings.find(own.name, name) for name in others]
    held = tuple(s for s in found if families.waits and s and s.is_later)
    return held if len(held) == len(others) else None


def _uses(task: Task, claim: Task) -> bool:
    is_near = task.ref.namespace == claim.ref.namespace
    return is_near and (claim.ref.kind, claim.ref.name) in pod_references(task.obj)
