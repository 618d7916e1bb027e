"""Data that goes with the Application object, because deleting it cascades."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.guards import unguarded_from_deletion
from auditor.argocd.hooks import is_controller_hook
from auditor.argocd.providers import ALWAYS_THERE
from auditor.argocd.releases import Version, has
from auditor.argocd.stateful import DATABASE_KINDS
from auditor.argocd.storage import reclaim_policy
from auditor.findings import Breach, Edit, Fix, Severity, Unseen, by_tier
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.rulebook import rule
from auditor.snapshot.derived import APPLICATIONS, RENDERED, VERSION
from auditor.snapshot.held_objects import HELD_OBJECTS, HeldObjects
from auditor.snapshot.rendered import Renderings, rendered_by

_KINDS: Final = ("/PersistentVolumeClaim", "/PersistentVolume", "/Namespace")


@dataclass(frozen=True, slots=True)
class Kinds:
    """What counts as holding data, besides claims, volumes and namespaces."""

    database_kinds: tuple[str, ...] = DATABASE_KINDS
    """`group/Kind` of database operators."""


@rule(
    "PRUNE-004",
    severity=by_tier(production=Severity.MEDIUM, other=Severity.LOW),
    over=APPLICATIONS,
    needs=(VERSION,),
    uses=(RENDERED, HELD_OBJECTS),
    options=Kinds,
)
def stateful_object_unprotected_from_deletion(
    app: Application,
    options: Kinds,
    known: tuple[Version, str],
    renderings: Renderings,
    held: HeldObjects,
) -> Iterator[Breach | Unseen]:
    """Ask each object what happens to it when the Application goes (semantics §6.2)."""
    if not app.cascades:
        return
    rendering = rendered_by(app, renderings)
    if isinstance(rendering, Gap):
        yield Unseen(rendering)
        return
    version, _ = known
    data = tuple(m for m in rendering.objects if _holds_data(m, options.database_kinds))
    lost = unguarded_from_deletion(data, app, held.live, version)
    if lost:
        classes = (*rendering.objects, *held.classes)
        policies = {reclaim_policy(manifest, classes) for manifest in lost} - {""}
        yield _breach(app, lost, tuple(sorted(policies)), version)


def _holds_data(manifest: Manifest, database_kinds: tuple[str, ...]) -> bool:
    """Tell what deletion loses; CustomResourceDefinitions it always leaves alone (trap 31)."""
    if is_controller_hook(manifest.raw):
        return False
    kind = f"{manifest.ref.group}/{manifest.ref.kind}"
    is_fixed = kind == "/Namespace" and manifest.ref.name in ALWAYS_THERE
    return kind in (*_KINDS, *database_kinds) and not is_fixed


def _breach(
    app: Application, lost: tuple[Manifest, ...], policies: tuple[str, ...], version: Version
) -> Breach:
    asks = Fix((Edit("set", "/spec/syncPolicy/syncOptions/-", "Delete=confirm"),), is_safe=False)
    return Breach(
        at="/metadata/finalizers",
        manifest=app.live or app.manifest,
        variant="" if policies else "reclaim_unknown",
        facts={
            "count": len(lost),
            "kinds": tuple(sorted({m.ref.kind for m in lost})),
            "objects": tuple(sorted(m.ref.label for m in lost)),
            "reclaim": policies,
        },
        keys=frozenset(("object", m.ref.label) for m in lost),
        fix=asks if has("application.Delete", version) else None,
    )
