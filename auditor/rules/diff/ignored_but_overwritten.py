"""Ignored fields that every sync still writes, because the live value is not respected."""

from collections.abc import Iterator

from auditor.argocd.application import Application
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.field_owners import Writers
from auditor.argocd.ignore_differences import IgnoreRule
from auditor.argocd.operation_options import RESPECT
from auditor.argocd.overwritten_fields import Overwritten, are_kept, overwritten_fields
from auditor.argocd.settings import Settings
from auditor.findings import Basis, Breach, Edit, Evidence, Fix, Key, Severity, Unseen, by_tier
from auditor.kube import pointer
from auditor.kube.gap import Gap
from auditor.rulebook import rule
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.derived import APPLICATIONS, OBJECTS, RENDERED, SETTINGS
from auditor.snapshot.rendered import Renderings, rendered_by


@rule(
    "DIFF-002",
    severity=by_tier(production=Severity.MEDIUM, other=Severity.LOW),
    over=APPLICATIONS,
    uses=(RENDERED, OBJECTS, SETTINGS),
    options=Writers,
)
def ignored_but_overwritten(
    app: Application,
    writers: Writers,
    renderings: Renderings,
    objects: LiveObjects | Missing | Excluded,
    settings: Settings | Missing | Excluded,
) -> Iterator[Breach | Unseen]:
    """Ask for the option wherever a rule covers a field that Git gives and another writes."""
    if not app.ignore_rules or app.policy.options.has(RESPECT):
        return
    rendering = rendered_by(app, renderings)
    if isinstance(rendering, Gap):
        yield Unseen(rendering)
        return
    live = objects if isinstance(objects, LiveObjects) else None
    namespace = app.destination.namespace
    for entry in app.ignore_rules:
        fields = overwritten_fields(entry, rendering.objects, namespace, live, writers)
        if found := tuple(fields):
            yield _breach(entry, found, settings)


def _breach(
    entry: IgnoreRule, found: tuple[Overwritten, ...], settings: Settings | Missing | Excluded
) -> Breach:
    is_safe = isinstance(settings, Settings) and are_kept(entry, found, settings)
    managers = tuple(sorted({field.manager for field in found if field.manager}))
    labels = tuple(sorted({field.object.label for field in found}))
    return Breach(
        at=f"/spec/ignoreDifferences/{entry.index}",
        variant="" if managers else "usual",
        facts={
            "kind": found[0].object.kind,
            "path": found[0].pointer,
            "paths": tuple(sorted({field.pointer for field in found})),
            "objects": labels,
            "managers": managers,
        },
        basis=Basis.OBSERVED if managers else Basis.DECLARED,
        keys=frozenset[Key]({("option", RESPECT), *(("object", label) for label in labels)}),
        evidence=tuple(_evidence(field) for field in found[:8]),
        fix=Fix((Edit("set", "/spec/syncPolicy/syncOptions/-", RESPECT),), is_safe=is_safe),
    )


def _evidence(field: Overwritten) -> Evidence:
    is_secret = field.object.kind == "Secret" and not field.object.group
    live = field.live.raw if field.live else {}
    return Evidence(
        pointer=field.pointer,
        object=field.object,
        declared=None if is_secret else pointer.get(field.target.raw, field.pointer),
        live=None if is_secret else pointer.get(live, field.pointer),
        is_declared=not is_secret,
        is_live=not is_secret and pointer.has(live, field.pointer),
        manager=field.manager,
        time=field.time,
        manifest=field.target,
    )
