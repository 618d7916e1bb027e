"""Durations as Go's `time.ParseDuration` reads them: signed decimals with units from ns to h."""

from datetime import timedelta

from auditor.kube.go_text import INT64_MAX, quote

SECOND_NS = 1_000_000_000
_UNIT_NS = {
    "ns": 1,
    "us": 1_000,
    "\u00b5s": 1_000,
    "\u03bcs": 1_000,
    "ms": 1_000_000,
    "s": SECOND_NS,
    "m": 60 * SECOND_NS,
    "h": 3600 * SECOND_NS,
}
_LIMIT = 2**63
_DIGITS = "0123456789"


class BadDuration(ValueError):
    """A text that Go does not read as a duration; the message is Go's own."""


def parse_duration(text: str) -> timedelta:
    """Read a Go duration to the microsecond; raise `BadDuration` where Go reports an error."""
    return to_timedelta(parse_nanoseconds(text))


def to_timedelta(nanoseconds: int) -> timedelta:
    """Convert nanoseconds, cutting off what is smaller than a microsecond."""
    size = timedelta(microseconds=abs(nanoseconds) // 1000)
    return size if nanoseconds >= 0 else -size


def parse_nanoseconds(text: str) -> int:
    """Read a Go duration; raise `BadDuration` where Go reports an error."""
    rest = text[1:] if text[:1] in {"+", "-"} else text
    if rest == "0":
        return 0
    if not rest:
        raise BadDuration(f"time: invalid duration {quote(text)}")
    total = 0
    while rest:
        part, rest = _next_part(rest, text)
        total += part
        if total > _LIMIT:
            raise BadDuration(f"time: invalid duration {quote(text)}")
    if text.startswith("-"):
        return -total
    if total > INT64_MAX:
        raise BadDuration(f"time: invalid duration {quote(text)}")
    return total


def _next_part(rest: str, text: str) -> tuple[int, str]:
    """Return the nanoseconds of the first number with unit in `rest`, and what follows it."""
    whole = _leading_digits(rest)
    rest = rest[len(whole) :]
    fraction = ""
    if rest.startswith("."):
        fraction = _leading_digits(rest[1:])
        rest = rest[1 + len(fraction) :]
    if not whole and not fraction:
        raise BadDuration(f"time: invalid duration {quote(text)}")
    if len(whole.lstrip("0")) > 19 or int(whole or "0") > _LIMIT:
        raise BadDuration(f"time: invalid duration {quote(text)}")
    unit = _leading_unit(rest)
    if not unit:
        raise BadDuration(f"time: missing unit in duration {quote(text)}")
    if unit not in _UNIT_NS:
        raise BadDuration(f"time: unknown unit {quote(unit)} in duration {quote(text)}")
    nanoseconds = int(whole or "0") * _UNIT_NS[unit] + _fraction(fraction, _UNIT_NS[unit])
    if nanoseconds > _LIMIT:
        raise BadDuration(f"time: invalid duration {quote(text)}")
    return nanoseconds, rest[len(unit) :]


def _fraction(digits: str, unit_ns: int) -> int:
    """Return `0.digits` units; Go stops reading digits where 63 bits are full."""
    number = 0
    scale = 1.0
    for digit in digits:
        if number > INT64_MAX // 10 or number * 10 + int(digit) > _LIMIT:
            break
        number = number * 10 + int(digit)
        scale *= 10
    return int(float(number) * (float(unit_ns) / scale)) if number else 0


def _leading_digits(text: str) -> str:
    return text[: len(text) - len(text.lstrip(_DIGITS))]


def _leading_unit(text: str) -> str:
    for position, char in enumerate(text):
        if char == "." or char in _DIGITS:
            return text[:position]
    return text


def show(span: timedelta) -> str:
    """Spell `span` in whole units, largest first, as Go would: `2m35s`; below a second `0s`."""
    total = int(span.total_seconds())
    parts = [(total // 3600, "h"), (total % 3600 // 60, "m"), (total % 60, "s")]
    return "".join(f"{n}{unit}" for n, unit in parts if n) or "0s"
