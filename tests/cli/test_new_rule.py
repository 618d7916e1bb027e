"""`auditor rules new`: what it writes is a rule that passes the tests of rules."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import ROOT, auditor


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a copy of what the tests of rules need."""
    leave = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "auditor", tmp_path / "auditor", ignore=leave)
    shutil.copytree(ROOT / "tests" / "rules", tmp_path / "tests" / "rules", ignore=leave)
    return tmp_path


def test_a_new_rule_passes_the_tests_of_rules(checkout: Path) -> None:
    done = auditor("rules", "new", "PRUNE-099", "my_rule", "--root", checkout)
    assert (done.status, done.err) == (0, "")
    files = sorted(path.name for path in (checkout / "auditor/rules/prune").glob("my_rule.*"))
    assert files == ["my_rule.cases.yaml", "my_rule.en.md", "my_rule.ko.md", "my_rule.py"]
    assert len(done.out.splitlines()) == 4
    ran = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            *("tests/rules/test_cases.py", "-k", "PRUNE-099 or ids_are_unique"),
        ],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    # two cases, two languages, examples, sentences, and the ids of all
    assert "7 passed" in ran.stdout
    shown = auditor("rules", "show", "PRUNE-099", "--lang", "ko", cwd=checkout)
    assert "PRUNE-099" in shown.out
    again = auditor("rules", "new", "PRUNE-099", "other", "--root", checkout)
    same = auditor("rules", "new", "PRUNE-098", "my_rule", "--root", checkout)
    for refused in (again, same):
        assert refused.status == 2
        assert "taken" in refused.sentence
    assert not list(checkout.rglob("other.*"))


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("NONE-001", "x"),
        ("PRUNE-1", "x"),
        ("prune-099", "x"),
        ("PRUNE-009x", "x"),
        ("PRUNE-099", "../x"),
        ("PRUNE-099", "class"),
        ("PRUNE-099", "My"),
    ],
)
def test_a_name_that_cannot_be_one_is_refused(name: str, stem: str, tmp_path: Path) -> None:
    chapter = tmp_path / "auditor" / "rules" / "prune"
    chapter.mkdir(parents=True)
    (chapter / "__init__.py").touch()
    done = auditor("rules", "new", name, stem, "--root", tmp_path)
    assert done.status == 2
    assert "PRUNE" in done.sentence
    assert list(chapter.iterdir()) == [chapter / "__init__.py"]
