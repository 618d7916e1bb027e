"""CreateNamespace=true without a namespace to create."""

from collections.abc import Iterator

from auditor.argocd.application import Application
from auditor.argocd.option_entries import CREATE_NAMESPACE, pointer_of
from auditor.findings import Breach, Severity, everywhere
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS


@rule(
    "NS-007",
    severity=everywhere(Severity.LOW),
    over=APPLICATIONS,
    options=NoOptions,
)
def create_namespace_without_namespace(app: Application, _: NoOptions) -> Iterator[Breach]:
    """Ask for destination.namespace, the only namespace that the option creates."""
    if app.destination.namespace or not app.policy.options.has(CREATE_NAMESPACE):
        return
    yield Breach(
        at=pointer_of(app.spec, CREATE_NAMESPACE),
        facts={"option": CREATE_NAMESPACE},
        keys=frozenset({("option", CREATE_NAMESPACE)}),
    )
