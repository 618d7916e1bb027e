"""`auditor check --cache`: an unchanged tree is told again, and nothing else is."""

import os
import re
import shutil
from pathlib import Path
from typing import Final

import pytest

from tests.cli.command import auditor, ended, start
from tests.collector.git_support import application, commit, repository

_RUN: Final = re.compile(r"\d{8}T\d{4}Z-[0-9a-f]{8}  \S+ \S+")
_LOUD: Final = {"PYTHONPROFILEIMPORTTIME": "1"}
"""Makes a process name every module it loads: whoever loads the engine works things out."""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    (folder / "apps").mkdir(parents=True)
    for name in ("a", "b"):
        (folder / "apps" / f"{name}.yaml").write_text(application(name, "charts/x"))
    return folder


def check(tree: Path, *options: str, **world: str) -> tuple[str, int, bool]:
    """Return what is printed but for the run's id and time, the status, and whether it was told.

    Run beside the tree, so that a configuration may appear.
    """
    given = ("check", str(tree), "--lang", "en", "--cache", str(tree.parent / "cache"), *options)
    done = auditor(*given, cwd=tree.parent, **_LOUD, **world)
    assert "Traceback" not in done.err
    (run,) = _RUN.findall(done.out)
    is_told = "auditor.engine.run" not in done.err
    return done.out.replace(run, "RUN"), done.status, is_told


def plain(tree: Path) -> tuple[str, int]:
    done = auditor("check", str(tree), "--lang", "en", cwd=tree.parent)
    return _RUN.sub("RUN", done.out), done.status


def test_the_second_run_prints_the_same_without_working_it_out(tree: Path) -> None:
    first, second, third = check(tree), check(tree), check(tree)
    assert [one[2] for one in (first, second, third)] == [False, True, True]
    assert first[:2] == second[:2] == third[:2] == plain(tree)


def test_a_told_run_has_an_id_and_a_time_of_its_own(tree: Path) -> None:
    given = ("check", str(tree), "--lang", "en", "--cache", str(tree.parent / "cache"))
    first = auditor(*given, cwd=tree.parent)
    while (second := auditor(*given, cwd=tree.parent)).out.split()[6:8] == first.out.split()[6:8]:
        assert second.status == first.status
    assert first.err == second.err
    assert _RUN.findall(first.out) != _RUN.findall(second.out)


def test_a_changed_file_is_noticed_whatever_its_size_and_time(tree: Path) -> None:
    check(tree)
    file = tree / "apps" / "a.yaml"
    before = file.stat()
    text = file.read_text()
    file.write_text(text.replace('"name": "a"', '"name": "z"'))
    assert file.read_text() != text
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_size == before.st_size
    printed, status, is_told = check(tree)
    assert not is_told
    assert (printed, status) == plain(tree)


def test_a_file_that_comes_goes_or_turns_into_a_link_is_noticed(tree: Path) -> None:
    check(tree)
    other = tree / "apps" / "c.yaml"
    other.write_text(application("c", "charts/x"))
    assert not check(tree)[2]
    other.unlink()
    assert check(tree)[2]
    (tree / "apps" / "b.yaml").unlink()
    (tree / "apps" / "b.yaml").symlink_to("a.yaml")
    printed, status, is_told = check(tree)
    assert not is_told
    assert (printed, status) == plain(tree)


def test_the_same_files_written_anew_are_known_by_what_they_hold(tree: Path) -> None:
    check(tree)
    again = tree.parent / "again"
    shutil.copytree(tree, again)
    shutil.rmtree(tree)
    again.rename(tree)
    assert check(tree)[2]


def test_a_configuration_that_appears_is_noticed(tree: Path) -> None:
    check(tree)
    (tree.parent / "auditor.toml").write_text("allow_gaps = true\n")
    _, status, is_told = check(tree)
    assert (status, is_told) == (0, False)


def test_other_options_are_another_question(tree: Path) -> None:
    check(tree)
    assert not check(tree, "--fail-at", "info")[2]
    assert not check(tree, "--rule", "PRUNE-001")[2]
    assert check(tree)[2]


def test_a_damaged_cache_is_as_good_as_none(tree: Path) -> None:
    expected = check(tree)[:2]
    entries = [path for path in (tree.parent / "cache").rglob("*") if path.is_file()]
    assert entries
    for number, path in enumerate(entries):
        data = path.read_bytes()
        path.write_bytes((data[: len(data) // 2], data[::-1], b"")[number % 3])
    assert check(tree) == (*expected, False)
    assert check(tree) == (*expected, True)


def test_two_runs_at_once_leave_each_other_alone(tree: Path) -> None:
    given = ("check", str(tree), "--lang", "en", "--cache", str(tree.parent / "cache"))
    both = [ended(one) for one in [start(*given, cwd=tree.parent) for _ in range(2)]]
    printed, status, is_told = check(tree)
    assert is_told
    assert {(_RUN.sub("RUN", one.out), one.status) for one in both} == {(printed, status)}


def test_a_repository_is_known_by_its_files_and_its_refs(tmp_path: Path) -> None:
    files = {"apps/a.yaml": application("a", "charts/x")}
    folder = repository(tmp_path / "repository", files)
    assert [check(folder)[2] for _ in range(2)] == [False, True]
    commit(folder, {"apps/d.yaml": application("d", "charts/x")})
    assert not check(folder)[2]
    assert check(folder)[2]


def test_nothing_secret_lies_in_the_cache(tree: Path) -> None:
    secret = "hunter2-swordfish"  # noqa: S105 - what must not be found
    url = f"https://robot:{secret}@git.example.com/x"
    (tree / "apps" / "a.yaml").write_text(application("a", "charts/x", repoURL=url))
    check(tree)
    for path in (tree.parent / "cache").rglob("*"):
        if path.is_file():
            assert path.stat().st_mode & 0o077 == 0
            assert secret.encode() not in path.read_bytes()
