"""Objects that a sync deletes and creates, or overwrites as a whole, instead of applying them."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.option_entries import ANNOTATION_POINTER, pointer_of
from auditor.argocd.overwriting import Way, overwritten, pairs_of, replaces_by_list
from auditor.argocd.releases import Version
from auditor.argocd.sync_context import ApplySettings
from auditor.findings import Breach, Edit, Fix, Severity, Unseen, by_tier
from auditor.findings.severity import Severities
from auditor.rulebook import NoOptions, rule
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.derived import APPLICATIONS, OBJECTS, RENDERED, VERSION
from auditor.snapshot.rendered import Renderings, seen_of

_REPLACE: Final = "Replace=true"
_LESS: Final[Severities] = by_tier(production=Severity.MEDIUM, other=Severity.LOW)


@rule(
    "PRUNE-008",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(VERSION,),
    uses=(RENDERED, OBJECTS),
    options=NoOptions,
)
def replace_or_force(
    app: Application,
    _: NoOptions,
    known: tuple[Version, str],
    renderings: Renderings,
    live: LiveObjects | Missing | Excluded,
) -> Iterator[Breach | Unseen]:
    """Ask what a sync does to each object (`applyObject`, semantics §2.4)."""
    targets, gap = seen_of(app, renderings)
    if app.policy.options.has(_REPLACE) and (gap or replaces_by_list(targets)):
        at = pointer_of(app.spec, _REPLACE)
        fix = Fix((Edit("remove", at),), is_safe=False)
        yield Breach(at=at, variant="replace_all", severity=_LESS, facts={}, fix=fix)
    running = live if isinstance(live, LiveObjects) and app.destination.is_in_cluster else None
    found = pairs_of(targets, app.destination.namespace, running)
    settings = ApplySettings.of(app.policy.options)
    for way, pairs in overwritten(found, settings, known[0]).items():
        yield Breach(
            at=ANNOTATION_POINTER,
            manifest=pairs[0].target,
            variant="" if way is Way.RECREATE else way.value,
            severity=_LESS if way is Way.REPLACE else None,
            facts={"count": len(pairs), "objects": tuple(p.target.label for p in pairs)},
            keys=frozenset(("object", pair.target.ref.label) for pair in pairs),
            identity=way.value,
        )
    if gap:
        yield Unseen(gap)
