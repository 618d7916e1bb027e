"""Help: there for every command, and quick because nothing heavy is imported for it."""

import subprocess
import sys
from typing import Final

import pytest

from auditor.cli import COMMANDS
from tests.cli.command import ROOT, auditor

HEAVY: Final = ("jinja2", "weasyprint", "pandas", "kubernetes", "rich", "yaml", "msgspec")


@pytest.mark.parametrize("command", [*COMMANDS, "rules list", "rules show", "rules new"])
def test_every_command_explains_itself(command: str) -> None:
    done = auditor(*command.split(), "--help")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("Usage:")
    assert f"{command.rsplit(maxsplit=1)[-1]} [OPTIONS]" in done.out


def test_the_first_help_names_every_command() -> None:
    done = auditor("--help")
    assert (done.status, done.err) == (0, "")
    for command, (_, sentence) in COMMANDS.items():
        assert command in done.out
        assert sentence in done.out
    assert auditor("-h").out == done.out


def test_the_version_is_told() -> None:
    done = auditor("--version")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("auditor, version ")


def test_the_first_help_imports_nothing_heavy() -> None:
    program = """
import sys
sys.argv = ["auditor", "--help"]
from auditor.cli import main
try:
    main()
except SystemExit as ended:
    assert ended.code == 0
print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    loaded = set(done.stderr.split())
    assert "click" in loaded, "the list is one of modules"
    assert not loaded & set(HEAVY)
