"""Changes of Git that stay out of the cluster behind a rule nobody needs."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.broad_entries import Pair
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.compared_commit import commit_gap
from auditor.argocd.field_owners import Writers
from auditor.argocd.field_paths import shown
from auditor.argocd.held_changes import HeldChange
from auditor.argocd.held_entries import HeldByEntry, held_by_entries, is_about_to_sync
from auditor.argocd.ignored_fields import entry_key
from auditor.argocd.operation_options import RESPECT
from auditor.argocd.paired import paired
from auditor.argocd.settings import Settings
from auditor.findings import Basis, Breach, Evidence, Key, Severity, Unseen, by_tier
from auditor.kube.gap import Gap
from auditor.rulebook import rule
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.derived import APPLICATIONS, OBJECTS, RENDERED, SETTINGS
from auditor.snapshot.rendered import Renderings, rendered_by

_SHOWN: Final = 8


@rule(
    "DIFF-008",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    uses=(RENDERED, OBJECTS, SETTINGS),
    options=Writers,
)
def ignored_change_never_arrives(
    app: Application,
    writers: Writers,
    renderings: Renderings,
    objects: LiveObjects | Missing | Excluded,
    settings: Settings | Missing | Excluded,
) -> Iterator[Breach | Unseen]:
    """Compare without each rule: what it alone hides, and Argo CD wrote, is Git's own change."""
    if not app.ignore_rules or is_about_to_sync(app):
        return
    rendering = rendered_by(app, renderings)
    if isinstance(rendering, Gap):
        yield Unseen(rendering)
        return
    why = objects.why if isinstance(objects, Missing | Excluded) else commit_gap(app, rendering)
    if why or not isinstance(objects, LiveObjects):
        yield from [Unseen(why)] if why else []
        return
    known = settings if isinstance(settings, Settings) else Settings.parse(None)
    pairs = tuple(paired(rendering.objects, app.destination.namespace, objects))
    yield from (Unseen(pair) for pair in pairs if isinstance(pair, Gap))
    seen = [pair for pair in pairs if isinstance(pair, Pair)]
    for found in held_by_entries(app, seen, known, writers):
        yield Unseen(found) if isinstance(found, Gap) else _breach(app, found)


def _breach(app: Application, held: HeldByEntry) -> Breach:
    is_kept = app.policy.options.has(RESPECT)
    labels = [ref.label for ref in held.objects]
    first = held.changes[0]
    return Breach(
        at=f"/spec/ignoreDifferences/{held.entry.index}",
        variant="" if is_kept else "until_sync",
        facts={
            "kind": first.object.kind,
            "object": first.object,
            "path": shown(first.pointer, first.target.raw),
            "paths": tuple(sorted({change.pointer for change in held.changes})[:_SHOWN]),
            "count": len(held.changes),
            "objects": tuple(labels[:_SHOWN]),
        },
        lower=0 if is_kept else 1,
        basis=Basis.OBSERVED,
        keys=frozenset[Key](
            {("ignore", entry_key(app.ref, held.entry)), *(("object", label) for label in labels)}
        ),
        evidence=tuple(_evidence(change) for change in held.changes[:_SHOWN]),
    )


def _evidence(change: HeldChange) -> Evidence:
    return Evidence(
        pointer=change.pointer,
        object=change.object,
        declared=change.desired,
        live=change.live,
        is_declared=change.is_given,
        is_live=change.live is not None,
        manifest=change.target,
    )
