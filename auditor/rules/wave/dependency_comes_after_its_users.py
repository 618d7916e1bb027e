"""What workloads cannot start without, in a later step of the sync or a later Application."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.annotations import SYNC_WAVE
from auditor.argocd.application import Application
from auditor.argocd.dependencies import Late, late
from auditor.argocd.waves import wave
from auditor.findings import Breach, Severity, Unseen, by_tier, everywhere
from auditor.kube import pointer
from auditor.kube.gap import Gap
from auditor.kube.ref import ResourceRef
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.late_siblings import LateMaker, late_makers, users_beside
from auditor.snapshot.sync_families import SYNC_FAMILIES, OwnSync, SyncFamilies
from auditor.snapshot.tasks import manifest_of

_AT: Final = pointer.join(("metadata", "annotations", SYNC_WAVE))
_LOW: Final = everywhere(Severity.LOW)


@rule(
    "WAVE-001",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(SYNC_FAMILIES,),
    options=NoOptions,
)
def dependency_comes_after_its_users(
    app: Application, _: NoOptions, families: SyncFamilies
) -> Iterator[Breach | Unseen]:
    """Look inside the sync, then at the siblings, then at what is to come first (§7)."""
    own = families.of(app)
    if isinstance(own, Gap):
        yield Unseen(own)
        return
    if families.deliveries.needs.get(own.name):
        for found in late(own.tasks()):
            yield from _inside(found, own)
    for maker in late_makers(own, families):
        yield _between(own, maker, waits=families.waits)
    if beside := users_beside(own, families):
        is_live = all(one.live is not None for one in (app, *beside))
        yield Breach(
            at=_AT,
            variant="not_first",
            severity=_LOW if is_live else None,
            lower=0 if is_live else 1,
            facts={
                "wave": wave(app.manifest.raw),
                "count": len(beside),
                "first": beside[0].ref,
            },
            identity="not first",
        )


def _inside(found: Late, own: OwnSync) -> Iterator[Breach]:
    kind, name = found.reference
    needed = ResourceRef("", kind, found.user.ref.namespace, name)
    is_made = own.has(found.provider.ref)
    if own.has(needed) and not is_made:
        return
    yield Breach(
        at=_AT,
        manifest=manifest_of(own.rendering, found.provider.ref),
        variant="rebuild" if is_made else "",
        severity=_LOW if is_made else None,
        facts={
            "user": found.user.ref.label,
            "user_phase": found.user.phase,
            "user_wave": found.user.wave,
            "provider": found.provider.ref.label,
            "provider_phase": found.provider.phase,
            "provider_wave": found.provider.wave,
        },
        keys=frozenset({("object", found.user.ref.label), ("object", found.provider.ref.label)}),
        identity=f"{found.user.ref.label} {found.provider.ref.label}",
    )


def _between(own: OwnSync, maker: LateMaker, *, waits: bool) -> Breach:
    sibling = maker.sibling
    return Breach(
        at=_AT,
        manifest=sibling.app.manifest,
        variant="sibling_rebuild" if maker.is_made else "sibling",
        severity=_LOW if maker.is_made else None,
        lower=0 if waits or maker.is_made else 1,
        facts={
            "needed": maker.needed,
            "wave": sibling.own_wave,
            "provider": sibling.app.ref,
            "provider_wave": sibling.wave,
        },
        keys=frozenset({("object", sibling.parent.label)}),
        identity=f"{own.name} {sibling.app.ref.qualified}",
    )
