"""Whether a folder is as it was: nothing that counts escapes, and no link is followed."""

import os
import time
from pathlib import Path
from typing import Final

import pytest

from auditor.collector import footprint

LATER: Final = 10_000_000_000
"""Nanoseconds after which times tell."""


def looks(folder: Path) -> bytes | None:
    return footprint.looks(folder, time.time_ns() + LATER)


def contents(folder: Path) -> bytes:
    return footprint.contents(folder, footprint.names(folder))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "f" / "deep").mkdir(parents=True)
    (tmp_path / "f" / "deep" / "a.yaml").write_text("a: b\n")
    (tmp_path / "f" / "b.yaml").write_text("c: d\n")
    (tmp_path / "outside").write_text("one\n")
    return tmp_path / "f"


def test_what_did_not_change_looks_and_holds_the_same(folder: Path) -> None:
    assert looks(folder) == looks(folder) != None  # noqa: E711 - both, and something
    assert contents(folder) == contents(folder)


def test_a_file_that_is_new_says_nothing_by_its_looks(folder: Path) -> None:
    assert footprint.looks(folder, time.time_ns()) is None


def test_a_change_of_the_same_size_and_time_shows(folder: Path) -> None:
    before = looks(folder), contents(folder)
    file = folder / "b.yaml"
    facts = file.stat()
    file.write_text("c: e\n")
    os.utime(file, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    after = looks(folder), contents(folder)
    assert before[0] != after[0]
    assert before[1] != after[1]


def test_a_name_and_the_kind_of_a_file_count(folder: Path) -> None:
    before = contents(folder)
    (folder / "b.yaml").rename(folder / "c.yaml")
    renamed = contents(folder)
    (folder / "c.yaml").unlink()
    (folder / "c.yaml").symlink_to("deep/a.yaml")
    assert len({before, renamed, contents(folder)}) == 3


def test_links_are_told_by_their_text_and_never_followed(folder: Path) -> None:
    (folder / "link").symlink_to("../outside")
    (folder / "loop").symlink_to(".")
    before = contents(folder)
    (folder.parent / "outside").write_text("two\n")
    assert contents(folder) == before
    (folder / "link").unlink()
    (folder / "link").symlink_to("../elsewhere")
    assert contents(folder) != before


def test_the_state_of_git_counts_and_its_objects_do_not(folder: Path) -> None:
    (folder / ".git" / "refs" / "heads").mkdir(parents=True)
    (folder / ".git" / "objects").mkdir()
    (folder / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    before = looks(folder)
    (folder / ".git" / "objects" / "x").write_text("x")
    assert looks(folder) == before
    (folder / ".git" / "refs" / "heads" / "main").write_text("0" * 40)
    assert looks(folder) != before


def test_what_was_deleted_but_is_listed_is_left_out(folder: Path) -> None:
    names = footprint.names(folder)
    (folder / "b.yaml").unlink()
    assert footprint.contents(folder, names) == contents(folder)
