"""Objects that two Applications of one cluster both manage."""

from collections.abc import Iterator

from auditor.argocd.application import Application
from auditor.findings import Basis, Breach, Severity, Unseen, by_tier
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.claims import CLAIMS, Claims
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.lineage import definition_of
from auditor.snapshot.section import Excluded, Missing
from auditor.snapshot.shared_objects import SHARES, Shares, Sharing


@rule(
    "SRC-007",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(SHARES,),
    uses=(CLAIMS,),
    options=NoOptions,
)
def object_claimed_by_two_applications(
    app: Application, _: NoOptions, shares: Shares, claims: Claims | Missing | Excluded
) -> Iterator[Breach | Unseen]:
    """Argo CD warns on one side only; both are named (§16.19)."""
    for sharing in shares.get(definition_of(app), ()):
        yield _breach(app, sharing)
    if isinstance(claims, Missing | Excluded):
        if app.status is None:
            yield Unseen(claims.why)
    elif app.status is None and (why := claims.why_unknown(app)):
        yield Unseen(why)


def _breach(app: Application, sharing: Sharing) -> Breach:
    other = sharing.other(app.ref)
    return Breach(
        at=app.sources[0].pointer if len(app.sources) == 1 else "/spec",
        variant="identical" if sharing.is_identical else "",
        facts={"object": sharing.objects[0], "count": len(sharing.objects), "other": other},
        lower=int(sharing.is_identical) + int(not sharing.is_sure),
        basis=Basis.OBSERVED if sharing.is_observed else Basis.DECLARED,
        group=" ".join(ref.qualified for ref in sharing.pair),
        keys=frozenset(("object", ref.label) for ref in sharing.objects),
        identity=other.qualified,
    )
