"""Destinations that name no cluster, two, or one that Argo CD does not know."""

import re
from collections.abc import Iterator
from typing import Final

from auditor.argocd.application import Application, Destination
from auditor.argocd.rendering_verdict import has_rendered
from auditor.findings import Basis, Breach, Severity, Unseen, everywhere
from auditor.kube.gap import Gap
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.chart_defaults import CHART_DEFAULTS, ChartDefaults
from auditor.snapshot.delivered import DELIVERIES, as_applied
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.freshness import FRESHNESS

_UNRESOLVED: Final = re.compile(
    r"there are no clusters with this name|there are \d+ clusters with the same name"
    r"|error getting cluster by|can't have both name and server|Destination server missing"
)


@rule(
    "SPEC-003",
    severity=everywhere(Severity.HIGH),
    over=APPLICATIONS,
    uses=(DELIVERIES, FRESHNESS, CHART_DEFAULTS),
    options=NoOptions,
)
def destination_is_ambiguous(
    app: Application,
    _: NoOptions,
    deliveries: object,
    freshness: object,
    defaults: ChartDefaults,
) -> Iterator[Breach | Unseen]:
    """Argo CD's word on this very destination comes first (util/argo: GetDestinationCluster)."""
    is_current = app.live is None or Destination.parse(app.live.mapping("spec")) == app.destination
    message = _message(app) if is_current else ""
    basis = Basis.OBSERVED if message else Basis.DECLARED
    if is_current and not message and has_rendered(app, freshness):
        return
    applied = as_applied(app, deliveries)
    there = Destination.parse(applied[0].mapping("spec")) if applied else app.destination
    if there.server and there.name:
        facts = {"server": there.server, "name": there.name}
        yield Breach(at="/spec/destination/name", variant="both", facts=facts, basis=basis)
    elif not there.server and not there.name:
        why = defaults.left_open(app)
        breach = Breach(at="/spec/destination", variant="neither", facts={}, basis=basis)
        yield Unseen(why) if why else breach
    elif message:
        at = f"/spec/destination/{'name' if there.name else 'server'}"
        facts = {"cluster": there.cluster, "message": message}
        yield Breach(at=at, variant="unknown", facts=facts, basis=basis)
    elif not there.is_in_cluster:
        yield Unseen(Gap("cluster_registration_unknown", {"cluster": there.cluster}))


def _message(app: Application) -> str:
    """Return what Argo CD says about the cluster; the condition's type differs by release."""
    messages = (c.message for c in app.status.conditions if c.is_error) if app.status else ()
    return next((text for text in messages if _UNRESOLVED.search(text)), "")
