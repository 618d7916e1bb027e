"""An installation that notices commits late, or only when it is told."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.control_plane import ControlPlane
from auditor.argocd.detection import INTERVAL, JITTER, detection_of
from auditor.argocd.spoken_environment import is_production
from auditor.findings import Breach, Severity, Unseen, everywhere
from auditor.rulebook import rule
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.control_planes import CONTROL_PLANES
from auditor.snapshot.derived import APPLICATIONS

_PRODUCTION: Final = everywhere(Severity.MEDIUM)


@dataclass(frozen=True, slots=True)
class Expectation:
    """How soon a commit is to be noticed."""

    webhook: bool = False
    """Whether a webhook is known to announce commits; settings do not show it without Secrets."""
    within: timedelta = timedelta(minutes=3)
    """The default interval with the default jitter."""


@rule(
    "SYNC-010",
    severity=everywhere(Severity.LOW),
    over=CONTROL_PLANES,
    uses=(APPLICATIONS,),
    options=Expectation,
)
def detection_is_slow(
    plane: ControlPlane,
    expected: Expectation,
    applications: tuple[Application, ...] | Missing | Excluded,
) -> Iterator[Breach | Unseen]:
    """Compare the longest wait, as the settings are parsed (semantics §9)."""
    if expected.webhook:
        return
    if why := plane.why_unread(INTERVAL):
        yield Unseen(why)
        return
    found = detection_of(plane)
    if found.polls and found.longest <= expected.within:
        return
    known = applications if isinstance(applications, tuple) else ()
    manifest, at = plane.place_of(INTERVAL if plane.setting(INTERVAL) else JITTER)
    waits = {"longest": found.longest, "interval": found.interval, "jitter": found.jitter}
    yield Breach(
        at=at,
        manifest=manifest,
        variant="" if found.polls else "never",
        severity=_PRODUCTION if any(map(is_production, known)) else None,
        facts=waits if found.polls else {},
        identity=INTERVAL,
    )
