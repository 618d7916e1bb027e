"""Sync windows; mirrors `SyncWindow` and `SyncWindows` of `types.go`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from auditor.argocd.application_fields import destination
from auditor.argocd.globs import glob_match
from auditor.kube.cron import NEVER, BadSchedule, Schedule, load_location, parse_schedule
from auditor.kube.duration import BadDuration, parse_nanoseconds
from auditor.kube.loose import is_true, text, texts

DESCRIPTION_LIMIT = 255


class BadWindow(ValueError):
    """A schedule or duration that does not parse, which blocks every sync; with Argo CD's text."""


@dataclass(frozen=True, slots=True)
class Window:
    """One entry of `spec.syncWindows`, as written."""

    kind: str = ""
    schedule: str = ""
    duration: str = ""
    applications: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    time_zone: str = ""
    description: str = ""
    has_manual_sync: bool = False
    has_sync_overrun: bool = False
    uses_and: bool = False

    @classmethod
    def of(cls, raw: Any) -> Self:
        """Read one window; what has a wrong type counts as absent."""
        return cls(
            kind=text(raw, "kind"),
            schedule=text(raw, "schedule"),
            duration=text(raw, "duration"),
            applications=texts(raw, "applications"),
            namespaces=texts(raw, "namespaces"),
            clusters=texts(raw, "clusters"),
            time_zone=text(raw, "timeZone"),
            description=text(raw, "description"),
            has_manual_sync=is_true(raw, "manualSync"),
            has_sync_overrun=is_true(raw, "syncOverrun"),
            uses_and=is_true(raw, "andOperator"),
        )

    @property
    def identity(self) -> tuple[object, ...]:
        """Return what two windows of a project may not share (`HashIdentity`)."""
        lists = (self.applications, self.namespaces, self.clusters)
        return (self.kind, self.schedule, self.duration, *lists, self.time_zone, self.uses_and)

    @property
    def effective_time_zone(self) -> str:
        """Return the zone in force; an unknown one is UTC."""
        return self.time_zone if self.time_zone and load_location(self.time_zone) else "UTC"

    def problem(self) -> str | None:
        """Return what `Validate` says against the window, or None."""
        if self.kind not in {"allow", "deny"}:
            return f"kind '{self.kind}' mismatch: can only be allow or deny"
        try:
            self._parsed()
        except BadWindow as error:
            return str(error)
        if len(self.description.encode("utf-8", "surrogatepass")) > DESCRIPTION_LIMIT:
            return f"description must not exceed {DESCRIPTION_LIMIT} characters"
        return None

    def is_active(self, now: datetime, *, at: datetime | None = None) -> bool:
        """Tell whether the window is open at `at`, by default `now`; both with a time zone.

        The offset of the window's zone is the one of `now`, whatever `at` is. Raise `BadWindow`.
        """
        schedule, duration_ns = self._parsed()
        zone = load_location(self.time_zone) or UTC
        offset = now.astimezone(zone).utcoffset() or timedelta()
        local = (at or now).astimezone(UTC).replace(tzinfo=None) + offset
        start = local - timedelta(microseconds=-(-duration_ns // 1000))
        opened = schedule.after(start)
        return opened == NEVER or opened < local

    def _parsed(self) -> tuple[Schedule, int]:
        try:
            schedule = parse_schedule(self.schedule)
        except BadSchedule as error:
            raise BadWindow(f"cannot parse schedule '{self.schedule}': {error}") from None
        try:
            return schedule, parse_nanoseconds(self.duration)
        except BadDuration as error:
            raise BadWindow(f"cannot parse duration '{self.duration}': {error}") from None


def windows_of(raw: Any) -> tuple[Window, ...]:
    """Read a `syncWindows` list; entries that are no mapping are left out."""
    entries = raw if isinstance(raw, list | tuple) else ()
    return tuple(Window.of(entry) for entry in entries if isinstance(entry, Mapping))


def matching(windows: Iterable[Window], app: Mapping[str, Any]) -> tuple[Window, ...]:
    """Return the windows that select an Application (`SyncWindows.Matches`)."""
    return tuple(window for window in windows if selects(window, app))


def selects(window: Window, app: Mapping[str, Any]) -> bool:
    """Tell whether one window selects an Application: any selector, or all with `andOperator`.

    Clusters are compared with the destination as written. Without selectors nothing matches.
    """
    server, name, namespace = destination(app)
    clusters = [value for value in (name, server) if value]
    asked = (
        (window.applications, [text(app, "metadata", "name")]),
        (window.clusters, clusters),
        (window.namespaces, [namespace]),
    )
    answers = [
        any(glob_match(pattern, value) for pattern in patterns for value in values)
        for patterns, values in asked
        if patterns
    ]
    if window.uses_and:
        return bool(answers) and all(answers)
    return any(answers)


def active(
    windows: Sequence[Window], now: datetime, *, at: datetime | None = None
) -> tuple[Window, ...]:
    """Return the open windows; raise `BadWindow` where one does not parse."""
    return tuple(window for window in windows if window.is_active(now, at=at))


def inactive_allows(
    windows: Sequence[Window], now: datetime, *, at: datetime | None = None
) -> tuple[Window, ...]:
    """Return the closed allow windows; raise `BadWindow` where one does not parse."""
    allows = [window for window in windows if window.kind == "allow"]
    return tuple(window for window in allows if not window.is_active(now, at=at))


def can_sync(
    windows: Sequence[Window],
    now: datetime,
    *,
    is_manual: bool,
    operation_start: datetime | None = None,
) -> bool:
    """Tell whether the windows that match an Application let it sync (`CanSync`).

    `operation_start` is the start of a running operation, which a window with `syncOverrun` on all
    sides lets finish. Raise `BadWindow` where one does not parse: then nothing may sync.
    """
    blocking = _blocking(windows, now, at=now, is_manual=is_manual)
    if not blocking:
        return True
    if operation_start is None or not all(window.has_sync_overrun for window in blocking):
        return False
    return not _blocking(windows, now, at=operation_start, is_manual=is_manual)


def _blocking(
    windows: Sequence[Window], now: datetime, *, at: datetime, is_manual: bool
) -> tuple[Window, ...]:
    """Return the windows that forbid a sync at `at`: open denies, else closed allows."""
    opened = active(windows, now, at=at)
    blocking = tuple(window for window in opened if window.kind == "deny")
    if not blocking and not any(window.kind == "allow" for window in opened):
        blocking = inactive_allows(windows, now, at=at)
    if is_manual and all(window.has_manual_sync for window in blocking):
        return ()
    return blocking
