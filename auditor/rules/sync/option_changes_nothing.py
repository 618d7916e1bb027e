"""Options that say what happens anyway, or say it twice."""

from collections import defaultdict
from collections.abc import Iterator

from auditor.argocd.application import Application
from auditor.argocd.option_entries import (
    ANNOTATION_POINTER,
    annotated,
    entries,
    is_annotation_default,
    is_default,
)
from auditor.findings import Breach, Edit, Evidence, Fix, Severity, Unseen, everywhere
from auditor.kube.origin import LiveOrigin
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS, RENDERED
from auditor.snapshot.rendered import Renderings, seen_of


@rule(
    "SYNC-004",
    severity=everywhere(Severity.INFO),
    over=APPLICATIONS,
    uses=(RENDERED,),
    options=NoOptions,
)
def option_changes_nothing(
    app: Application, _: NoOptions, renderings: Renderings
) -> Iterator[Breach | Unseen]:
    """Look at the Application's list, then at the annotations of what it renders."""
    yield from _in_list(app)
    seen, why = seen_of(app, renderings)
    if why:
        yield Unseen(why)
    for item, objects in annotated(seen).items():
        if is_annotation_default(item, app.policy.options):
            first = objects[0]
            yield Breach(
                at=ANNOTATION_POINTER,
                manifest=first,
                variant="annotation",
                facts={"option": item, "object": first.label, "count": len(objects)},
                group=_repository(app),
                identity=item,
                evidence=tuple(
                    Evidence(
                        pointer=ANNOTATION_POINTER,
                        object=manifest.ref,
                        declared=item,
                        is_declared=True,
                        manifest=manifest,
                    )
                    for manifest in objects
                ),
            )


def _in_list(app: Application) -> Iterator[Breach]:
    """Judge each text once, wherever it stands."""
    places: dict[str, list[str]] = defaultdict(list)
    for entry in entries(app.spec):
        places[entry.text].append(entry.pointer)
    for text, pointers in places.items():
        is_plain = is_default(text, app.policy.options)
        surplus = pointers if is_plain else pointers[1:]
        if surplus:
            yield Breach(
                at=surplus[0],
                variant="" if is_plain else "twice",
                facts={"option": text},
                group=_repository(app),
                identity=text if is_plain else "twice",
                # From the end, so that what is left keeps its place.
                fix=Fix(tuple(Edit("remove", pointer) for pointer in reversed(surplus))),
            )


def _repository(app: Application) -> str:
    """Return where the Application is written; empty where only the cluster has it."""
    origin = app.manifest.origin
    return "" if isinstance(origin, LiveOrigin) else origin.repository
