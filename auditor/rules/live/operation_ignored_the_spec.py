"""A sync that was asked for without the options that the spec gives."""

from collections.abc import Iterator

from auditor.argocd.application import Application
from auditor.argocd.ignore_differences import rules_of_overrides
from auditor.argocd.operation_options import (
    RESPECT,
    changes_the_outcome,
    hides_a_field,
    left_out,
    were_there,
)
from auditor.argocd.releases import Version
from auditor.argocd.settings import Settings
from auditor.argocd.status import Operation
from auditor.findings import Basis, Breach, Severity, Unseen, everywhere
from auditor.kube.gap import Gap
from auditor.rulebook import NoOptions, rule
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.derived import APPLICATIONS, RENDERED, SETTINGS, VERSION
from auditor.snapshot.rendered import Renderings, rendered_by
from auditor.snapshot.sections import LIVE_APPLICATIONS


@rule(
    "LIVE-012",
    severity=everywhere(Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(LIVE_APPLICATIONS, VERSION),
    uses=(RENDERED, SETTINGS),
    options=NoOptions,
)
def operation_ignored_the_spec(
    app: Application,
    _: NoOptions,
    _applications: object,
    known: tuple[Version, str],
    renderings: Renderings,
    settings: Settings | Missing | Excluded,
) -> Iterator[Breach | Unseen]:
    """Compare the options of the last operation with those of the spec (§16.22)."""
    if app.status is None:
        yield Unseen(Gap("application_not_live"))
        return
    operation = app.status.operation
    if operation is None or operation.is_automated:
        return
    missing = left_out(app, operation, known[0])
    if not missing:
        return
    matters = tuple(option for option in missing if changes_the_outcome(option))
    if RESPECT in missing:
        resets = _resets(app, renderings, settings)
        if isinstance(resets, Gap) and not matters:
            yield Unseen(resets)
            return
        matters += (RESPECT,) if resets is True else ()
    yield _breach(app, operation, missing, matters)


def _resets(
    app: Application, renderings: Renderings, settings: Settings | Missing | Excluded
) -> bool | Gap:
    """Tell whether RespectIgnoreDifferences=true has a field of Git to keep."""
    rules = app.ignore_rules
    if isinstance(settings, Settings):
        rules += rules_of_overrides(settings.resource_overrides)
    rendering = rendered_by(app, renderings)
    if isinstance(rendering, Gap):
        return rendering if rules else False
    return hides_a_field(rules, rendering.objects, app.destination.namespace)


def _breach(
    app: Application, operation: Operation, missing: tuple[str, ...], matters: tuple[str, ...]
) -> Breach:
    is_sure = were_there(app, operation)
    variant = "harmless" if not matters else "" if is_sure else "unsure"
    return Breach(
        at="/status/operationState/operation/sync",
        manifest=app.live,
        basis=Basis.OBSERVED,
        variant=variant,
        severity=None if matters else everywhere(Severity.INFO),
        lower=0 if is_sure else 1,
        facts={
            "options": missing,
            "matters": matters,
            "started": operation.started,
            "user": operation.initiated_by,
        },
    )
