"""A claim that waits for a pod of a later wave, while that wave waits for the claim."""

from collections.abc import Iterator, Mapping
from typing import Final

from auditor.argocd.annotations import SYNC_WAVE
from auditor.argocd.application import Application
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.dependencies import rank
from auditor.argocd.releases import Version
from auditor.argocd.rendering import Rendering
from auditor.argocd.storage import WAITS, class_of, is_bound, is_claim, is_dynamic
from auditor.argocd.sync_tasks import Task
from auditor.findings import Breach, Severity, Unseen, by_tier
from auditor.kube import pointer
from auditor.kube.gap import Gap
from auditor.kube.loose import text
from auditor.kube.manifest import Manifest
from auditor.kube.pod_references import pod_references
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.application_health import APPLICATION_HEALTH, ApplicationHealth
from auditor.snapshot.deliveries import DELIVERIES, Deliveries
from auditor.snapshot.derived import APPLICATIONS, OBJECTS, RENDERED, VERSION
from auditor.snapshot.providers import SEEN_CLUSTER, SeenCluster
from auditor.snapshot.rendered import rendered_by
from auditor.snapshot.section import Excluded, Missing
from auditor.snapshot.siblings import SIBLINGS, Sibling, Siblings
from auditor.snapshot.tasks import manifest_of, tasks_of

_AT: Final = pointer.join(("metadata", "annotations", SYNC_WAVE))


@rule(
    "WAVE-007",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(VERSION, RENDERED, DELIVERIES, SIBLINGS, SEEN_CLUSTER),
    uses=(APPLICATION_HEALTH, OBJECTS),
    options=NoOptions,
)
def wave_can_never_become_healthy(
    app: Application,
    _: NoOptions,
    known: tuple[Version, str],
    renderings: Mapping[str, Rendering],
    deliveries: Deliveries,
    siblings: Siblings,
    cluster: SeenCluster,
    health: ApplicationHealth | Missing | Excluded,
    objects: LiveObjects | Missing | Excluded,
) -> Iterator[Breach | Unseen]:
    """Look for a step behind the claim, and for nobody who uses the claim before it (I-37)."""
    rendering = rendered_by(app, renderings)
    if isinstance(rendering, Gap):
        yield Unseen(rendering)
        return
    if not any(is_claim(manifest.ref) for manifest in rendering.objects):
        return
    live = objects if isinstance(objects, LiveObjects) and not cluster.why_not(app) else None
    tasks = tasks_of(app, rendering, known[0]).tasks
    waits = isinstance(health, ApplicationHealth) and health.is_restored
    for task in tasks:
        claim = manifest_of(rendering, task.ref) if is_claim(task.ref) else None
        if claim is None or not is_dynamic(claim):
            continue
        if live and is_bound(live.find(task.ref)):
            continue
        held = _held_back(app, task, deliveries, siblings, waits=waits)
        if held is None or any(rank(t) <= rank(task) and _uses(t, task) for t in tasks):
            continue
        later = _later_step(task, tasks)
        blocked = later or (held[0].app.ref.label if held else "")
        if blocked:
            classes = (*(live.by_ref.values() if live else ()), *deliveries.classes)
            yield from _judged(claim, task, blocked, classes, inside=bool(later))


def _later_step(claim: Task, tasks: tuple[Task, ...]) -> str:
    steps = [task for task in tasks if task.phase != "SyncFail" and rank(task) > rank(claim)]
    return min(steps, key=rank).ref.label if steps else ""


def _held_back(
    app: Application, claim: Task, deliveries: Deliveries, siblings: Siblings, *, waits: bool
) -> tuple[Sibling, ...] | None:
    """Return the siblings that use the claim and wait for `app`; None if others use it as well."""
    place = (claim.ref.namespace, (claim.ref.kind, claim.ref.name))
    others = [name for name in deliveries.users.get(place, ()) if name != app.ref.qualified]
    found = [siblings.find(app.ref.qualified, name) for name in others]
    held = tuple(sibling for sibling in found if waits and sibling and sibling.is_later)
    return held if len(held) == len(others) else None


def _uses(task: Task, claim: Task) -> bool:
    is_near = task.ref.namespace == claim.ref.namespace
    return is_near and (claim.ref.kind, claim.ref.name) in pod_references(task.obj)


def _judged(
    claim: Manifest, task: Task, blocked: str, classes: tuple[Manifest, ...], *, inside: bool
) -> Iterator[Breach | Unseen]:
    found = class_of(claim, classes)
    if found is None:
        wanted = text(claim.raw, "spec", "storageClassName")
        yield Unseen(Gap("storage_class_not_seen", {"claim": task.ref.qualified, "class": wanted}))
    elif text(found.raw, "volumeBindingMode") == WAITS:
        yield Breach(
            at=_AT,
            manifest=claim,
            variant="" if inside else "sibling",
            facts={
                "claim": task.ref,
                "class": found.ref.name,
                "wave": task.wave,
                "blocked": blocked,
            },
            keys=frozenset({("object", task.ref.label)}),
            identity=task.ref.label,
        )
