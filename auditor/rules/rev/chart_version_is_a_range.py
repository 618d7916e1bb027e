"""A chart version, or a Git revision, that means whatever is newest when Argo CD looks."""

from collections.abc import Iterator

from auditor.argocd.application import Application
from auditor.argocd.revisions import is_chart_range, is_range
from auditor.findings import Breach, Severity, by_tier
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS


@rule(
    "REV-002",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    options=NoOptions,
)
def chart_version_is_a_range(app: Application, _: NoOptions) -> Iterator[Breach]:
    """Read the revision as a semantic version constraint (tracking_strategies)."""
    for source in app.sources:
        revision = source.target_revision
        is_chart = bool(source.chart)
        if is_chart_range(revision) if is_chart else is_range(revision):
            yield Breach(
                at=f"{source.pointer}/targetRevision",
                variant="" if is_chart else "tags",
                lower=0 if is_chart else 1,
                facts={
                    "range": revision,
                    "repository": source.repo_url,
                    **({"chart": source.chart} if is_chart else {}),
                },
                identity=source.pointer,
            )
