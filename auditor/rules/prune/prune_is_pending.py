"""Objects that left Git and stay in the cluster because nothing prunes them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from auditor.argocd.application import Application
from auditor.argocd.stateful import DATABASE_KINDS
from auditor.findings import Basis, Breach, Severity, Unseen, by_tier, everywhere
from auditor.kube.gap import Gap
from auditor.rulebook import rule
from auditor.snapshot.derived import APPLICATIONS, NOW
from auditor.snapshot.pending_prunes import PENDING_PRUNES, Pending


@dataclass(frozen=True, slots=True)
class Patience:
    """How long leftovers may stay, and what PRUNE-011 counts as data."""

    pending_after: timedelta = timedelta()
    """The API stores no such age; only where a sync left them alone a lower bound is known."""
    database_kinds: tuple[str, ...] = DATABASE_KINDS
    """`group/Kind` of database operators."""


@rule(
    "PRUNE-010",
    severity=by_tier(production=Severity.LOW, other=Severity.INFO),
    over=APPLICATIONS,
    needs=(PENDING_PRUNES, NOW),
    options=Patience,
)
def prune_is_pending(
    app: Application, options: Patience, pending: Pending, now: datetime
) -> Iterator[Breach | Unseen]:
    """Report the steady state with pruning off, which is no drift (traps 9 and 44)."""
    found = pending[app.ref]
    if isinstance(found, Gap):
        yield Unseen(found)
        return
    age = now - found.since if found.since else None
    is_early = age is not None and age <= options.pending_after
    goes_soon = (found.prunes and bool(found.unguarded)) or found.is_syncing
    # PRUNE-011 speaks where much would go; without the guards it cannot.
    is_told = found.is_much(options.database_kinds) and not found.unseen
    if not found.rows or goes_soon or is_early or is_told:
        return
    is_guarded = not found.unguarded
    yield Breach(
        at="/status/resources",
        manifest=app.live,
        basis=Basis.OBSERVED,
        variant="guarded" if is_guarded else "",
        severity=everywhere(Severity.INFO) if is_guarded else None,
        facts={
            "count": len(found.rows),
            "objects": tuple(ref.label for ref in found.rows),
            "age": age,
        },
        keys=frozenset(("object", ref.label) for ref in found.rows),
    )
