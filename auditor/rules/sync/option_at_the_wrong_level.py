"""Real options in a place where nothing reads them."""

from collections.abc import Iterator

from auditor.argocd.application import Application
from auditor.argocd.option_entries import ANNOTATION_POINTER, OPTIONS_POINTER, annotated
from auditor.argocd.option_levels import (
    annotated_on,
    is_application,
    is_application_only,
    is_made_by_generator,
    resource_only,
    without_application_only,
)
from auditor.findings import Breach, Edit, Fix, Severity, Unseen, everywhere
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS, RENDERED
from auditor.snapshot.parents import PARENTS, Parents
from auditor.snapshot.rendered import Renderings, seen_of


@rule(
    "SYNC-005",
    severity=everywhere(Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(PARENTS,),
    uses=(RENDERED,),
    options=NoOptions,
)
def option_at_the_wrong_level(
    app: Application, _: NoOptions, parents: Parents, renderings: Renderings
) -> Iterator[Breach | Unseen]:
    """Look at the list, the Application's own annotation, then those of what it renders."""
    for entry in resource_only(app):
        fix = Fix((Edit("remove", entry.pointer),))
        yield Breach(at=entry.pointer, facts={"option": entry.text}, fix=fix)
    yield from _on_itself(app, is_delivered=app.ref in parents)
    seen, gap = seen_of(app, renderings)
    objects = [manifest for manifest in seen if not is_application(manifest)]
    for item, holders in annotated(objects).items():
        if is_application_only(item):
            yield Breach(
                at=ANNOTATION_POINTER,
                manifest=holders[0],
                variant="annotation",
                facts={"option": item, "object": holders[0].label, "count": len(holders)},
                keys=frozenset({("option", item)}),
                identity=item,
            )
    if gap:
        yield Unseen(gap)


def _on_itself(app: Application, *, is_delivered: bool) -> Iterator[Breach]:
    options = annotated_on(app)
    if options and is_made_by_generator(app) and not is_delivered:
        yield Breach(at=ANNOTATION_POINTER, variant="generated", facts={"options": options})
        return
    lost = tuple(item for item in options if is_application_only(item))
    if lost:
        rest = without_application_only(options)
        cut = Edit("set", ANNOTATION_POINTER, rest) if rest else Edit("remove", ANNOTATION_POINTER)
        moved = (Edit("set", f"{OPTIONS_POINTER}/-", item) for item in lost)
        yield Breach(
            at=ANNOTATION_POINTER,
            variant="application",
            facts={"options": lost},
            keys=frozenset(("option", item) for item in lost),
            fix=Fix((*moved, cut), is_safe=False),
        )
