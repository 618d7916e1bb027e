"""Two Applications that write different labels or annotations on one namespace."""

from collections.abc import Iterator

from auditor.argocd.application import Application
from auditor.findings import Breach, Severity, everywhere
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.namespace_metadata import NAMESPACE_METADATA, MetadataOwners


@rule(
    "NS-008",
    severity=everywhere(Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(NAMESPACE_METADATA,),
    options=NoOptions,
)
def two_owners_of_namespace_metadata(
    app: Application, _: NoOptions, owners: MetadataOwners
) -> Iterator[Breach]:
    """Compare managedNamespaceMetadata in force with every other owner (semantics §3.3)."""
    mine = owners.of(app)
    if mine is None or mine.is_manifest:
        return
    namespace = app.destination.namespace
    for other in owners.others(app):
        if keys := mine.clashes(other):
            yield Breach(
                at="/spec/syncPolicy/managedNamespaceMetadata",
                variant="manifest" if other.is_manifest else "",
                facts={"namespace": namespace, "other": other.application, "keys": keys},
                keys=frozenset({("namespace", namespace)}),
                group=f"{app.destination.cluster} {namespace}",
                identity=other.application.qualified,
            )
