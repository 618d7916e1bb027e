"""`prune: false` on a child whose parent would delete the child with all it manages."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.annotations import SYNC_OPTIONS, items
from auditor.argocd.application import Application
from auditor.argocd.releases import Version
from auditor.argocd.sync_options import is_guarded_from_pruning
from auditor.findings import Breach, Edit, Fix, Severity, by_tier
from auditor.kube import pointer
from auditor.kube.manifest import at
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS, VERSION
from auditor.snapshot.parents import PARENTS, Parents

_ANNOTATION: Final = pointer.join(("metadata", "annotations", SYNC_OPTIONS))


@rule(
    "PRUNE-002",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(VERSION, PARENTS),
    options=NoOptions,
)
def parent_defeats_prune_false(
    app: Application, _: NoOptions, known: tuple[Version, str], parents: Parents
) -> Iterator[Breach]:
    """Ask the parent, which prunes Application objects, and the finalizer (§6.3, trap 48)."""
    if at(app.spec, "syncPolicy", "automated", "prune") is not False or not app.cascades:
        return
    version, _source = known
    child = (app.live or app.manifest).raw
    for parent in parents.get(app.ref, ()):
        is_safe = is_guarded_from_pruning(child, parent.policy.options, version)
        if not parent.policy.prunes or is_safe:
            continue
        options = ",".join((*items(app.manifest.raw, SYNC_OPTIONS), "Prune=false"))
        yield Breach(
            at="/spec/syncPolicy/automated/prune",
            facts={"parent": parent.ref},
            keys=frozenset({("object", app.ref.label)}),
            fix=Fix((Edit("set", _ANNOTATION, options),)),
            identity=parent.ref.qualified,
        )
