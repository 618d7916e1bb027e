"""A hook annotation that names no hook there is, so that the object is never applied."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from auditor.argocd import hooks
from auditor.argocd.annotations import HOOK, HOOK_DELETE_POLICY, annotations, items
from auditor.argocd.application import Application
from auditor.argocd.pairing import names_of
from auditor.argocd.releases import Version, has
from auditor.findings import Breach, Severity, Unseen, everywhere
from auditor.kube import pointer
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS, RENDERED, VERSION
from auditor.snapshot.rendered import Renderings, rendered_by

_AT: Final = pointer.join(("metadata", "annotations", HOOK))
_POLICY_AT: Final = pointer.join(("metadata", "annotations", HOOK_DELETE_POLICY))
_POLICIES: Final = frozenset({"HookSucceeded", "HookFailed", "BeforeHookCreation"})
_LOW: Final = everywhere(Severity.LOW)


@rule(
    "WAVE-004",
    severity=everywhere(Severity.HIGH),
    over=APPLICATIONS,
    needs=(VERSION,),
    uses=(RENDERED,),
    options=NoOptions,
)
def hook_is_unknown(
    app: Application, _: NoOptions, known: tuple[Version, str], renderings: Renderings
) -> Iterator[Breach | Unseen]:
    """Look for a type the engine or the controller of this release runs (trap 35)."""
    rendering = rendered_by(app, renderings)
    if isinstance(rendering, Gap):
        yield Unseen(rendering)
        return
    for manifest in rendering.objects:
        for breach in _judged(manifest, known[0]):
            names = names_of(manifest.ref, app.destination.namespace)
            keys = breach.keys | {("object", ref.label) for ref in names}
            yield replace(breach, keys=keys)


def _judged(manifest: Manifest, version: Version) -> Iterator[Breach]:
    raw = manifest.raw
    if HOOK in annotations(raw) and not hooks.hook_types(raw):
        wanted = [hook for hook in ("PreDelete", "PostDelete") if hooks.is_delete_hook(raw, hook)]
        if any(has(f"hook.{hook}", version) for hook in wanted):
            return
        yield Breach(
            at=_AT,
            manifest=manifest,
            variant="release" if wanted else "",
            facts={
                "object": manifest.label,
                "value": annotations(raw)[HOOK] or '""',
                **({"version": str(version)} if wanted else {}),
            },
            keys=frozenset({("object", manifest.ref.label)}),
            identity=manifest.label,
        )
        return
    unknown = tuple(item for item in items(raw, HOOK_DELETE_POLICY) if item not in _POLICIES)
    if unknown and hooks.is_controller_hook(raw):
        yield Breach(
            at=_POLICY_AT,
            manifest=manifest,
            variant="policy",
            severity=_LOW,
            facts={
                "object": manifest.label,
                "unknown": unknown,
                "effective": hooks.delete_policies(raw),
            },
            identity=manifest.label,
        )
