"""Production workloads that go with their Application, and nothing that says this is wanted."""

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.argocd.application import Application
from auditor.argocd.declaration import repository_of
from auditor.argocd.guards import is_deletion_guarded
from auditor.argocd.releases import Version
from auditor.findings import Breach, Severity, production_only
from auditor.rulebook import rule
from auditor.snapshot.derived import APPLICATIONS, VERSION
from auditor.snapshot.parents import PARENTS, Parents


@dataclass(frozen=True, slots=True)
class Opinion:
    """Whether deleting with the Application is questioned at all; most teams want it."""

    is_asked: bool = False


@rule(
    "PRUNE-006",
    severity=production_only(Severity.INFO),
    over=APPLICATIONS,
    needs=(VERSION, PARENTS),
    options=Opinion,
)
def production_application_has_finalizer(
    app: Application, opinion: Opinion, known: tuple[Version, str], parents: Parents
) -> Iterator[Breach]:
    """Ask for an approval somewhere between the deletion and the workloads (semantics §6.2)."""
    above = parents.get(app.ref, ())
    if not opinion.is_asked or not app.cascades or is_deletion_guarded(app, above, known[0]):
        return
    parent = above[0].ref if above else None
    yield Breach(
        at="/metadata/finalizers",
        manifest=app.live or app.manifest,
        variant="" if parent else "alone",
        facts={"parent": parent} if parent else {},
        group=parent.qualified if parent else repository_of(app),
        identity="finalizers",
    )
