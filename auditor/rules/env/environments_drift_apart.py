"""A production Application that is looser than its staging twin."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from auditor.argocd.application import Application
from auditor.argocd.environment_words import Words
from auditor.argocd.option_entries import pointer_of
from auditor.argocd.revisions import Pinned, is_chart_range, of_git
from auditor.argocd.sources import Source
from auditor.argocd.twins import staging_twin
from auditor.findings import Breach, Severity, everywhere
from auditor.rulebook import rule
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.names import APPLICATIONS_BY_NAME, ByName

_VALIDATE = "Validate=false"


@dataclass(frozen=True, slots=True)
class DriftOptions:
    """The words of each environment."""

    words: Words = field(default_factory=Words)


@rule(
    "ENV-002",
    severity=everywhere(Severity.INFO),
    over=APPLICATIONS,
    needs=(APPLICATIONS_BY_NAME,),
    options=DriftOptions,
)
def environments_drift_apart(
    app: Application, options: DriftOptions, by_name: ByName
) -> Iterator[Breach]:
    """Compare with the twin: pruning, validation, revisions that move."""
    twin = staging_twin(app, by_name, options.words)
    if twin is None:
        return
    looser = tuple(_looser(app, twin))
    if looser:
        yield Breach(
            at=looser[0][0],
            facts={"twin": twin.ref, "settings": tuple(text for _, text in looser)},
            group=f"{app.ref.qualified} {twin.ref.qualified}",
            identity=twin.ref.qualified,
        )


def _looser(app: Application, twin: Application) -> Iterator[tuple[str, str]]:
    """Yield pointer and text of what only production allows."""
    if app.policy.prunes and not twin.policy.prunes:
        yield "/spec/syncPolicy/automated/prune", "prune: true"
    if app.policy.options.has(_VALIDATE) and not twin.policy.options.has(_VALIDATE):
        yield pointer_of(app.spec, _VALIDATE), _VALIDATE
    if not any(_moves(source) for source in twin.sources):
        for source in app.sources:
            if _moves(source):
                revision = source.target_revision or "HEAD"
                yield f"{source.pointer}/targetRevision", f"targetRevision: {revision}"


def _moves(source: Source) -> bool:
    if source.chart:
        return is_chart_range(source.target_revision)
    return of_git(source.target_revision) in (Pinned.BRANCH, Pinned.RANGE)
