"""A source that follows a branch, so that what runs changes without a change of the Application."""

from collections.abc import Iterator

from auditor.argocd import git_url
from auditor.argocd.application import Application
from auditor.argocd.revisions import Pinned, of_git
from auditor.findings import Breach, Severity, Unseen, production_only
from auditor.kube.gap import Gap
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.revisions import REVISIONS, Revisions


@rule(
    "REV-001",
    severity=production_only(Severity.INFO),
    over=APPLICATIONS,
    needs=(REVISIONS,),
    options=NoOptions,
)
def revision_can_move(
    app: Application, _: NoOptions, known: Revisions
) -> Iterator[Breach | Unseen]:
    """Ask each Git source for a commit or a tag (tracking_strategies)."""
    for source in app.sources:
        if source.chart:
            continue
        revision = source.target_revision
        match of_git(revision, known.branches(source.repo_url)):
            case Pinned.BRANCH:
                yield Breach(
                    at=f"{source.pointer}/targetRevision",
                    facts={
                        "revision": revision or "HEAD",
                        "repository": source.repo_url,
                    },
                    group=f"{git_url.normalise_allow_invalid(source.repo_url)}@{revision}",
                    identity=source.pointer,
                )
            case Pinned.UNKNOWN:
                facts = {"revision": revision, "repository": source.repo_url}
                yield Unseen(Gap("revision_kind_unknown", facts))
            case _:
                pass
