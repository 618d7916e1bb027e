"""A sync that failed, seen in the cluster."""

from collections.abc import Iterator

from auditor.argocd.application import Application
from auditor.findings import Basis, Breach, Evidence, Severity, Unseen, everywhere
from auditor.kube.gap import Gap
from auditor.kube.ref import ResourceRef
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS


@rule("LIVE-001", severity=everywhere(Severity.HIGH), over=APPLICATIONS, options=NoOptions)
def failing(app: Application, _: NoOptions) -> Iterator[Breach | Unseen]:
    """Find OutOfSync."""
    if app.status is None:
        yield Unseen(Gap("application_not_live"))
    elif app.status.sync == "OutOfSync":
        yield Breach(
            at="/status/sync/status",
            manifest=app.live,
            basis=Basis.OBSERVED,
            facts={"state": "<b>OutOfSync</b>"},
            keys=frozenset({("namespace", app.destination.namespace)}),
            evidence=(
                Evidence(pointer="/status/sync/status", live=app.status.sync, is_live=True),
                Evidence(
                    pointer="/metadata/annotations/cert-manager.io~1cluster-issuer",
                    object=ResourceRef("networking.k8s.io", "Ingress", "shop", "web"),
                    declared="letsencrypt-production",
                    is_declared=True,
                    live="letsencrypt-dns",
                    is_live=True,
                    manager="cert-manager",
                    time="2026-11-22T16:34:00Z",
                ),
            ),
        )
