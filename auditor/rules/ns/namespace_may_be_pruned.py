"""A Namespace manifest whose disappearance from Git deletes everything in the namespace."""

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.argocd.application import Application
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.guards import unguarded
from auditor.argocd.hooks import is_hook
from auditor.argocd.providers import ALWAYS_THERE
from auditor.argocd.releases import Version
from auditor.argocd.stateful import DATABASE_KINDS
from auditor.findings import Breach, Severity, Unseen, by_tier
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.rulebook import rule
from auditor.snapshot.derived import APPLICATIONS, NAMESPACES, RENDERED, VERSION
from auditor.snapshot.inhabitants import INHABITANTS, Inhabitants
from auditor.snapshot.namespaces_used import Namespaces
from auditor.snapshot.rendered import Renderings, rendered_by


@dataclass(frozen=True, slots=True)
class Kinds:
    """What counts as holding data, besides claims, volumes and StatefulSets."""

    database_kinds: tuple[str, ...] = DATABASE_KINDS
    """`group/Kind` of database operators."""


@rule(
    "NS-009",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(VERSION, INHABITANTS),
    uses=(RENDERED, NAMESPACES),
    options=Kinds,
)
def namespace_may_be_pruned(
    app: Application,
    options: Kinds,
    known: tuple[Version, str],
    inhabitants: Inhabitants,
    renderings: Renderings,
    namespaces: Namespaces,
) -> Iterator[Breach | Unseen]:
    """Look at manifests only: what CreateNamespace=true makes is never pruned (trap 6)."""
    if not app.policy.prunes:
        return
    rendering = rendered_by(app, renderings)
    if isinstance(rendering, Gap):
        yield Unseen(rendering)
        return
    shipped = tuple(m for m in rendering.objects if _is_at_stake(m))
    if not shipped:
        return
    live = (
        LiveObjects.of((n.manifest for n in namespaces), ())
        if isinstance(namespaces, tuple)
        else None
    )
    for manifest in unguarded(shipped, app, live, known[0]):
        name = manifest.ref.name
        others = inhabitants.others(app, name)
        data = inhabitants.data(app, name, options.database_kinds)
        yield Breach(
            at="/metadata/name",
            manifest=manifest,
            variant="" if others or data else "alone",
            facts={
                "namespace": name,
                "applications": len(others),
                "others": others,
                "count": len(data),
                "objects": tuple(ref.label for ref in data),
            },
            lower=0 if others or data else 1,
            keys=frozenset({("namespace", name), ("object", manifest.ref.label)}),
            identity=name,
        )


def _is_at_stake(manifest: Manifest) -> bool:
    """Tell a Namespace that a sync tracks and that the API server would let go."""
    is_namespace = (manifest.ref.group, manifest.ref.kind) == ("", "Namespace")
    return is_namespace and not is_hook(manifest.raw) and manifest.ref.name not in ALWAYS_THERE
