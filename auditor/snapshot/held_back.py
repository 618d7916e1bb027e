"""Applications whose automated sync a window of their project holds back now."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.windows import BadWindow, Window, can_sync, matching, windows_of
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef
from auditor.snapshot import sections
from auditor.snapshot.derived import APPLICATIONS, NOW
from auditor.snapshot.section import Collected, Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot


def _held_back(snapshot: Snapshot) -> frozenset[ResourceRef] | Missing | Excluded:
    projects, now = snapshot.look(sections.LIVE_PROJECTS), snapshot.look(NOW)
    applications = snapshot.look(APPLICATIONS)
    if not isinstance(projects, Collected):
        return projects
    if isinstance(now, Missing | Excluded):
        return now
    if not isinstance(applications, tuple):
        return applications
    return frozenset(_closed(applications, projects.items, now))


def _closed(
    applications: Iterable[Application], projects: Iterable[Manifest], now: datetime
) -> Iterable[ResourceRef]:
    windows = {p.ref.name: windows_of(p.get("spec", "syncWindows")) for p in projects}
    for app in applications:
        raw = (app.live or app.manifest).raw
        chosen = matching(windows.get(app.project, ()), raw)
        if chosen and not _is_open(chosen, now):
            yield app.ref


def _is_open(windows: tuple[Window, ...], now: datetime) -> bool:
    try:
        return can_sync(windows, now, is_manual=False)
    except BadWindow:
        return False


HELD_BACK: Final[Derived[frozenset[ResourceRef]]] = Derived("held_back", _held_back)
