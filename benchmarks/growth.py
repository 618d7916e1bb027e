"""Reports on generated snapshots of 1,000 and of 5,000 Applications, and how the cost grows."""

import json
from pathlib import Path
from typing import Final

from benchmarks import fleet
from benchmarks.measure import AUDITOR, Figure, once

SIZES: Final = (1000, 5000)
FORMATS: Final = "html,json,text"


def section(scratch: Path) -> str:
    """Return the figures as Markdown: one run of each size, and the ratio of the two."""
    lines = [
        f"`auditor report --snapshot DIR --format {FORMATS}`, generated, one run each;",
        "the last column counts the Applications that the cause with the widest reach hits",
        "",
        "| Applications | objects | snapshot MB | seconds | CPU s | peak MB | HTML MB | widest |",
        "|---|---|---|---|---|---|---|---|",
    ]
    figures = []
    for size in SIZES:
        folder, out = fleet.write(scratch / f"fleet-{size}", size), scratch / f"report-{size}"
        report = ("report", "--snapshot", str(folder), "--out", str(out), "--allow-gaps")
        figure = Figure(*once((*AUDITOR, *report, "--lang", "en", "--format", FORMATS)))
        figures.append(figure)
        stored = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
        page = (out / "report.html").stat().st_size / 1e6
        objects = (folder / "live.objects.jsonl").read_bytes().count(b"\n")
        lines.append(
            f"| {size:,} | {objects:,} | {stored:.0f} | {figure.seconds:.1f} | {figure.cpu:.1f} "
            f"| {figure.megabytes:.0f} | {page:.1f} | {_largest(out / 'report.json')} |"
        )
    small, large = figures
    lines.append(
        f"| × {SIZES[1] / SIZES[0]:g} | | | × {large.seconds / small.seconds:.1f} "
        f"| × {large.cpu / small.cpu:.1f} | × {large.megabytes / small.megabytes:.1f} | | |"
    )
    return "\n".join(lines) + "\n"


def _largest(report: Path) -> int:
    """Return how many Applications the cause with the widest reach hits."""
    causes = json.loads(report.read_bytes())["report"]["causes"]
    return max((cause["blast"]["applications"] for cause in causes), default=0)
