"""Objects that go to the API server unchecked."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.declaration import repository_of
from auditor.argocd.option_entries import ANNOTATION_POINTER, annotated, entries
from auditor.argocd.releases import Version, has
from auditor.findings import Breach, Edit, Fix, Severity, Unseen, by_tier
from auditor.findings.severity import Severities
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS, RENDERED, VERSION
from auditor.snapshot.rendered import Renderings, seen_of

_UNCHECKED: Final = "Validate=false"
_SKIPPED: Final = "SkipDryRunOnMissingResource=true"
_LESS: Final[Severities] = by_tier(production=Severity.LOW, other=Severity.INFO)


@rule(
    "SYNC-006",
    severity=by_tier(production=Severity.MEDIUM, other=Severity.LOW),
    over=APPLICATIONS,
    needs=(VERSION,),
    uses=(RENDERED,),
    options=NoOptions,
)
def validation_is_off(
    app: Application, _: NoOptions, known: tuple[Version, str], renderings: Renderings
) -> Iterator[Breach | Unseen]:
    """Look for the two options in the list, and for the one that objects ask for themselves."""
    written = {entry.text: entry for entry in reversed(entries(app.spec))}
    for option, variant, table in ((_UNCHECKED, "", None), (_SKIPPED, "skipped", _LESS)):
        if option in written and has(f"application.{option}", known[0]):
            yield Breach(
                at=written[option].pointer,
                variant=variant,
                severity=table,
                facts={},
                group=f"{repository_of(app)} {option}",
                identity=option,
                fix=Fix((Edit("remove", written[option].pointer),), is_safe=False),
            )
    seen, gap = seen_of(app, renderings)
    if holders := annotated(seen).get(_UNCHECKED):
        yield Breach(
            at=ANNOTATION_POINTER,
            manifest=holders[0],
            variant="annotation",
            facts={"object": holders[0].label, "count": len(holders)},
            group=f"{repository_of(app)} annotation",
            identity=ANNOTATION_POINTER,
        )
    if gap:
        yield Unseen(gap)
