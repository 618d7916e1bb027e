"""Ignored items of lists that a controller added and the next sync takes away."""

from collections.abc import Iterator

from auditor.argocd.application import Application
from auditor.argocd.broad_entries import Pair
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.drift import prepared
from auditor.argocd.field_owners import Writers
from auditor.argocd.field_paths import shown
from auditor.argocd.ignore_differences import IgnoreRule
from auditor.argocd.ignored_fields import applies_to, entry_key, single_paths
from auditor.argocd.list_elements import LostPart, lost_parts
from auditor.argocd.settings import Settings
from auditor.findings import Breach, Evidence, Key, Severity, Unseen, everywhere
from auditor.kube import pointer
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.rulebook import rule
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.derived import APPLICATIONS, OBJECTS, RENDERED, SETTINGS
from auditor.snapshot.rendered import Renderings
from auditor.snapshot.respected import respected


@rule(
    "DIFF-013",
    severity=everywhere(Severity.MEDIUM),
    over=APPLICATIONS,
    uses=(RENDERED, OBJECTS, SETTINGS),
    options=Writers,
)
def ignored_list_element_is_not_kept(
    app: Application,
    writers: Writers,
    renderings: Renderings,
    objects: LiveObjects | Missing | Excluded,
    settings: Settings | Missing | Excluded,
) -> Iterator[Breach | Unseen]:
    """Try the next sync out on each live object that an entry is about (LAB 26)."""
    pairs = respected(app, renderings, objects)
    if isinstance(objects, Missing | Excluded) and any(isinstance(p, Pair) for p in pairs):
        yield Unseen(objects.why)
        return
    known = settings if isinstance(settings, Settings) else Settings.parse(None)
    for pair in pairs:
        if isinstance(pair, Gap):
            yield Unseen(pair)
        elif pair.live is not None:
            yield from _lost(app, pair, pair.live, known, writers)


def _lost(
    app: Application, pair: Pair, live: Manifest, settings: Settings, writers: Writers
) -> Iterator[Breach]:
    wanted = prepared(app, live.ref, pair.target.raw, settings)
    for entry in app.ignore_rules:
        if not applies_to(entry, wanted, pair.namespace):
            continue
        for at, single in single_paths(entry):
            found = lost_parts(single, app.ignore_rules, wanted, live.raw, settings, writers)
            if found:
                yield _breach(app, entry, at, live, found)


def _breach(
    app: Application, entry: IgnoreRule, at: str, live: Manifest, found: tuple[LostPart, ...]
) -> Breach:
    keys = {("object", live.ref.label), ("ignore", entry_key(app.ref, entry))}
    return Breach(
        at=f"/spec/ignoreDifferences/{entry.index}{at}",
        facts={
            "object": live.ref,
            "path": shown(found[0].pointer, live.raw),
            "paths": tuple(part.pointer for part in found),
            "list": shown(found[0].list, live.raw),
            "count": len(found),
            "manager": found[0].owner.manager,
        },
        keys=frozenset[Key](keys),
        identity=f"{live.ref.group} {live.ref.label}",
        evidence=tuple(
            Evidence(
                pointer=part.pointer,
                object=live.ref,
                live=pointer.get(live.raw, part.pointer),
                is_live=True,
                manager=part.owner.manager,
                time=part.owner.time,
            )
            for part in found
        ),
    )
