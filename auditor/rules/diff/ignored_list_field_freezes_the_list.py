"""Ignored fields inside lists that keep the whole list of Git from being applied."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.broad_entries import Pair
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.field_paths import shown
from auditor.argocd.ignore_differences import IgnoreRule
from auditor.argocd.ignored_fields import applies_to, entry_key, single_paths
from auditor.argocd.list_elements import frozen_lists
from auditor.argocd.paired import placed
from auditor.argocd.settings import Settings
from auditor.findings import Breach, Key, Severity, Unseen, by_tier
from auditor.kube.gap import Gap
from auditor.rulebook import NoOptions, rule
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.derived import APPLICATIONS, OBJECTS, RENDERED, SETTINGS
from auditor.snapshot.rendered import Renderings
from auditor.snapshot.respected import respected

_SHOWN: Final = 8


@rule(
    "DIFF-014",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    uses=(RENDERED, OBJECTS, SETTINGS),
    options=NoOptions,
)
def ignored_list_field_freezes_the_list(
    app: Application,
    _: NoOptions,
    renderings: Renderings,
    objects: LiveObjects | Missing | Excluded,
    settings: Settings | Missing | Excluded,
) -> Iterator[Breach | Unseen]:
    """Change each list that a path leads into, and see whether a respecting sync applies it."""
    known = settings if isinstance(settings, Settings) else Settings.parse(None)
    seen = respected(app, renderings, objects)
    yield from (Unseen(pair) for pair in seen if isinstance(pair, Gap))
    pairs = [pair for pair in seen if isinstance(pair, Pair)]
    for entry in app.ignore_rules:
        mine = [pair for pair in pairs if applies_to(entry, pair.target.raw, pair.namespace)]
        for at, single in single_paths(entry):
            found = [(pair, place) for pair in mine for place in _frozen(single, pair, known)]
            if found:
                yield _breach(app, entry, at, found)


def _frozen(single: IgnoreRule, pair: Pair, settings: Settings) -> tuple[str, ...]:
    live = pair.live.raw if pair.live else None
    return frozen_lists(single, pair.target.raw, live, settings)


def _breach(app: Application, entry: IgnoreRule, at: str, found: list[tuple[Pair, str]]) -> Breach:
    labels = sorted({placed(pair).label for pair, _ in found})
    first, place = found[0]
    _, single = next((a, one) for a, one in single_paths(entry) if a == at)
    keys = {("object", label) for label in labels} | {("ignore", entry_key(app.ref, entry))}
    return Breach(
        at=f"/spec/ignoreDifferences/{entry.index}{at}",
        facts={
            "kind": first.target.ref.kind,
            "path": (*single.json_pointers, *single.jq_path_expressions)[0],
            "list": shown(place, first.target.raw),
            "objects": tuple(labels[:_SHOWN]),
            "count": len(labels),
        },
        keys=frozenset[Key](keys),
    )
