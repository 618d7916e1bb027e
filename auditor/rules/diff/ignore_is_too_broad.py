"""Ignore rules that hide whole parts of objects, among them fields nobody but Git sets."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.broad_entries import Broad, Hidden, Pair, broad_paths, hidden
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.field_owners import Writers
from auditor.argocd.ignore_differences import IgnoreRule
from auditor.argocd.ignore_narrowing import Narrowing, narrowing
from auditor.argocd.ignored_fields import entry_key
from auditor.argocd.pairing import live_of
from auditor.argocd.settings import Settings
from auditor.findings import Breach, Edit, Evidence, Fix, Severity, Unseen, by_tier
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.rulebook import rule
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.derived import OBJECTS, RENDERED, SETTINGS
from auditor.snapshot.ignore_owners import IGNORE_OWNERS, IgnoreOwner
from auditor.snapshot.rendered import Renderings, rendered_by

_RESPECT: Final = "RespectIgnoreDifferences=true"
_SHOWN: Final = 8


@rule(
    "DIFF-003",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=IGNORE_OWNERS,
    uses=(RENDERED, OBJECTS, SETTINGS),
    options=Writers,
)
def ignore_is_too_broad(
    owner: IgnoreOwner,
    writers: Writers,
    renderings: Renderings,
    objects: LiveObjects | Missing | Excluded,
    settings: Settings | Missing | Excluded,
) -> Iterator[Breach | Unseen]:
    """Apply each broad path to what Git gives, and count what it hides for nothing.

    What it hides at present of Git and cluster tells what a smaller entry would have to hide.
    """
    pairs = _pairs(owner, renderings, objects)
    for entry in owner.ignore_rules:
        broad = broad_paths(entry, writers)
        if isinstance(pairs, Gap):
            sure = next((one for one in broad if one.is_certain), None)
            if broad:
                yield _breach(owner, entry, sure, ()) if sure else Unseen(pairs)
            continue
        found = ((one, _hidden(one, pairs, writers)) for one in broad)
        worst = max(found, key=lambda pair: len(pair[1]), default=None)
        if worst and worst[1]:
            is_owned = writers.is_argocd(worst[0].text) or any(pair.live for pair in pairs)
            made = _narrowing(owner, entry, pairs, writers, settings)
            yield _breach(owner, entry, *worst, is_owned=is_owned, made=made)


def _hidden(broad: Broad, pairs: tuple[Pair, ...], writers: Writers) -> tuple[Hidden, ...]:
    """Argo CD owns what it renders; what a person owns, the live object alone tells."""
    fields = hidden(broad, pairs, writers)
    if not broad.is_trusting or writers.is_argocd(broad.text):
        return fields
    seen = {pair.target.ref for pair in pairs if pair.live}
    return tuple(field for field in fields if field.object in seen) if seen else fields


def _pairs(
    owner: IgnoreOwner, renderings: Renderings, objects: LiveObjects | Missing | Excluded
) -> tuple[Pair, ...] | Gap:
    """Return what is rendered beside what is live; a system rule is about all Applications."""
    if isinstance(owner, Application):
        rendering = rendered_by(owner, renderings)
        if isinstance(rendering, Gap):
            return rendering
        namespace = owner.destination.namespace
        return tuple(_pair(m, namespace, objects) for m in rendering.objects)
    if isinstance(renderings, Missing | Excluded):
        return renderings.why
    return tuple(_pair(m, "", objects) for r in renderings.values() for m in r.objects)


def _pair(target: Manifest, namespace: str, objects: LiveObjects | Missing | Excluded) -> Pair:
    live = live_of(target.ref, namespace, objects) if isinstance(objects, LiveObjects) else None
    return Pair(target, live if isinstance(live, Manifest) else None, namespace)


def _narrowing(
    owner: IgnoreOwner,
    entry: IgnoreRule,
    pairs: tuple[Pair, ...],
    writers: Writers,
    settings: Settings | Missing | Excluded,
) -> Narrowing | None:
    """Try the entry out on live objects; nothing is known of it where none was seen."""
    if not isinstance(owner, Application) or not any(pair.live for pair in pairs):
        return None
    known = settings if isinstance(settings, Settings) else Settings.parse(None)
    found = narrowing(owner, entry, pairs, known, writers)
    return found if isinstance(found, Narrowing) else None


def _fix(owner: IgnoreOwner, entry: IgnoreRule, made: Narrowing | None) -> Fix | None:
    """Offer the smaller entries, or none where nothing needs one; a person decides."""
    if made is None or not made.is_whole or not isinstance(owner, Application):
        return None
    at = f"/spec/ignoreDifferences/{entry.index}"
    if not made.entries:
        return Fix((Edit("remove", at),), is_safe=False)
    first, *more = made.entries
    edits = [Edit("set", at, first)]
    edits += [Edit("set", "/spec/ignoreDifferences/-", other) for other in more]
    return Fix(tuple(edits), is_safe=False)


def _evidence(made: Narrowing | None) -> Iterator[Evidence]:
    """Show what is hidden now, what something else writes before the rest."""
    for one in made.hidden if made else ():
        rest = [field for field in one.drift.fields if field not in one.needed]
        for field in (*one.needed, *rest):
            owner = next(iter(field.owners), None)
            yield Evidence(
                pointer=field.pointer,
                object=one.drift.ref,
                declared=field.desired,
                live=field.live,
                is_declared=field.is_given,
                is_live=field.live is not None,
                manager=owner.manager if owner else "",
                time=owner.time if owner else "",
                manifest=one.drift.target,
            )


def _variant(broad: Broad, fields: tuple[Hidden, ...], *, is_owned: bool) -> str:
    """Name the sentence that counts no fields where it is not known whose they are."""
    if broad.is_trusting:
        return "trusting" if is_owned and fields else "trusting_unseen"
    return "" if fields else "unrendered"


def _breach(
    owner: IgnoreOwner,
    entry: IgnoreRule,
    broad: Broad,
    fields: tuple[Hidden, ...],
    *,
    is_owned: bool = False,
    made: Narrowing | None = None,
) -> Breach:
    if isinstance(owner, Application):
        at = f"/spec/ignoreDifferences/{entry.index}{broad.at}"
        is_kept = owner.policy.options.has(_RESPECT)
    else:
        at, is_kept = owner.at(entry), True
    variant = _variant(broad, fields, is_owned=is_owned)
    objects = {field.object for field in fields}
    shown = () if variant == "trusting_unseen" else fields
    return Breach(
        at=at,
        variant=variant,
        facts={
            "kind": entry.kind,
            "path": broad.text,
            "count": len(shown),
            "fields": tuple(sorted({field.pointer for field in shown})[:_SHOWN]),
            "objects": tuple(sorted(ref.label for ref in objects)[:_SHOWN]),
        },
        lower=0 if is_kept and not entry.name else 1,
        identity=entry.key,
        keys=frozenset({("ignore", entry_key(owner.ref, entry))}),
        evidence=tuple(_evidence(made))[:_SHOWN],
        fix=_fix(owner, entry, made),
    )
