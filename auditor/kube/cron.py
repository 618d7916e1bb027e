"""Cron schedules as robfig/cron reads them with five fields: `7` and `@daily` are refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import tzinfo as TzInfo  # noqa: N812  # a class, named like one
from functools import lru_cache

from auditor.kube.go_text import atoi, trim_space

NEVER = datetime.min  # noqa: DTZ901  # a marker, never a moment
"""Go's zero time: what a schedule without a next time gives, which lies before every clock."""

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_DAYS = {
    name: number for number, name in enumerate(("sun", "mon", "tue", "wed", "thu", "fri", "sat"))
}


class BadSchedule(ValueError):
    """A text that the parser refuses; the message is its own."""


@dataclass(frozen=True, slots=True)
class _Bounds:
    low: int
    high: int
    names: Mapping[str, int]


_FIELDS = (
    _Bounds(0, 59, {}),
    _Bounds(0, 23, {}),
    _Bounds(1, 31, {}),
    _Bounds(1, 12, _MONTHS),
    _Bounds(0, 6, _DAYS),
)


@dataclass(frozen=True, slots=True)
class _Field:
    values: frozenset[int]
    has_star: bool


@dataclass(frozen=True, slots=True)
class Schedule:
    """A parsed schedule; `zone` is the one of a `TZ=` prefix."""

    minute: _Field
    hour: _Field
    day: _Field
    month: _Field
    weekday: _Field
    zone: TzInfo | None = None

    def after(self, moment: datetime) -> datetime:
        """Return the first time after `moment`, both UTC without tzinfo; `NEVER` within 5 years."""
        if self.zone is None:
            return self._next(moment)
        local = moment.replace(tzinfo=UTC).astimezone(self.zone).replace(tzinfo=None)
        found = self._next(local)
        if found == NEVER:
            return NEVER
        return found.replace(tzinfo=self.zone).astimezone(UTC).replace(tzinfo=None)

    def _next(self, moment: datetime) -> datetime:
        start = moment.replace(microsecond=0) + timedelta(seconds=1)
        if start.second:
            start = start.replace(second=0) + timedelta(minutes=1)
        day = start
        while day.year <= start.year + 5:
            if day.month not in self.month.values:
                day = (day.replace(day=1, hour=0, minute=0) + timedelta(days=32)).replace(day=1)
                continue
            found = self._within(day) if self._has_day(day) else None
            if found is not None:
                return found
            day = day.replace(hour=0, minute=0) + timedelta(days=1)
        return NEVER

    def _has_day(self, day: datetime) -> bool:
        in_month = day.day in self.day.values
        in_week = (day.weekday() + 1) % 7 in self.weekday.values
        if self.day.has_star or self.weekday.has_star:
            return in_month and in_week
        return in_month or in_week

    def _within(self, start: datetime) -> datetime | None:
        """Return the first time of the day of `start` that is not before it."""
        for hour in sorted(self.hour.values):
            if hour < start.hour:
                continue
            for minute in sorted(self.minute.values):
                if hour > start.hour or minute >= start.minute:
                    return start.replace(hour=hour, minute=minute)
        return None


@lru_cache(maxsize=1024)
def parse_schedule(text: str) -> Schedule:
    """Read five fields, after an optional `TZ=` or `CRON_TZ=`; raise `BadSchedule` else."""
    if not text:
        raise BadSchedule("empty spec string")
    zone = None
    if text.startswith(("TZ=", "CRON_TZ=")):
        prefix, blank, rest = text.partition(" ")
        if not blank:
            raise BadSchedule("a time zone without a schedule")
        name = prefix.partition("=")[2]
        zone = load_location(name)
        if zone is None:
            raise BadSchedule(f"provided bad location {name}: unknown time zone {name}")
        text = trim_space(rest)
    if text.startswith("@"):
        raise BadSchedule(f"parser does not accept descriptors: {text}")
    fields = text.split()
    if len(fields) != len(_FIELDS):
        raise BadSchedule(f"expected exactly 5 fields, found {len(fields)}: [{' '.join(fields)}]")
    minute, hour, day, month, weekday = map(_field, fields, _FIELDS)
    return Schedule(minute, hour, day, month, weekday, zone)


def load_location(name: str) -> TzInfo | None:
    """Return a time zone by its name as `time.LoadLocation` does, or None for an unknown one."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415  # reads the zone files of the machine

    if name in {"", "UTC", "Local"}:
        return UTC
    if ".." in name or name.startswith(("/", "\\")) or "\\" in name:
        return None
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        return None


def _field(text: str, bounds: _Bounds) -> _Field:
    values: set[int] = set()
    has_star = False
    for part in text.split(","):
        if part:
            found, is_star = _range(part, bounds)
            values |= found
            has_star = has_star or is_star
    return _Field(frozenset(values), has_star)


def _range(text: str, bounds: _Bounds) -> tuple[set[int], bool]:
    extent, *steps = text.split("/")
    low_text, *highs = extent.split("-")
    is_star = low_text in {"*", "?"}
    if is_star:
        low, high = bounds.low, bounds.high
    else:
        low = _number(low_text, bounds.names)
        if len(highs) > 1:
            raise BadSchedule(f"too many hyphens: {text}")
        high = _number(highs[0], bounds.names) if highs else low
    step = 1
    if len(steps) > 1:
        raise BadSchedule(f"too many slashes: {text}")
    if steps:
        step = _number(steps[0], {})
        high = high if highs else bounds.high
    _check(low, high, step, bounds, text)
    return set(range(low, high + 1, step)), is_star and step <= 1


def _check(low: int, high: int, step: int, bounds: _Bounds, text: str) -> None:
    if low < bounds.low:
        raise BadSchedule(f"beginning of range ({low}) below minimum ({bounds.low}): {text}")
    if high > bounds.high:
        raise BadSchedule(f"end of range ({high}) above maximum ({bounds.high}): {text}")
    if low > high:
        raise BadSchedule(f"beginning of range ({low}) beyond end of range ({high}): {text}")
    if step == 0:
        raise BadSchedule(f"step of range should be a positive number: {text}")


def _number(text: str, names: Mapping[str, int]) -> int:
    if text.lower() in names:
        return names[text.lower()]
    number = atoi(text)
    if number is None:
        digits = text[1:] if text[:1] in {"+", "-"} else text
        why = "value out of range" if digits.isascii() and digits.isdigit() else "invalid syntax"
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        raise BadSchedule(
            f'failed to parse int from {text}: strconv.Atoi: parsing "{quoted}": {why}'
        )
    if number < 0:
        raise BadSchedule(f"negative number ({number}) not allowed: {text}")
    return number
