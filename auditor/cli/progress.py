"""A progress bar on a terminal, silence in cron."""

import sys
from typing import Any

from auditor.collector.progress import Progress, Silent


class Bar:
    """Writes to stderr; stdout is for data."""

    def __init__(self) -> None:
        from rich.console import Console  # noqa: PLC0415 - `--help` does without
        from rich.progress import BarColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415
        from rich.progress import Progress as RichProgress  # noqa: PLC0415

        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        self._bar = RichProgress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task("…", total=None)
        self._bar.start()

    def step(self, code: str, **facts: Any) -> None:
        """Begin a new bar."""
        total = facts.get("total")
        self._bar.reset(self._task, description=code, total=total)

    def advance(self, count: int = 1) -> None:
        """Move on."""
        self._bar.advance(self._task, count)

    def close(self) -> None:
        """Leave the terminal as it was."""
        self._bar.stop()


def on_terminal() -> Progress:
    """Return a bar where somebody watches."""
    return Bar() if sys.stderr.isatty() else Silent()


def done(progress: Progress) -> None:
    """End `progress`."""
    if isinstance(progress, Bar):
        progress.close()
