"""Whole commands measured: seconds, processor seconds and peak memory."""

import os
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

RUNS: Final = 5
AUDITOR: Final = (sys.executable, "-m", "auditor")


@dataclass(frozen=True, slots=True)
class Figure:
    """Medians of a few runs of one command."""

    seconds: float
    cpu: float
    megabytes: float


def measure(command: Sequence[str], runs: int = RUNS) -> Figure:
    """Run `command` once to warm up and `runs` times to count; its output is thrown away."""
    samples = [once(command) for _ in range(runs + 1)][1:]
    return Figure(*(statistics.median(column) for column in zip(*samples, strict=True)))


def once(command: Sequence[str]) -> tuple[float, float, float]:
    """Return seconds, processor seconds and megabytes of one run; raise SystemExit if it fails."""
    began = time.perf_counter()
    child = os.fork()
    if child == 0:
        sink = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(sink, stream)
        os.execv(command[0], list(command))  # noqa: S606
    _, status, usage = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1, 3):
        raise SystemExit(f"{' '.join(command)} failed: {os.waitstatus_to_exitcode(status)}")
    seconds = time.perf_counter() - began
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000
