"""The command line as a user runs it: a process of its own, its status and both its streams."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
SAMPLE: Final = ROOT / "sample_snapshots" / "troubled"
_MOST: Final = 180
_UNSET: Final = ("KUBECONFIG", "KUBERNETES_SERVICE_HOST", "AUDITOR_DEBUG", "LANG", "LC_ALL")


@dataclass(frozen=True, slots=True)
class Done:
    """How a process ended."""

    status: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """Return the one line on stderr; fail where there is another number of lines."""
        (line,) = self.err.splitlines()
        assert line.startswith("auditor: "), line
        return line.removeprefix("auditor: ")


def start(
    *arguments: str | Path, cwd: Path | None = None, **environment: str
) -> subprocess.Popen[str]:
    """Start `auditor` where no kubeconfig and no configuration of this user is found."""
    inherited = {key: value for key, value in os.environ.items() if key not in _UNSET}
    home = str(cwd or ROOT)
    return subprocess.Popen(
        [sys.executable, "-m", "auditor", *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=cwd or ROOT,
        env={**inherited, "HOME": home, **environment},
    )


def ended(process: subprocess.Popen[str]) -> Done:
    """Wait for `process`; one that does not end is killed, and the test fails."""
    try:
        out, err = process.communicate(timeout=_MOST)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    return Done(process.returncode, out, err)


def auditor(*arguments: str | Path, cwd: Path | None = None, **environment: str) -> Done:
    """Run `auditor` to its end."""
    return ended(start(*arguments, cwd=cwd, **environment))


def left_over(folder: Path) -> list[str]:
    """Return the temporary files and folders below `folder`."""
    return [str(p) for p in folder.rglob(".*") if p.name != ".git" and ".git" not in p.parts]
