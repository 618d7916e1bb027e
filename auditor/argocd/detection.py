"""How soon Argo CD notices a commit by itself: the interval of argocd-cm as it is parsed."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from auditor.argocd.control_plane import ControlPlane
from auditor.argocd.freshness import Freshness
from auditor.argocd.settings import Settings

INTERVAL: Final = "timeout.reconciliation"
JITTER: Final = "timeout.reconciliation.jitter"


@dataclass(frozen=True, slots=True)
class Detection:
    """Polling of one installation."""

    interval: timedelta
    jitter: timedelta

    @property
    def longest(self) -> timedelta:
        """Return when a commit is noticed at the latest; zero: never, unless it is announced."""
        return self.interval + self.jitter

    @property
    def polls(self) -> bool:
        """Say whether commits are looked for at all."""
        return bool(self.longest)


def detection_of(plane: ControlPlane) -> Detection:
    """Read both keys as the release does: jitter is newer than the interval."""
    written = {key: value for key in (INTERVAL, JITTER) if (value := plane.value(key))}
    settings = Settings.parse(written)
    longest = Freshness.of((), settings, plane.version).period
    interval = min(settings.timeout_reconciliation or longest, longest)
    return Detection(interval, longest - interval)
