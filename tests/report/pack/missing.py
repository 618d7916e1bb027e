"""A namespace that no snapshot of these tests holds."""

from collections.abc import Iterator

from auditor.argocd.application import Application
from auditor.findings import Breach, Edit, Fix, Severity, Unseen, by_tier
from auditor.kube.gap import Gap
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS


@rule(
    "NS-001",
    severity=by_tier(production=Severity.CRITICAL, other=Severity.HIGH),
    over=APPLICATIONS,
    options=NoOptions,
)
def missing(app: Application, _: NoOptions) -> Iterator[Breach | Unseen]:
    """Find what the name of the Application asks for."""
    if "elsewhere" in app.ref.name:
        yield Unseen(Gap("cluster_outside_snapshot", {"cluster": app.destination.cluster}))
    if "batch" not in app.ref.name:
        return
    namespace = app.destination.namespace
    yield Breach(
        at="/spec/destination/namespace",
        facts={"namespace": namespace, "kinds": ("ConfigMap", "Deployment", "Job", "Role", "PVC")},
        group=namespace,
        keys=frozenset({("namespace", namespace)}),
        fix=Fix((Edit("set", "/spec/syncPolicy/syncOptions/-", "CreateNamespace=true"),)),
    )
