"""The same files through `auditor check`, cold and warm, and through other tools, turn by turn."""

import os
import shutil
import statistics
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from benchmarks import applications
from benchmarks.measure import AUDITOR, RUNS, Figure, once

SIZES: Final = (1000, 5000)
LINT: Final = "argocd-lint"
FORM: Final = "kubeconform"
_PLACES: Final = {LINT: "ARGOCD_LINT", FORM: "KUBECONFORM"}
"""Variables that name the binaries; without them the PATH is searched."""
_SCHEMA: Final = "KUBECONFORM_SCHEMA"
"""Location of a strict schema of the Application; without it kubeconform checks nothing of one."""


def figures(scratch: Path) -> dict[str, Figure]:
    """Return medians by command and size."""
    found: dict[str, Figure] = {}
    for size in SIZES:
        folder = applications.write(scratch / str(size), size)
        for name, figure in _in_turns(_commands(folder, scratch / f"cache-{size}")).items():
            found[f"{name}, {size:,} Applications"] = figure
    return found


def repository(folder: Path, scratch: Path) -> dict[str, Figure]:
    """Return medians for a repository of the user's, cold and warm."""
    files = sum(1 for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts)
    found = _in_turns(_ours(folder, scratch / "cache"))
    return {f"{name}, {folder.name} ({files:,} files)": figure for name, figure in found.items()}


def ratios(found: Mapping[str, Figure]) -> list[str]:
    """Return how ours compare with argocd-lint, a line a size; nothing where it is not here."""
    lines = []
    for size in SIZES:
        end = f", {size:,} Applications"
        other = found.get(f"`{LINT}`{end}")
        if other is None:
            continue
        cold, warm = (found[f"`auditor check`{kind}{end}"] for kind in ("", ", warm"))
        lines.append(
            f"{size:,}: cold {cold.cpu / other.cpu:.2f} × its CPU seconds and "
            f"{cold.megabytes / other.megabytes:.2f} × its memory; "
            f"warm {warm.seconds / other.seconds:.2f} × its time"
        )
    return lines


def _in_turns(commands: Mapping[str, Sequence[str]]) -> dict[str, Figure]:
    """Run every command once to warm up, then all of them `RUNS` times, so that load is shared."""
    samples: dict[str, list[tuple[float, float, float]]] = {name: [] for name in commands}
    for turn in range(RUNS + 1):
        for name, command in commands.items():
            sample = once(command)
            samples[name] += [sample] if turn else []
    return {
        name: Figure(*(statistics.median(column) for column in zip(*found, strict=True)))
        for name, found in samples.items()
    }


def _ours(folder: Path, cache: Path) -> dict[str, Sequence[str]]:
    check = (*AUDITOR, "check", str(folder))
    return {"`auditor check`": check, "`auditor check`, warm": (*check, "--cache", str(cache))}


def _commands(folder: Path, cache: Path) -> dict[str, Sequence[str]]:
    commands = _ours(folder, cache)
    for name, arguments in _others(folder).items():
        if binary := os.environ.get(_PLACES[name]) or shutil.which(name):
            commands[f"`{name}`"] = (binary, *arguments)
        else:
            sys.stderr.write(f"{name} is not on the PATH, nor named by {_PLACES[name]}\n")
    return commands


def _others(folder: Path) -> dict[str, Sequence[str]]:
    found: dict[str, Sequence[str]] = {LINT: (str(folder / "apps"),)}
    if schema := os.environ.get(_SCHEMA):
        found[FORM] = ("-strict", "-summary", "-schema-location", schema, str(folder / "apps"))
    return found
