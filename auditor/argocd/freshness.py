"""How old Argo CD's word on an Application is, and since when it can have been so."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self

from auditor.argocd.application import Application
from auditor.argocd.releases import Version
from auditor.argocd.settings import DEFAULT_JITTER, DEFAULT_RECONCILIATION, Settings
from auditor.argocd.status import Status
from auditor.kube.managed_fields import entries
from auditor.kube.manifest import Manifest
from auditor.kube.moment import moment

SKIP_RECONCILE: Final = "argocd.argoproj.io/skip-reconcile"

_TRUE: Final = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_JITTER_SINCE: Final = Version(2, 11)
_BEFORE_JITTER: Final = timedelta(seconds=180)


@dataclass(frozen=True, slots=True)
class Freshness:
    """The installation's newest comparison, and how often one is due."""

    newest: datetime | None
    """None where no Application was ever compared."""
    period: timedelta
    """`timeout.reconciliation` with its jitter; zero: nothing is compared by the clock."""

    @classmethod
    def of(
        cls, applications: Iterable[Application], settings: Settings | None, version: Version
    ) -> Self:
        """Work both out; without settings the release's defaults count."""
        times = (app.status.reconciled for app in applications if app.status)
        newest = max((time for time in times if time), default=None)
        return cls(newest, _period(settings, version))

    def lag(self, app: Application) -> timedelta | None:
        """Return how far the Application is behind the newest; None where it was never compared."""
        reconciled = app.status.reconciled if app.status else None
        if reconciled is None or self.newest is None:
            return None
        return self.newest - reconciled

    def is_fresh(self, app: Application, factor: int) -> bool:
        """Tell whether the status may be believed: compared, not held back, not far behind."""
        lag = self.lag(app)
        if lag is None or is_skipped(app):
            return False
        return not self.period or lag <= factor * self.period


def is_skipped(app: Application) -> bool:
    """Tell whether the controller was told to leave it alone."""
    return app.live is not None and says_skip(app.live)


def says_skip(manifest: Manifest) -> bool:
    """Tell whether an Application or cluster Secret says so (`strconv.ParseBool`)."""
    value = manifest.annotations.get(SKIP_RECONCILE)
    return isinstance(value, str) and value in _TRUE


def out_of_sync_since(status: Status) -> datetime | None:
    """Return the earliest moment it can be OutOfSync since; None where nothing tells.

    The API stores no such time. The end of the last operation bounds it where that operation
    synced what is compared with now; a commit made since then has a time we do not know.
    """
    operation = status.operation
    if operation is None or operation.finished is None or not operation.revisions:
        return None
    return operation.finished if operation.revisions == status.revisions else None


def last_write(live: Manifest) -> datetime | None:
    """Return when anybody last wrote the object, its status aside (managedFields)."""
    times = (moment(e.owner.time) for e in entries(live.raw) if e.owner.subresource != "status")
    return max((time for time in times if time), default=None)


def _period(settings: Settings | None, version: Version) -> timedelta:
    interval = settings.timeout_reconciliation if settings else DEFAULT_RECONCILIATION
    jitter = settings.timeout_reconciliation_jitter if settings else DEFAULT_JITTER
    if version.release >= _JITTER_SINCE.release:
        return interval + jitter if interval else timedelta()
    return _BEFORE_JITTER if interval == DEFAULT_RECONCILIATION else interval
