"""The rights of the application controller."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from auditor.argocd.cluster_access import unlimited
from auditor.argocd.control_plane import ControlPlane
from auditor.findings import Basis, Breach, Severity, Unseen, everywhere
from auditor.kube.gap import Gap
from auditor.rulebook import rule
from auditor.snapshot import Collected, Excluded, Missing
from auditor.snapshot.control_planes import CONTROL_PLANES
from auditor.snapshot.sections import LIVE_ACCESS

_USUAL: Final = "argocd-application-controller"


@dataclass(frozen=True, slots=True)
class Asked:
    """An opinion, so that nothing is said unless asked for."""

    is_asked: bool = False


@rule(
    "PLAT-012",
    severity=everywhere(Severity.INFO),
    over=CONTROL_PLANES,
    uses=(LIVE_ACCESS,),
    options=Asked,
)
def controller_is_cluster_admin(
    plane: ControlPlane, asked: Asked, access: Collected | Missing | Excluded
) -> Iterator[Breach | Unseen]:
    """Follow the controller's ServiceAccount to the ClusterRoles it is bound to (§14.59)."""
    if not asked.is_asked:
        return
    if not isinstance(access, Collected) or not plane.is_live:
        yield Unseen(Gap("no_cluster") if isinstance(access, Collected) else access.why)
        return
    account = plane.controller.service_account if plane.controller else ""
    found = list(unlimited(access.items, plane.namespace, account or _USUAL))
    if not found and access.gaps:
        yield Unseen(access.gaps[0])
    for binding, role in found:
        yield Breach(
            at="/roleRef",
            manifest=binding,
            facts={"account": account or _USUAL, "role": role, "binding": binding.ref.name},
            identity=binding.ref.name,
            basis=Basis.OBSERVED,
        )
