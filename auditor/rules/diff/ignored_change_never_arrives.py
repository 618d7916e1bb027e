"""Changes of Git that stay out of the cluster behind a rule nobody needs."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.compared_commit import commit_gap
from auditor.argocd.field_owners import Writers
from auditor.argocd.field_paths import shown
from auditor.argocd.held_changes import HeldChange, held_changes
from auditor.argocd.ignore_differences import IgnoreRule
from auditor.argocd.ignored_fields import applies_to, entry_key, hidden_fields
from auditor.argocd.paired import paired
from auditor.argocd.settings import Settings
from auditor.findings import Basis, Breach, Evidence, Key, Severity, Unseen, by_tier
from auditor.kube.gap import Gap
from auditor.rulebook import rule
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.derived import APPLICATIONS, OBJECTS, RENDERED, SETTINGS
from auditor.snapshot.rendered import Renderings, rendered_by

_RESPECT: Final = "RespectIgnoreDifferences=true"
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
    if not app.ignore_rules or _is_about_to_sync(app):
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
    for entry in app.ignore_rules:
        changes: list[HeldChange] = []
        for pair in pairs:
            if isinstance(pair, Gap) or not applies_to(entry, pair.target.raw, pair.namespace):
                continue
            if (pair.target.ref.group, pair.target.ref.kind) == ("", "Secret"):
                yield from _secret(entry, pair.target.ref.label, pair.target.raw)
                continue
            found = held_changes(app, entry, pair, known, writers)
            if isinstance(found, Gap):
                yield Unseen(found)
            else:
                changes += found
        if changes:
            yield _breach(app, entry, changes)


def _is_about_to_sync(app: Application) -> bool:
    """Say whether a sync is due that takes the ignored fields along."""
    policy = app.live_policy or app.policy
    is_out = app.status is not None and app.status.sync == "OutOfSync"
    return is_out and policy.is_automated and not policy.options.has(_RESPECT)


def _secret(entry: IgnoreRule, label: str, target: object) -> Iterator[Unseen]:
    if isinstance(target, dict) and hidden_fields(entry, target):
        yield Unseen(Gap("secret_values_not_read", {"object": label}))


def _breach(app: Application, entry: IgnoreRule, changes: list[HeldChange]) -> Breach:
    is_kept = app.policy.options.has(_RESPECT)
    labels = sorted({change.object.label for change in changes})
    first = changes[0]
    return Breach(
        at=f"/spec/ignoreDifferences/{entry.index}",
        variant="" if is_kept else "until_sync",
        facts={
            "kind": first.object.kind,
            "object": first.object,
            "path": shown(first.pointer, first.target.raw),
            "paths": tuple(sorted({change.pointer for change in changes})[:_SHOWN]),
            "count": len(changes),
            "objects": tuple(labels[:_SHOWN]),
        },
        lower=0 if is_kept else 1,
        basis=Basis.OBSERVED,
        keys=frozenset[Key](
            {("ignore", entry_key(app.ref, entry)), *(("object", label) for label in labels)}
        ),
        evidence=tuple(_evidence(change) for change in changes[:_SHOWN]),
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
