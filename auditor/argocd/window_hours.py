"""When a sync window is really open: its starts laid over one another with its duration."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final

from auditor.argocd.windows import Window
from auditor.kube.cron import NEVER, BadSchedule, Schedule, load_location, parse_schedule
from auditor.kube.duration import BadDuration, parse_duration

_DAY: Final = timedelta(days=1)
_SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class Hours:
    """What a schedule and a duration come to; no window of one year differs from the next."""

    duration: timedelta
    shortest: timedelta | None
    """Least time between two starts; None where there are not two."""
    longest: timedelta | None
    opens: tuple[str, ...]
    """When it is open on its first day of the year: `22:00–23:59`, days added as `+1d`."""
    is_never_started: bool = False
    """No start within five years, which the controller takes for open all the time."""

    @property
    def is_always_open(self) -> bool:
        """Say whether the next start always comes before the end."""
        return self.longest is not None and self.longest <= self.duration

    @property
    def runs_on(self) -> bool:
        """Say whether it is started again while open, and so is open longer than it says."""
        overlaps = self.shortest is not None and self.shortest < self.duration
        return overlaps and not self.is_always_open


def parse_problem(window: Window) -> str:
    """Return what does not parse, `schedule` or `duration`; empty where both do.

    The window then blocks every sync of the Applications it selects.
    """
    try:
        parse_schedule(window.schedule)
    except BadSchedule:
        return "schedule"
    try:
        parse_duration(window.duration)
    except BadDuration:
        return "duration"
    return ""


def has_unknown_zone(window: Window) -> bool:
    """Say whether the time zone is written and unknown, which means UTC."""
    return bool(window.time_zone) and load_location(window.time_zone) is None


def hours_of(window: Window) -> Hours:
    """Work out the hours; raise `BadSchedule` or `BadDuration` where a part does not parse."""
    return _hours(window.schedule, window.duration)


@lru_cache(maxsize=1024)
def _hours(cron: str, length: str) -> Hours:
    schedule, duration = parse_schedule(cron), parse_duration(length)
    begin = datetime(2024, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    first = schedule.after(begin - timedelta(seconds=1))
    if first == NEVER:
        return Hours(duration, None, None, (), is_never_started=True)
    starts = _starts(schedule, first)
    gaps = [*_gaps(starts), *_gaps_between_days(schedule, first)]
    return Hours(
        duration, min(gaps, default=None), max(gaps, default=None), _opens(starts, duration)
    )


def _starts(schedule: Schedule, first: datetime) -> list[datetime]:
    """Return the starts of one day; every day that has any has the same ones."""
    found = [first]
    while True:
        following = schedule.after(found[-1])
        if following == NEVER or following.date() != first.date():
            return found
        found.append(following)


def _gaps(moments: list[datetime]) -> list[timedelta]:
    return [after - before for before, after in pairwise(moments)]


def _gaps_between_days(schedule: Schedule, first: datetime) -> Iterator[timedelta]:
    """Yield the time from the last start of a day to the first of the next day that has one."""
    starts = _starts(schedule, first)
    to_last = starts[-1] - first
    day = first
    while day - first < 366 * _DAY:
        following = schedule.after(day + to_last)
        if following == NEVER:
            return
        yield following - (day + to_last)
        day = following


def _opens(starts: list[datetime], duration: timedelta) -> tuple[str, ...]:
    spans: list[list[datetime]] = []
    for start in starts:
        if spans and start <= spans[-1][1]:
            spans[-1][1] = max(spans[-1][1], start + duration)
        else:
            spans.append([start, start + duration])
    return tuple(_span(begin, end) for begin, end in spans[:_SHOWN])


def _span(begin: datetime, end: datetime) -> str:
    days = (end.date() - begin.date()).days
    return f"{begin:%H:%M}–{end:%H:%M}" + (f"+{days}d" if days else "")
