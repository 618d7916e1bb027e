"""Hours that are worked out, against what the controller's own question answers by the minute."""

from datetime import UTC, datetime, timedelta

import pytest

from auditor.argocd.window_hours import has_unknown_zone, hours_of, parse_problem
from auditor.argocd.windows import Window

MINUTE = timedelta(minutes=1)
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)


def window(schedule: str, duration: str, zone: str = "") -> Window:
    return Window(kind="allow", schedule=schedule, duration=duration, time_zone=zone)


@pytest.mark.parametrize(
    ("schedule", "duration", "runs_on", "always"),
    [
        ("0 22 * * *", "8h", False, False),
        ("* 22 * * *", "1h", True, False),
        ("* * * * *", "1h", False, True),
        ("0 0 * * *", "24h", False, True),
        ("0 0 * * 1-5", "24h", False, False),
        ("0 0 * * 1-5", "36h", True, False),
        ("*/30 9-17 * * 1-5", "30m", False, False),
        ("*/30 9-17 * * 1-5", "45m", True, False),
        ("0 22,23 * * *", "2h", True, False),
        ("0 0 1 * *", "48h", False, False),
        ("0 0 29 2 *", "24h", False, False),
    ],
)
def test_overlapping_starts_are_told_from_a_window_that_never_closes(
    schedule: str,
    duration: str,
    *,
    runs_on: bool,
    always: bool,
) -> None:
    hours = hours_of(window(schedule, duration))
    assert (hours.runs_on, hours.is_always_open) == (runs_on, always)


@pytest.mark.parametrize(
    ("schedule", "duration"),
    [
        ("0 22 * * 1", "8h"),
        ("* 22 * * 1", "1h"),
        ("*/20 8-10 * * 1", "30m"),
        ("0 9,13 * * 1", "2h30m"),
        ("15 3 * * 1", "90m"),
    ],
)
def test_hours_are_those_at_which_the_controller_finds_the_window_open(
    schedule: str, duration: str
) -> None:
    asked = window(schedule, duration)
    hours = hours_of(asked)
    found = []
    is_open = False
    for minute in range(36 * 60):
        # half past the minute: at the very start and end the answer is a matter of seconds
        now = BEGIN + minute * MINUTE + timedelta(seconds=30)
        if asked.is_active(now) != is_open:
            is_open = not is_open
            found.append(BEGIN + minute * MINUTE)
    days = [f"+{d}d" if (d := (at.date() - BEGIN.date()).days) else "" for at in found]
    spans = [f"{found[i]:%H:%M}–{found[i + 1]:%H:%M}{days[i + 1]}" for i in range(0, len(found), 2)]
    assert hours.opens == tuple(spans)


def test_a_day_that_never_comes_has_no_hours_and_is_open_all_the_time() -> None:
    asked = window("0 0 31 4 *", "1h")
    assert hours_of(asked).is_never_started
    assert all(asked.is_active(BEGIN + day * timedelta(days=1)) for day in range(400))


@pytest.mark.parametrize(
    ("schedule", "duration", "problem"),
    [
        ("0 22 * * *", "8h", ""),
        ("TZ=Asia/Seoul 0 22 * * *", "8h", ""),
        ("@daily", "8h", "schedule"),
        ("0 0 * * 7", "8h", "schedule"),
        ("0 0 * * *", "8", "duration"),
        ("", "", "schedule"),
    ],
)
def test_the_field_that_does_not_parse_is_named(schedule: str, duration: str, problem: str) -> None:
    assert parse_problem(window(schedule, duration)) == problem


def test_only_a_written_zone_can_be_unknown() -> None:
    assert not has_unknown_zone(window("0 0 * * *", "1h"))
    assert not has_unknown_zone(window("0 0 * * *", "1h", "Asia/Seoul"))
    assert has_unknown_zone(window("0 0 * * *", "1h", "Asia/Soeul"))
