"""A prune that would take data, or half of what an Application runs."""

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.argocd.application import Application
from auditor.argocd.stateful import DATABASE_KINDS
from auditor.findings import Basis, Breach, Severity, Unseen, by_tier
from auditor.kube.gap import Gap
from auditor.rulebook import rule
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.pending_prunes import PENDING_PRUNES, Pending


@dataclass(frozen=True, slots=True)
class Kinds:
    """What counts as holding data, besides claims, volumes and StatefulSets."""

    database_kinds: tuple[str, ...] = DATABASE_KINDS
    """`group/Kind` of database operators."""


@rule(
    "PRUNE-011",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(PENDING_PRUNES,),
    options=Kinds,
)
def prune_would_remove_much(
    app: Application, options: Kinds, pending: Pending
) -> Iterator[Breach | Unseen]:
    """Count what no guard keeps; with pruning off somebody still has to press the button."""
    found = pending[app.ref]
    if isinstance(found, Gap):
        yield Unseen(found)
        return
    if not found.is_much(options.database_kinds):
        return
    if found.unseen:
        yield Unseen(found.unseen)
        return
    data = found.data(options.database_kinds)
    yield Breach(
        at="/status/resources",
        manifest=app.live,
        basis=Basis.OBSERVED,
        variant="" if found.prunes else "prune_is_off",
        lower=0 if found.prunes else 1,
        facts={
            "count": len(found.unguarded),
            "total": found.total,
            "stateful": len(data),
            "objects": tuple(ref.label for ref in data),
            "pending": tuple(ref.label for ref in found.unguarded),
        },
        keys=frozenset(("object", ref.label) for ref in found.unguarded),
    )
