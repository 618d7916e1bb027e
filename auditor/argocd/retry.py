"""Retries of a failed sync; mirrors `RetryStrategy` of `pkg/apis/application/v1alpha1/types.go`."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import count, islice
from typing import Any, Self

from auditor.kube import loose
from auditor.kube.duration import SECOND_NS, BadDuration, parse_nanoseconds, to_timedelta
from auditor.kube.go_text import atoi, to_int64, wrap_int64

AUTOMATED_LIMIT = 5
"""Retries of an automated sync whose Application says nothing (`autoSync`)."""
DEFAULT_BASE_NS = 5 * SECOND_NS
DEFAULT_CEILING_NS = 180 * SECOND_NS
DEFAULT_FACTOR = 2

_SETTLED = 66
"""Beyond this retry a wait is capped, overflown or alternates: no 64-bit product still grows."""


def parse_retry_duration(text: str) -> int:
    """Read `backoff.duration` or `maxDuration` in nanoseconds: bare digits are seconds.

    Raise `BadDuration` with Argo CD's text. Seconds too many for 64 bits wrap around, as in Go.
    """
    seconds = atoi(text)
    if seconds is not None:
        return wrap_int64(seconds * SECOND_NS)
    try:
        return parse_nanoseconds(text)
    except BadDuration:
        raise BadDuration(f"unable to parse {text} as a duration") from None


def go_power(base: float, exponent: int) -> float:
    """Return `math.Pow` of Go for a whole exponent >= 0: repeated squaring with its rounding."""
    if exponent == 0 or base == 1:
        return 1.0
    if base == 0:
        return 0.0
    mantissa, shift = math.frexp(base)
    result, result_shift = 1.0, 0
    while exponent:
        if abs(shift) > 1 << 12:
            result_shift += shift
            break
        if exponent & 1:
            result *= mantissa
            result_shift += shift
        mantissa *= mantissa
        shift *= 2
        if mantissa < 0.5:
            mantissa += mantissa
            shift -= 1
        exponent >>= 1
    try:
        return math.ldexp(result, result_shift)
    except OverflowError:
        return math.copysign(math.inf, result)


@dataclass(frozen=True, slots=True)
class Retry:
    """An effective retry strategy: what the controller does, whether written or not."""

    limit: int
    base_ns: int = DEFAULT_BASE_NS
    factor: int = DEFAULT_FACTOR
    ceiling_ns: int = DEFAULT_CEILING_NS
    has_refresh: bool = False
    """Whether a retry takes the newest revision instead of the first attempt's."""
    errors: tuple[tuple[str, str], ...] = ()
    """Field and text of what does not parse; the operation then ends without any retry."""

    @classmethod
    def parse(cls, raw: Mapping[str, Any] | None, *, is_automated: bool) -> Self:
        """Read a `retry` block; absent means five retries for automated syncs, none for others.

        A present block replaces the default of five as a whole, so one without `limit` disables
        retries. Values of a type that the API server refuses count as absent.
        """
        if not isinstance(raw, Mapping):
            return cls(AUTOMATED_LIMIT if is_automated else 0)
        base, base_errors = _read(raw, "duration", DEFAULT_BASE_NS)
        ceiling, ceiling_errors = _read(raw, "maxDuration", DEFAULT_CEILING_NS)
        factor = loose.integer(raw, "backoff", "factor")
        return cls(
            limit=loose.integer(raw, "limit") or 0,
            base_ns=base,
            factor=DEFAULT_FACTOR if factor is None else factor,
            ceiling_ns=ceiling,
            has_refresh=loose.is_true(raw, "refresh"),
            errors=base_errors + ceiling_errors,
        )

    @property
    def base(self) -> timedelta:
        """Return `backoff.duration`."""
        return to_timedelta(self.base_ns)

    @property
    def ceiling(self) -> timedelta | None:
        """Return the longest single wait, or None where `maxDuration` <= 0 lifts the cap."""
        return to_timedelta(self.ceiling_ns) if self.ceiling_ns > 0 else None

    @property
    def is_endless(self) -> bool:
        """Tell whether a failing sync is retried for ever."""
        return self.limit < 0 and not self.errors

    @property
    def retries(self) -> int | None:
        """Return how many retries a failing sync gets, or None for endlessly many."""
        if self.errors:
            return 0
        return None if self.is_endless else self.limit

    def next_retry_ns(self, retry_count: int) -> int:
        """Return what `NextRetryAt` adds to the last attempt; negative where it overflows."""
        try:
            grown = float(self.base_ns) * go_power(float(self.factor), retry_count)
        except OverflowError:
            grown = math.inf
        if self.ceiling_ns > 0 and not math.isnan(grown):
            grown = min(float(self.ceiling_ns), grown)
        return to_int64(grown)

    def wait_ns(self, retry: int) -> int:
        """Return the effective wait before the retry `retry`, counted from 1.

        The controller raises its counter before it waits, so the first wait is already
        `base * factor`. A time in the past, also after an overflow, is no wait.
        """
        return max(0, self.next_retry_ns(retry))

    def waits(self) -> Iterator[timedelta]:
        """Yield the effective waits; without end where the strategy is endless."""
        for retry in islice(count(1), self.retries):
            yield to_timedelta(self.wait_ns(retry))

    def patience(self) -> timedelta:
        """Return all waits together, without the time the syncs take; `timedelta.max` = endless."""
        if self.retries is None:
            return timedelta.max
        total = sum(self.wait_ns(retry) for retry in range(1, min(self.retries, _SETTLED) + 1))
        beyond = max(0, self.retries - _SETTLED)
        total += (beyond + 1) // 2 * self.wait_ns(_SETTLED + 1)
        total += beyond // 2 * self.wait_ns(_SETTLED + 2)
        try:
            return to_timedelta(total)
        except OverflowError:
            return timedelta.max


def _read(
    raw: Mapping[str, Any], field: str, default: int
) -> tuple[int, tuple[tuple[str, str], ...]]:
    written = loose.text(raw, "backoff", field)
    if not written:
        return default, ()
    try:
        return parse_retry_duration(written), ()
    except BadDuration:
        return default, ((f"backoff.{field}", written),)
