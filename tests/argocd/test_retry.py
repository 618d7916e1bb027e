"""Effective retries: what the controller waits, and that no written value can break the sum."""

from datetime import timedelta
from itertools import islice
from typing import Any

import pytest

from auditor.argocd.retry import Retry


def seconds(retry: Retry) -> list[float]:
    return [wait.total_seconds() for wait in retry.waits()]


def test_an_automated_sync_without_retry_block_waits_five_times() -> None:
    retry = Retry.parse(None, is_automated=True)
    assert seconds(retry) == [10, 20, 40, 80, 160]
    assert retry.patience() == timedelta(seconds=310)


def test_a_manual_sync_without_retry_block_is_not_retried() -> None:
    assert seconds(Retry.parse(None, is_automated=False)) == []


@pytest.mark.parametrize("raw", [{}, {"backoff": {"duration": "5s"}}, {"limit": 0}])
def test_a_block_without_limit_disables_retries(raw: dict[str, Any]) -> None:
    retry = Retry.parse(raw, is_automated=True)
    assert seconds(retry) == []
    assert retry.patience() == timedelta()


def test_a_negative_limit_never_ends() -> None:
    retry = Retry.parse({"limit": -1, "backoff": {"maxDuration": "30s"}}, is_automated=True)
    assert retry.is_endless
    assert retry.patience() == timedelta.max
    first = [wait.total_seconds() for wait in islice(retry.waits(), 4)]
    assert first == [10, 20, 30, 30]


def test_a_text_that_does_not_parse_ends_after_the_first_failure() -> None:
    raw = {"limit": 5, "backoff": {"duration": "1d", "maxDuration": "x"}}
    retry = Retry.parse(raw, is_automated=True)
    assert retry.errors == (("backoff.duration", "1d"), ("backoff.maxDuration", "x"))
    assert seconds(retry) == []


@pytest.mark.parametrize(
    "backoff",
    [
        {},
        {"factor": 1},
        {"factor": 0},
        {"factor": -3},
        {"factor": 10, "maxDuration": "0"},
        {"duration": "0"},
        {"duration": "-5s", "factor": 3},
        {"duration": "1ns", "factor": 2, "maxDuration": "0"},
    ],
)
def test_patience_is_the_sum_of_the_waits(backoff: dict[str, Any]) -> None:
    retry = Retry.parse({"limit": 400, "backoff": backoff}, is_automated=True)
    exact = sum(retry.wait_ns(number) for number in range(1, 401))
    assert retry.patience() == timedelta(microseconds=exact // 1000)


def test_a_huge_limit_is_summed_without_walking_it() -> None:
    retry = Retry.parse({"limit": 2**62}, is_automated=True)
    assert retry.patience() == timedelta.max


@pytest.mark.parametrize("raw", [3, "x", [], True, {"limit": "5"}, {"backoff": 5, "limit": None}])
def test_wrong_types_count_as_absent(raw: Any) -> None:
    assert Retry.parse(raw, is_automated=True).limit in {0, 5}
