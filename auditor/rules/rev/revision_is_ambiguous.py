"""A target revision that a branch and a tag both bear."""

from collections.abc import Iterator

from auditor.argocd.application import Application
from auditor.argocd.revisions import Pinned, of_git
from auditor.findings import Breach, Edit, Fix, Severity, Unseen, everywhere
from auditor.kube.gap import Gap
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.revisions import REVISIONS, Revisions


@rule(
    "REV-005",
    severity=everywhere(Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(REVISIONS,),
    options=NoOptions,
)
def revision_is_ambiguous(
    app: Application, _: NoOptions, known: Revisions
) -> Iterator[Breach | Unseen]:
    """Look the name up among the refs of the repository (I-41)."""
    for source in app.sources:
        revision = source.target_revision
        is_name = revision not in ("", "HEAD") and not revision.startswith("refs/")
        if source.chart or not is_name or of_git(revision) is Pinned.COMMIT:
            continue
        names = known.ambiguities(source.repo_url)
        if names is None:
            yield Unseen(Gap("refs_not_read", {"repository": source.repo_url}))
        elif revision in names:
            at = f"{source.pointer}/targetRevision"
            yield Breach(
                at=at,
                facts={"revision": revision, "repository": source.repo_url},
                fix=Fix((Edit("set", at, f"refs/heads/{revision}"),), is_safe=False),
                identity=source.pointer,
            )
