"""Derived: our account of every object beside Argo CD's own, and where the two part."""

from collections.abc import Iterator, Mapping
from typing import Final

from auditor.argocd.agreement import Verdict, verdict
from auditor.argocd.application import Application
from auditor.argocd.settings import Settings
from auditor.kube.ref import ResourceRef
from auditor.snapshot import sections
from auditor.snapshot.derived import APPLICATIONS, SETTINGS
from auditor.snapshot.object_states import ObjectStates, object_states
from auditor.snapshot.section import Collected, Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot

AllStates = Mapping[ResourceRef, ObjectStates]
"""What `OBJECT_STATES` holds: an entry for every live Application."""
Agreement = Mapping[ResourceRef, tuple[Verdict, ...]]
"""What `AGREEMENT` holds: both verdicts on every object, by Application."""


def _states(snapshot: Snapshot) -> AllStates | Missing | Excluded:
    running = snapshot.look(sections.LIVE_APPLICATIONS)
    if not isinstance(running, Collected):
        return running
    return {app.ref: object_states(app, snapshot) for app in _live(snapshot)}


OBJECT_STATES: Final[Derived[AllStates]] = Derived("object_states", _states)


def _agreement(snapshot: Snapshot) -> Agreement | Missing | Excluded:
    states = snapshot.look(OBJECT_STATES)
    if not isinstance(states, Mapping):
        return states
    settings = snapshot.look(SETTINGS)
    known = settings if isinstance(settings, Settings) else None
    return {
        app.ref: tuple(
            found
            for one in states[app.ref].objects
            if (found := verdict(app, one, states[app.ref].gaps, known))
        )
        for app in _live(snapshot)
    }


AGREEMENT: Final[Derived[Agreement]] = Derived("agreement", _agreement)


def _live(snapshot: Snapshot) -> Iterator[Application]:
    applications = snapshot.look(APPLICATIONS)
    found = {app.ref: app for app in applications} if isinstance(applications, tuple) else {}
    return (app for app in found.values() if app.status is not None)
