"""A finalizer that looks like Argo CD's and that Argo CD never takes off."""

from collections.abc import Iterator

from auditor.argocd.application import Application
from auditor.argocd.finalizers import UnknownFinalizer, unknown_finalizers
from auditor.argocd.releases import Version
from auditor.findings import Basis, Breach, Edit, Fix, Severity, by_tier
from auditor.kube.manifest import Manifest
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS, VERSION


@rule(
    "PRUNE-005",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(VERSION,),
    options=NoOptions,
)
def finalizer_is_unknown(
    app: Application, _: NoOptions, known: tuple[Version, str]
) -> Iterator[Breach]:
    """Compare with the finalizers of the release (semantics §6.2), in Git, then live."""
    told = set()
    for manifest in (app.declared, app.live):
        for found in unknown_finalizers(manifest.raw, known[0]) if manifest else ():
            if found.text not in told:
                told.add(found.text)
                yield _breach(app, manifest, found)


def _breach(app: Application, manifest: Manifest | None, found: UnknownFinalizer) -> Breach:
    variant = "misspelt" if found.meant else ""
    is_declared = manifest is app.declared
    mend = Edit("set", found.pointer, found.meant) if found.meant else Edit("remove", found.pointer)
    return Breach(
        at=found.pointer,
        manifest=manifest,
        variant="hanging" if app.is_deleting else variant,
        basis=Basis.OBSERVED if app.is_deleting else Basis.DECLARED,
        facts={"finalizer": found.text} | ({"meant": found.meant} if found.meant else {}),
        # what deletion does from then on is a decision
        fix=Fix((mend,), is_safe=False) if is_declared else None,
        identity=found.text,
    )
