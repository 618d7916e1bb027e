"""A claim that waits for a pod of a later wave, while that wave waits for the claim."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.annotations import SYNC_WAVE
from auditor.argocd.application import Application
from auditor.argocd.storage import WAITS
from auditor.findings import Breach, Severity, Unseen, by_tier
from auditor.kube import pointer
from auditor.kube.gap import Gap
from auditor.kube.loose import text
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.blocked_claims import blocked_claims
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.sync_families import SYNC_FAMILIES, SyncFamilies

_AT: Final = pointer.join(("metadata", "annotations", SYNC_WAVE))


@rule(
    "WAVE-007",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(SYNC_FAMILIES,),
    options=NoOptions,
)
def wave_can_never_become_healthy(
    app: Application, _: NoOptions, families: SyncFamilies
) -> Iterator[Breach | Unseen]:
    """Look for a step behind the claim, and for nobody who uses the claim before it (I-37)."""
    own = families.of(app)
    if isinstance(own, Gap):
        yield Unseen(own)
        return
    for claim in blocked_claims(own, families):
        task, found = claim.task, claim.storage_class
        if found is None:
            wanted = text(claim.manifest.raw, "spec", "storageClassName")
            facts = {"claim": task.ref.qualified, "class": wanted}
            yield Unseen(Gap("storage_class_not_seen", facts))
        elif text(found.raw, "volumeBindingMode") == WAITS:
            yield Breach(
                at=_AT,
                manifest=claim.manifest,
                variant="" if claim.is_inside else "sibling",
                facts={
                    "claim": task.ref,
                    "class": found.ref.name,
                    "wave": task.wave,
                    "blocked": claim.blocked,
                },
                keys=frozenset({("object", task.ref.label)}),
                identity=task.ref.label,
            )
