"""Whether Argo CD's word on each Application is recent, as a derived section."""

from typing import Final

from auditor.argocd.freshness import Freshness
from auditor.argocd.releases import NEWEST
from auditor.argocd.settings import Settings
from auditor.snapshot.derived import APPLICATIONS, SETTINGS, VERSION
from auditor.snapshot.section import Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot


def _freshness(snapshot: Snapshot) -> Freshness | Missing | Excluded:
    applications = snapshot.look(APPLICATIONS)
    if not isinstance(applications, tuple):
        return applications
    settings, version = snapshot.look(SETTINGS), snapshot.look(VERSION)
    return Freshness.of(
        applications,
        settings if isinstance(settings, Settings) else None,
        version[0] if isinstance(version, tuple) else NEWEST,
    )


FRESHNESS: Final[Derived[Freshness]] = Derived("freshness", _freshness)
