"""Derived: whether waves between child Applications wait, and where that is known from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from auditor.argocd.application_health import chart_settings, has_check, has_check_in
from auditor.argocd.settings import Settings
from auditor.kube.loose import texts
from auditor.snapshot.declared_settings import declared_maps
from auditor.snapshot.derived import APPLICATIONS, SETTINGS
from auditor.snapshot.section import Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot

CHART: Final = "argo-cd"


@dataclass(frozen=True, slots=True)
class ApplicationHealth:
    """The check, and the side that says so."""

    is_restored: bool
    source: str
    """`cluster`, `repository`, or empty where nothing that was read sets up Argo CD."""
    is_partial: bool = False
    """True where a chart of Argo CD has value files that were not looked into."""


def _health(snapshot: Snapshot) -> ApplicationHealth | Missing | Excluded:
    live = snapshot.look(SETTINGS)
    if isinstance(live, Settings):
        return ApplicationHealth(has_check(live.resource_overrides), "cluster")
    written = list(_written(snapshot))
    if any(has_check_in(data) for data in written):
        return ApplicationHealth(is_restored=True, source="repository")
    if not written and isinstance(live, Missing):
        return live
    source = "repository" if written else ""
    return ApplicationHealth(
        is_restored=False, source=source, is_partial=_has_value_files(snapshot)
    )


def _written(snapshot: Snapshot) -> Iterator[Mapping[str, Any]]:
    """Yield what the repositories write into argocd-cm, delivered by an Application or not."""
    for manifest in declared_maps(snapshot, "argocd-cm"):
        yield manifest.mapping("data")
    applications = snapshot.look(APPLICATIONS)
    for app in applications if isinstance(applications, tuple) else ():
        for source in app.sources:
            if source.chart == CHART:
                yield from chart_settings(source.helm)


def _has_value_files(snapshot: Snapshot) -> bool:
    applications = snapshot.look(APPLICATIONS)
    return isinstance(applications, tuple) and any(
        source.chart == CHART and texts(source.helm, "valueFiles")
        for app in applications
        for source in app.sources
    )


APPLICATION_HEALTH: Final[Derived[ApplicationHealth]] = Derived("application_health", _health)
