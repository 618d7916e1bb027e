"""Objects that hold data in production, and nothing that keeps a sync from deleting them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.guards import holds_data, is_guarded_as_a_whole, unguarded
from auditor.argocd.releases import Version, has
from auditor.argocd.settings import Settings
from auditor.argocd.stateful import DATABASE_KINDS
from auditor.findings import Breach, Edit, Fix, Severity, production_only
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.rulebook import rule
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.derived import APPLICATIONS, OBJECTS, RENDERED, SETTINGS, VERSION
from auditor.snapshot.rendered import Renderings, rendered_by

_AT: Final = "/spec/syncPolicy/automated/prune"
_OPTIONS: Final = frozenset({("option", "Prune=false"), ("option", "Prune=confirm")})


@dataclass(frozen=True, slots=True)
class Kinds:
    """What counts as holding data, besides claims, volumes and StatefulSets."""

    database_kinds: tuple[str, ...] = DATABASE_KINDS
    """`group/Kind` of database operators."""


@rule(
    "PRUNE-001",
    severity=production_only(Severity.HIGH),
    over=APPLICATIONS,
    needs=(VERSION,),
    uses=(RENDERED, OBJECTS, SETTINGS),
    options=Kinds,
)
def production_prunes_unguarded(
    app: Application,
    options: Kinds,
    known: tuple[Version, str],
    renderings: Renderings,
    live: LiveObjects | Missing | Excluded,
    settings: Settings | Missing | Excluded,
) -> Iterator[Breach]:
    """Look for data among what an automated sync may delete (semantics §6.1, §6.4)."""
    version, _ = known
    if not app.policy.prunes:
        return
    is_guarded = is_guarded_as_a_whole(app, version)
    rendered = rendered_by(app, renderings)
    if isinstance(rendered, Gap):
        yield from () if is_guarded else (_note(app, "not_rendered"),)
        return
    kept = settings if isinstance(settings, Settings) else None
    data = tuple(m for m in rendered.objects if holds_data(m, kept, options.database_kinds))
    lost = unguarded(data, app, live if isinstance(live, LiveObjects) else None, version)
    if lost:
        yield _breach(lost, version)
    elif not data and not is_guarded:
        yield _note(app, "nothing_stateful")


def _breach(lost: tuple[Manifest, ...], version: Version) -> Breach:
    asks = Fix((Edit("set", "/spec/syncPolicy/syncOptions/-", "Prune=confirm"),), is_safe=False)
    return Breach(
        at=_AT,
        facts={
            "count": len(lost),
            "kinds": tuple(sorted({m.ref.kind for m in lost})),
            "objects": tuple(sorted(m.ref.label for m in lost)),
        },
        keys=_OPTIONS | {("object", m.ref.label) for m in lost},
        fix=asks if has("application.Prune", version) else None,
    )


def _note(app: Application, variant: str) -> Breach:
    return Breach(
        at=_AT,
        facts={"project": app.project},
        variant=variant,
        severity=production_only(Severity.INFO),
        group=app.project,
    )
