"""Features that may still change or go."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from auditor.argocd.control_plane import ControlPlane
from auditor.argocd.workload_settings import DYNAMIC_DISTRIBUTION
from auditor.findings import Breach, Severity, Unseen, everywhere
from auditor.rulebook import rule
from auditor.snapshot.control_planes import CONTROL_PLANES

_SHARDING: Final = "controller.sharding.algorithm"
_ALPHA_SHARDING: Final = ("round-robin", "consistent-hashing")
_BETA: Final = (
    "applicationsetcontroller.enable.progressive.syncs",
    "application.sync.impersonation.enabled",
    "hydrator.enabled",
    "server.enable.proxy.extension",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """An opinion, so that nothing is said unless asked for."""

    is_asked: bool = False


@rule(
    "PLAT-010",
    severity=everywhere(Severity.INFO),
    over=CONTROL_PLANES,
    options=Asked,
)
def alpha_features_in_use(plane: ControlPlane, asked: Asked) -> Iterator[Breach | Unseen]:
    """Compare with the list of features that are not stable (semantics §14.58)."""
    if not asked.is_asked:
        return
    if why := plane.why_unread(_SHARDING, _BETA[1]):
        yield Unseen(why)
    alpha = [*plane.switched_on(DYNAMIC_DISTRIBUTION)]
    sharding = plane.setting(_SHARDING)
    if sharding and sharding.value in _ALPHA_SHARDING:
        alpha.append(sharding)
    for found in (*alpha, *plane.switched_on(*_BETA)):
        yield Breach(
            at=found.at,
            manifest=found.manifest,
            variant="" if found in alpha else "beta",
            facts={"key": found.key, "value": found.value},
            identity=found.key,
        )
