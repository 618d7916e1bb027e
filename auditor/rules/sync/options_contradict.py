"""Sync options that exclude each other; one of them is not in force."""

from collections.abc import Iterator, Mapping
from typing import Final

from auditor.argocd.annotations import SYNC_OPTIONS
from auditor.argocd.application import Application
from auditor.argocd.contradictions import (
    annotation_contradictions,
    contradictions,
    fails_to_apply,
    unknown_propagation,
)
from auditor.argocd.option_entries import ANNOTATION_POINTER, OPTIONS_POINTER, entries
from auditor.argocd.pairing import names_of
from auditor.argocd.releases import Version
from auditor.argocd.sync_options import closest
from auditor.findings import Breach, Edit, Fact, Fix, Key, Severity, Unseen, everywhere
from auditor.kube.manifest import Manifest
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS, RENDERED, VERSION
from auditor.snapshot.rendered import Renderings, seen_of

_HIGH: Final = everywhere(Severity.HIGH)


@rule(
    "SYNC-008",
    severity=everywhere(Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(VERSION,),
    uses=(RENDERED,),
    options=NoOptions,
)
def options_contradict(
    app: Application, _: NoOptions, known: tuple[Version, str], renderings: Renderings
) -> Iterator[Breach | Unseen]:
    """Ask which text of each list Argo CD follows (semantics §2.3, §2.4)."""
    yield from _in_list(app, known[0])
    seen, gap = seen_of(app, renderings)
    for manifest in (one for one in seen if SYNC_OPTIONS in one.annotations):
        for found in annotation_contradictions(manifest.raw, known[0]):
            facts: dict[str, Fact] = {"followed": found.followed, "ignored": found.ignored}
            yield _on(manifest, "annotation", facts, found.followed)
        if fails_to_apply(manifest.raw, None, app.policy.options):
            placed = next(names_of(manifest.ref, app.destination.namespace))
            yield _on(manifest, "force", {}, "Force=true", frozenset({("object", placed.label)}))
    if gap:
        yield Unseen(gap)


def _in_list(app: Application, version: Version) -> Iterator[Breach]:
    written = entries(app.spec)
    for found in contradictions((entry.text for entry in written), version):
        lost = [entry for entry in written if entry.text in found.ignored]
        # from the last to the first, so that positions stay true
        cut = tuple(Edit("remove", entry.pointer) for entry in reversed(lost))
        yield Breach(
            at=lost[0].pointer,
            facts={"followed": found.followed, "ignored": found.ignored},
            identity=f"{OPTIONS_POINTER} {found.followed}",
            fix=Fix(cut, is_safe=False),
        )
    for entry in written:
        if unknown_propagation(entry.text):
            meant = closest(entry.text)
            fix = Fix((Edit("set", entry.pointer, meant),), is_safe=False) if meant else None
            facts = {"option": entry.text}
            yield Breach(at=entry.pointer, variant="propagation", facts=facts, fix=fix)


def _on(
    manifest: Manifest,
    variant: str,
    facts: Mapping[str, Fact],
    key: str,
    keys: frozenset[Key] = frozenset(),
) -> Breach:
    return Breach(
        at=ANNOTATION_POINTER,
        manifest=manifest,
        variant=variant,
        severity=_HIGH if variant == "force" else None,
        facts={"object": manifest.label, **facts},
        keys=keys,
        identity=f"{manifest.ref.label} {key}",
    )
