"""Sync waves on child Applications whose parent has no health to wait for."""

from collections.abc import Iterator, Mapping
from typing import Final

from auditor.argocd.annotations import SYNC_WAVE
from auditor.argocd.application import Application
from auditor.argocd.waves import wave
from auditor.findings import Breach, Evidence, Severity, Unseen, by_tier
from auditor.kube import pointer
from auditor.kube.gap import Gap
from auditor.kube.ref import ResourceRef
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.application_health import APPLICATION_HEALTH, ApplicationHealth
from auditor.snapshot.derived import APPLICATIONS, CHILDREN, RENDERED
from auditor.snapshot.names import APPLICATIONS_BY_NAME, ByName
from auditor.snapshot.rendered import Renderings, rendered_by

_AT: Final = pointer.join(("metadata", "annotations", SYNC_WAVE))
_VARIANTS: Final = {"cluster": "", "repository": "declared", "": "unread"}


@rule(
    "WAVE-002",
    severity=by_tier(production=Severity.MEDIUM, other=Severity.LOW),
    over=APPLICATIONS,
    needs=(APPLICATIONS_BY_NAME, CHILDREN, APPLICATION_HEALTH),
    uses=(RENDERED,),
    options=NoOptions,
)
def waves_between_applications_do_not_wait(
    app: Application,
    _: NoOptions,
    by_name: ByName,
    children: Mapping[ResourceRef, tuple[ResourceRef, ...]],
    health: ApplicationHealth,
    renderings: Renderings,
) -> Iterator[Breach | Unseen]:
    """Ask for a later wave among the children, and for the check that makes it wait (trap 34)."""
    below = set(children.get(app.ref, ()))
    named = (one for ref in sorted(below) for one in reversed(by_name.get(ref.name, ())))
    found = {one.ref: one for one in named if one.ref in below}
    if not found and app.live is None and isinstance(gap := rendered_by(app, renderings), Gap):
        yield Unseen(gap)
        return
    waves = {ref: wave(one.manifest.raw) for ref, one in sorted(found.items())}
    lowest = min(waves.values(), default=0)
    late = [ref for ref, number in waves.items() if number > lowest]
    if not late or health.is_restored:
        return
    if health.is_partial and health.source != "cluster":
        yield Unseen(Gap("argocd_values_not_read", {"application": app.ref.qualified}))
        return
    yield Breach(
        at=_AT,
        manifest=found[late[0]].manifest,
        variant=_VARIANTS[health.source],
        lower=0 if health.source else 1,
        facts={
            "children": len(waves),
            "late": len(late),
            "waves": tuple(sorted(set(waves.values()))),
        },
        keys=frozenset({("object", app.ref.label)}),
        evidence=tuple(
            Evidence(
                pointer=_AT,
                object=ref,
                declared=str(waves[ref]),
                is_declared=True,
                manifest=found[ref].manifest,
            )
            for ref in late
        ),
    )
