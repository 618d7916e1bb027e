"""A repository that the project does not list."""

from collections.abc import Iterator

from auditor.argocd.application import Application
from auditor.argocd.freshness import Freshness
from auditor.argocd.project_verdict import Trust, Word
from auditor.argocd.sources import Source
from auditor.findings import Basis, Breach, Severity, Unseen, everywhere
from auditor.kube.gap import Gap
from auditor.rulebook import rule
from auditor.snapshot import Excluded, Missing, redact
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.freshness import FRESHNESS
from auditor.snapshot.projects import EFFECTIVE_PROJECTS, Effective, EffectiveProjects

_HYDRATED = "/spec/sourceHydrator/syncSource"


@rule(
    "PROJ-002",
    severity=everywhere(Severity.HIGH),
    over=APPLICATIONS,
    needs=(EFFECTIVE_PROJECTS,),
    uses=(FRESHNESS,),
    options=Trust,
)
def source_is_not_permitted(
    app: Application,
    options: Trust,
    projects: EffectiveProjects,
    freshness: Freshness | Missing | Excluded,
) -> Iterator[Breach | Unseen]:
    """Ask for every source, those that only lend files too (semantics §3.5, trap 46)."""
    found = projects.of(app)
    if isinstance(found, Gap):
        yield Unseen(found)
        return
    word = Word.of(app, freshness if isinstance(freshness, Freshness) else None, options)
    for source in app.sources:
        if not source.repo_url or found.project.permits_source(source.repo_url):
            continue
        if word.accepts_spec:
            yield Unseen(Gap("argocd_permits", {"project": app.project}))
        else:
            yield _breach(found, source, is_seen=word.refuses_source(source.repo_url))


def _breach(found: Effective, source: Source, *, is_seen: bool) -> Breach:
    where = source.pointer
    if where == _HYDRATED and "repoURL" not in source.raw:
        where = "/spec/sourceHydrator/drySource"
    return Breach(
        at=f"{where}/repoURL",
        facts={
            "project": found.project.name,
            "repository": redact.url(source.repo_url),
            "permitted": tuple(map(redact.url, found.project.source_repos)),
        },
        variant="" if found.project.source_repos else "none",
        lower=0 if found.is_live else 1,
        basis=Basis.OBSERVED if is_seen else Basis.DECLARED,
        keys=frozenset({("project", found.project.name)}),
    )
