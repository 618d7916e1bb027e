"""A hook Job with a fixed name whose finished Job is kept, so that the next sync skips it."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd import hooks
from auditor.argocd.annotations import HOOK_DELETE_POLICY, items
from auditor.argocd.application import Application
from auditor.findings import Breach, Edit, Fix, Severity, Unseen, by_tier, everywhere
from auditor.kube import pointer
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS, RENDERED
from auditor.snapshot.rendered import Renderings, rendered_by

_POLICY_AT: Final = pointer.join(("metadata", "annotations", HOOK_DELETE_POLICY))
_HELM_AT: Final = pointer.join(("metadata", "annotations", hooks.HELM_DELETE_POLICY))
_LOW: Final = everywhere(Severity.LOW)


@rule(
    "WAVE-005",
    severity=by_tier(production=Severity.MEDIUM, other=Severity.LOW),
    over=APPLICATIONS,
    uses=(RENDERED,),
    options=NoOptions,
)
def hook_runs_once(
    app: Application, _: NoOptions, renderings: Renderings
) -> Iterator[Breach | Unseen]:
    """Compare the delete policies of Job hooks; none at all is BeforeHookCreation (§16)."""
    rendering = rendered_by(app, renderings)
    if isinstance(rendering, Gap):
        yield Unseen(rendering)
        return
    for manifest in rendering.objects:
        ref = manifest.ref
        is_job = (ref.group, ref.kind) == ("batch", "Job") and bool(ref.name)
        if is_job and hooks.has_sync_phase_hook(manifest.raw):
            yield from _judged(manifest)


def _judged(manifest: Manifest) -> Iterator[Breach]:
    policies = set(hooks.delete_policies(manifest.raw))
    if policies not in ({"HookFailed"}, {"HookSucceeded"}):
        return
    is_failed = "HookFailed" in policies
    own = items(manifest.raw, HOOK_DELETE_POLICY)
    value = ",".join(("BeforeHookCreation", *own))
    yield Breach(
        at=_POLICY_AT if own else _HELM_AT,
        manifest=manifest,
        variant="" if is_failed else "blocks",
        severity=None if is_failed else _LOW,
        facts={
            "object": manifest.label,
            "phases": hooks.sync_phases(manifest.raw),
        },
        identity=manifest.label,
        fix=Fix((Edit("set", _POLICY_AT, value),), manifest=manifest)
        if own and isinstance(manifest.origin, GitOrigin)
        else None,
    )
