"""An Application of a project that is not in the cluster."""

from collections.abc import Iterator

from auditor.argocd.application import Application
from auditor.argocd.freshness import Freshness
from auditor.argocd.project_verdict import Trust, Word
from auditor.findings import Basis, Breach, Severity, Unseen, everywhere
from auditor.kube.gap import Gap
from auditor.rulebook import rule
from auditor.snapshot import Collected, Excluded, Missing
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.freshness import FRESHNESS
from auditor.snapshot.projects import EFFECTIVE_PROJECTS, EffectiveProjects
from auditor.snapshot.sections import LIVE_PROJECTS


@rule(
    "PROJ-001",
    severity=everywhere(Severity.HIGH),
    over=APPLICATIONS,
    needs=(LIVE_PROJECTS, EFFECTIVE_PROJECTS),
    uses=(FRESHNESS,),
    options=Trust,
)
def project_does_not_exist(
    app: Application,
    options: Trust,
    look: Collected,
    projects: EffectiveProjects,
    freshness: Freshness | Missing | Excluded,
) -> Iterator[Breach | Unseen]:
    """Look the project up; an empty name is `default` (semantics §1.1, §1.4)."""
    if app.ref in projects.strangers:
        yield Unseen(Gap("application_not_live", {"application": app.ref.qualified}))
        return
    if app.project in projects.live:
        return
    word = Word.of(app, freshness if isinstance(freshness, Freshness) else None, options)
    if look.gaps and not word.refuses_project:
        yield Unseen(look.gaps[0])
    elif word.accepts_spec and not word.refuses_project:
        yield Unseen(Gap("argocd_permits", {"project": app.project}))
    else:
        yield Breach(
            at="/spec/project",
            facts={"project": app.project},
            variant="declared" if app.project in projects.by_name else "",
            basis=Basis.OBSERVED if word.refuses_project else Basis.DECLARED,
            keys=frozenset({("project", app.project)}),
        )
