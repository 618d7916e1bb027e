"""Measure whole commands: seconds, processor seconds and peak memory; prints a table."""

import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks import corpus

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
    samples = [_once(command) for _ in range(runs + 1)][1:]
    return Figure(*(statistics.median(column) for column in zip(*samples, strict=True)))


def _once(command: Sequence[str]) -> tuple[float, float, float]:
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


def main() -> None:
    """Print the table of the README."""
    sample = Path("sample_snapshots/troubled")
    with tempfile.TemporaryDirectory() as scratch:
        folder = corpus.write(Path(scratch) / "deploy", 1000)
        out = str(Path(scratch) / "out")
        report = ("report", "--snapshot", str(sample), "--out", out, "--allow-gaps")
        check = ("check", f"{corpus.URL}={folder}")
        commands = {
            "`python -c pass` (for comparison)": (sys.executable, "-c", "pass"),
            "`auditor --help`": (*AUDITOR, "--help"),
            "`auditor report`, sample, HTML + JSON": (*AUDITOR, *report, "--format", "html,json"),
            "`auditor report`, sample, HTML + PDF + JSON": (
                *AUDITOR,
                *report,
                "--format",
                "html,pdf,json",
            ),
            "`auditor check`, 1,000 Applications": (*AUDITOR, *check),
        }
        figures = {name: measure(command) for name, command in commands.items()}
    base = next(iter(figures.values())).seconds
    sys.stdout.write(f"{_machine()}; medians of {RUNS} runs\n\n")
    sys.stdout.write("| command | seconds | × python | CPU s | peak MB |\n|---|---|---|---|---|\n")
    for name, figure in figures.items():
        sys.stdout.write(
            f"| {name} | {figure.seconds:.2f} | {figure.seconds / base:.0f} "
            f"| {figure.cpu:.2f} | {figure.megabytes:.0f} |\n"
        )


def _machine() -> str:
    day = datetime.now(UTC).date().isoformat()
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {day}"
    )


if __name__ == "__main__":
    main()
