"""How many Applications of an environment sync by themselves."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from auditor.argocd.application import Application
from auditor.argocd.spoken_environment import of_application
from auditor.kube.ref import ResourceRef


@dataclass(frozen=True, slots=True)
class Share:
    """The Applications of one environment."""

    environment: str
    """`production`, `staging`, `development`, or empty where no name says one."""
    automated: int
    total: int

    def is_at_least(self, percent: int) -> bool:
        """Tell whether that part of them, of 100, syncs by itself."""
        return self.total > 0 and 100 * self.automated >= percent * self.total


def shares(
    applications: Iterable[Application], left_out: frozenset[ResourceRef]
) -> Mapping[str, Share]:
    """Return the share of each environment; one name counts once."""
    found: dict[str, dict[ResourceRef, bool]] = defaultdict(dict)
    for app in applications:
        if app.ref not in left_out:
            found[of_application(app)].setdefault(app.ref, app.policy.is_automated)
    return {name: Share(name, sum(apps.values()), len(apps)) for name, apps in found.items()}
