"""Labels and annotations for a namespace that Argo CD does not create, and so never labels."""

from collections.abc import Iterator

from auditor.argocd.application import Application
from auditor.findings import Breach, Edit, Fix, Severity, by_tier
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS


@rule(
    "NS-004",
    severity=by_tier(production=Severity.MEDIUM, other=Severity.LOW),
    over=APPLICATIONS,
    options=NoOptions,
)
def namespace_metadata_has_no_effect(app: Application, _: NoOptions) -> Iterator[Breach]:
    """Ask for the option that managedNamespaceMetadata works with (semantics §3.3)."""
    metadata = app.policy.managed_namespace_metadata
    if metadata is None or app.policy.options.has("CreateNamespace=true"):
        return
    keys = (*sorted(metadata.labels), *sorted(metadata.annotations))
    yield Breach(
        at="/spec/syncPolicy/managedNamespaceMetadata",
        facts={"namespace": app.destination.namespace, "keys": keys},
        keys=frozenset({("namespace", app.destination.namespace)}),
        fix=Fix((Edit("set", "/spec/syncPolicy/syncOptions/-", "CreateNamespace=true"),)),
    )
