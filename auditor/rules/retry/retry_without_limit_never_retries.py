"""A retry block that switches the controller's own five retries off."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.hooks import has_sync_phase_hook
from auditor.argocd.retry import AUTOMATED_LIMIT
from auditor.findings import Breach, Edit, Fix, Severity, by_tier, everywhere
from auditor.kube.gap import Gap
from auditor.kube.manifest import at
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS, RENDERED
from auditor.snapshot.rendered import Renderings, rendered_by

_RETRY: Final = "/spec/syncPolicy/retry"
_WRITTEN: Final = by_tier(production=Severity.MEDIUM, other=Severity.LOW)


@rule(
    "RETRY-002",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    uses=(RENDERED,),
    options=NoOptions,
)
def retry_without_limit_never_retries(
    app: Application, _: NoOptions, renderings: Renderings
) -> Iterator[Breach]:
    """Tell a limit that was forgotten from a limit of 0 that somebody wrote."""
    policy = app.policy
    if not policy.is_automated or not policy.has_retry or policy.retry.limit != 0:
        return
    written = at(app.spec, "syncPolicy", "retry", "limit")
    limit = Edit("set", f"{_RETRY}/limit", AUTOMATED_LIMIT)
    if written is None:
        yield Breach(
            at=_RETRY,
            facts={"default": AUTOMATED_LIMIT},
            fix=Fix((limit,)),
        )
    elif isinstance(written, int | float):
        jobs = _hook_jobs(app, renderings)
        yield Breach(
            at=f"{_RETRY}/limit",
            variant="hooks" if jobs else "zero",
            facts={"default": AUTOMATED_LIMIT} | ({"jobs": jobs} if jobs else {}),
            severity=everywhere(Severity.INFO) if jobs else _WRITTEN,
            fix=None if jobs else Fix((limit,), is_safe=False),
        )


def _hook_jobs(app: Application, renderings: Renderings) -> int:
    """Count the hook Jobs, which a retry would run once more."""
    rendering = rendered_by(app, renderings)
    if isinstance(rendering, Gap):
        return 0
    return sum(
        1
        for manifest in rendering.objects
        if (manifest.ref.group, manifest.ref.kind) == ("batch", "Job")
        and has_sync_phase_hook(manifest.raw)
    )
