"""A recorded cluster served on this machine, with refusals, slowness and failures on demand."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from auditor.collector.connection import Connection, connect

SHARED: Final = Path(__file__).resolve().parents[2].parent / "shared"
_TOOL: Final = SHARED / "tools" / "replay-api.py"


@contextmanager
def replayed(scenario: str, folder: Path, *options: str) -> Iterator[Connection]:
    """Serve `scenario`; `options` are those of the tool, such as `--deny`, `secrets`."""
    recording = SHARED / "scenarios" / scenario
    if not (_TOOL.is_file() and (recording / "index.json").is_file()):
        pytest.skip(f"no recording {scenario} or no tool to serve it beside the project")
    kubeconfig = folder / "kubeconfig.json"
    command = [sys.executable, str(_TOOL), str(recording), "--kubeconfig", str(kubeconfig)]
    with (
        (folder / "stderr").open("wb") as stderr,
        subprocess.Popen([*command, *options], stdout=subprocess.PIPE, stderr=stderr) as server,
    ):
        try:
            assert server.stdout is not None
            assert server.stdout.readline().startswith(b"serving ")
            yield connect(kubeconfig)
            # the tool says so whenever it is asked for more than the metadata of Secrets
            assert b"SECRET VALUES" not in (folder / "stderr").read_bytes()
        finally:
            server.terminate()
