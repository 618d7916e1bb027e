"""Measure whole commands and print a table; a folder as argument is measured besides."""

import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import charts, corpus, growth, peers
from benchmarks.measure import AUDITOR, RUNS, measure


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
            "`auditor check`, 1,000 charts rendered": (*AUDITOR, *check),
        }
        figures = {name: measure(command) for name, command in commands.items()}
        compared = peers.figures(Path(scratch))
        figures |= compared
        for place in sys.argv[1:]:
            figures |= peers.repository(Path(place), Path(scratch) / f"own-{Path(place).name}")
    base = next(iter(figures.values())).seconds
    sys.stdout.write(f"{_machine()}; medians of {RUNS} runs\n\n")
    sys.stdout.write("| command | seconds | × python | CPU s | peak MB |\n|---|---|---|---|---|\n")
    for name, figure in figures.items():
        sys.stdout.write(
            f"| {name} | {figure.seconds:.2f} | {figure.seconds / base:.0f} "
            f"| {figure.cpu:.2f} | {figure.megabytes:.0f} |\n"
        )
    for line in peers.ratios(compared):
        sys.stdout.write(f"\nAgainst {peers.LINT}, {line}\n")
    sys.stdout.write("\n" + charts.section(charts.folders()))
    with tempfile.TemporaryDirectory() as scratch:
        sys.stdout.write("\n" + growth.section(Path(scratch)))


def _machine() -> str:
    day = datetime.now(UTC).date().isoformat()
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {day}"
    )


if __name__ == "__main__":
    main()
