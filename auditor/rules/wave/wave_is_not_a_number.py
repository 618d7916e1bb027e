"""A sync-wave that Argo CD cannot read, which makes it wave 0 (or the Helm hook weight)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from auditor.argocd.annotations import SYNC_WAVE
from auditor.argocd.application import Application
from auditor.argocd.pairing import names_of
from auditor.argocd.waves import wave
from auditor.findings import Breach, Severity, Unseen, by_tier
from auditor.kube import pointer
from auditor.kube.gap import Gap
from auditor.kube.go_text import atoi
from auditor.kube.manifest import Manifest
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS, RENDERED
from auditor.snapshot.rendered import Renderings, rendered_by

_AT: Final = pointer.join(("metadata", "annotations", SYNC_WAVE))


@rule(
    "WAVE-003",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    uses=(RENDERED,),
    options=NoOptions,
)
def wave_is_not_a_number(
    app: Application, _: NoOptions, renderings: Renderings
) -> Iterator[Breach | Unseen]:
    """Read the annotation as strconv.Atoi does, on the Application and on what it renders."""
    yield from _judged(app.manifest)
    rendering = rendered_by(app, renderings)
    if isinstance(rendering, Gap):
        yield Unseen(rendering)
        return
    for manifest in rendering.objects:
        # A rendered Application is asked itself.
        if manifest.ref.kind != "Application":
            for breach in _judged(manifest):
                names = names_of(manifest.ref, app.destination.namespace)
                keys = breach.keys | {("object", ref.label) for ref in names}
                yield replace(breach, keys=keys)


def _judged(manifest: Manifest) -> Iterator[Breach]:
    if SYNC_WAVE not in manifest.annotations:
        return
    written = manifest.annotations[SYNC_WAVE]
    if isinstance(written, str) and atoi(written) is not None:
        return
    yield Breach(
        at=_AT,
        manifest=manifest,
        variant="" if isinstance(written, str) else "type",
        facts={
            "object": manifest.label,
            "value": str(written) or '""',
            "wave": wave(manifest.raw),
        },
        keys=frozenset({("object", manifest.ref.label)}),
        identity=manifest.label,
    )
