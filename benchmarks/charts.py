"""Charts rendered in this process and by `helm template`: milliseconds, and whether both agree.

`CHARTS="FOLDER ..." python -m benchmarks.charts` takes the charts below other folders, each with
its own values and with each file of `ci/`; without it, those of the tests.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from auditor.collector.git import GitOptions, RepositorySpec, read
from auditor.collector.render import helm_binary, helm_engine, helm_remarks
from auditor.collector.render.application import Wanted
from auditor.collector.render.desk import Desk, Given
from auditor.collector.render.documents import objects_of
from auditor.collector.render.failure import NotRendered

RUNS: Final = 3
OWN: Final = Path("tests/collector/data/charts")
KUBE_VERSION: Final = "1.33.0"
_OUTPUT: Final = 50_000_000
_URL: Final = "https://git.example.com/bench/charts.git"
Objects = list[str] | None
"""The objects as sorted JSON; None where the chart is refused."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """One chart with one set of values, rendered both ways."""

    name: str
    ours: float
    """Seconds."""
    theirs: float
    """Seconds."""
    verdict: str
    told: str = ""


def folders() -> list[Path]:
    """Return the folders that CHARTS names, else that of the tests."""
    return [Path(word) for word in os.environ.get("CHARTS", "").split()] or [OWN]


def renderings(folder: Path) -> Iterator[Rendering]:
    """Render every chart below `folder` that is no other chart's dependency."""
    options = GitOptions(worktree=True, include_all=True, kube_version=KUBE_VERSION)
    spec = RepositorySpec(url=_URL, path=folder)
    with tempfile.TemporaryDirectory() as scratch, read([spec], options) as reading:
        desk = Desk(Given(reading.repositories, reading.failed), options, Path(scratch))
        for name, source in _sources(folder):
            raw = {"metadata": {"name": "release"}, "spec": {"source": source, **_TARGET}}
            (piece,) = desk.pieces(Wanted(raw, "argocd/release", is_live=True))
            if piece.job is not None and piece.type == "Helm":
                yield _compared(name, piece.job)


_TARGET: Final = {"destination": {"server": "x", "namespace": "bench"}}


def _sources(folder: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for file in sorted(folder.rglob("Chart.yaml")):
        chart = file.parent
        path = chart.relative_to(folder).as_posix()
        if "charts" in path.split("/")[1:]:
            continue
        source = {"repoURL": _URL, "path": path}
        yield path, source
        for values in sorted(chart.glob("ci/*.y*ml")):
            name = values.relative_to(chart).as_posix()
            yield f"{path} {name}", {**source, "helm": {"valueFiles": [name]}}


def _compared(name: str, job: Mapping[str, Any]) -> Rendering:
    ours, found, why = _timed(lambda: _in_process(job))
    theirs, expected, refusal = _timed(lambda: _by_binary(job))
    if found == expected:
        verdict = "equal" if found is not None else "refused by both"
    elif found is None or expected is None:
        verdict = "refused by one"
    elif _is_unstable(job, found):
        verdict = "different on every run"
    else:
        verdict = "different"
    return Rendering(name, ours, theirs, verdict, why or refusal or _first(found, expected))


def _timed(action: Callable[[], tuple[Objects, str]]) -> tuple[float, Objects, str]:
    found, why = action()
    samples = []
    for _ in range(RUNS):
        began = time.perf_counter()
        action()
        samples.append(time.perf_counter() - began)
    return statistics.median(samples), found, why


def _in_process(job: Mapping[str, Any]) -> tuple[Objects, str]:
    try:
        return _sorted(entry["manifest"] for entry in helm_engine.render(job, _OUTPUT)), ""
    except NotRendered as failure:
        return None, f"{failure.code} {failure.facts}"


def _by_binary(job: Mapping[str, Any]) -> tuple[Objects, str]:
    text = helm_binary.template(job, _OUTPUT)
    if isinstance(text, NotRendered):
        return None, f"{text.code} {text.facts}"
    return _sorted(objects_of(text, "output")), ""


def _is_unstable(job: Mapping[str, Any], found: Sequence[str]) -> bool:
    """Say whether the chart makes random names or certificates: no two runs agree then."""
    objects = [{"template": "", "manifest": json.loads(text)} for text in found]
    again = helm_remarks.remarks(job, objects, _OUTPUT, helm_engine.render)
    return "unstable" in again or _in_process(job)[0] != found


def _sorted(objects: Any) -> list[str]:
    return sorted(json.dumps(raw, sort_keys=True) for raw in objects)


def _first(found: Objects, expected: Objects) -> str:
    ours, theirs = set(found or ()), set(expected or ())
    return f"ours {min(ours - theirs, default='')} theirs {min(theirs - ours, default='')}"


def section(folders: Sequence[Path]) -> str:
    """Return the figures as Markdown; what is refused by one or differs is told in full."""
    if not helm_binary.find():
        return "`helm` is not on the PATH: charts were not compared with it.\n"
    found = [one for folder in folders for one in renderings(folder)]
    counted = Counter(one.verdict for one in found)
    shown = [one for one in found if one.verdict not in ("refused by both", "refused by one")]
    lines = [
        f"{len({one.name.partition(' ')[0] for one in shown})} charts, {len(shown)} renderings, "
        f"medians of {RUNS} runs; "
        + ", ".join(f"{count} {verdict}" for verdict, count in sorted(counted.items())),
        "",
        "| milliseconds a chart | median | mean | most |",
        "|---|---|---|---|",
        _row("in process", [one.ours for one in shown]),
        _row("`helm template`", [one.theirs for one in shown]),
    ]
    told = [one for one in found if one.verdict in ("different", "refused by one")]
    lines += [f"\n{one.name}: {one.verdict}: {one.told[:1000]}" for one in told]
    return "\n".join(lines) + "\n"


def _row(name: str, seconds: Sequence[float]) -> str:
    figures = (statistics.median(seconds), statistics.mean(seconds), max(seconds))
    return f"| {name} | " + " | ".join(f"{1000 * one:.1f}" for one in figures) + " |"


if __name__ == "__main__":
    sys.stdout.write(section(folders()))
