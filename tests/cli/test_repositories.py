"""`[URL=]PATH|URL[@REV]` as it is read, and what `check` makes of it."""

import json
from pathlib import Path

import pytest

from auditor.cli.repositories import repository
from auditor.collector.git_options import RepositorySpec
from tests.cli.command import auditor
from tests.cli.conftest import URL
from tests.collector.git_support import git

CLONE = "https://git.example.com/team/deploy.git"


@pytest.mark.parametrize(
    ("text", "url", "revision"),
    [
        (CLONE, CLONE, ""),
        (f"{CLONE}@v1.4", CLONE, "v1.4"),
        (f"{CLONE}@feature/login", CLONE, "feature/login"),
        ("https://user@host/deploy", "https://user@host/deploy", ""),
        ("https://user@host", "https://user@host", ""),
        ("https://user:word@host/deploy@main", "https://user:word@host/deploy", "main"),
        ("ssh://git@host:22/team/deploy@1.0", "ssh://git@host:22/team/deploy", "1.0"),
        ("git@host:team/deploy.git", "git@host:team/deploy.git", ""),
        ("git@host:team/deploy.git@main", "git@host:team/deploy.git", "main"),
        ("git@host:@main", "git@host:@main", ""),
        ("user@host", "user@host", ""),
        ("https://host/@scope", "https://host/@scope", ""),
        (f"{CLONE}@", f"{CLONE}@", ""),
    ],
)
def test_a_url_may_end_with_a_revision(text: str, url: str, revision: str) -> None:
    assert repository(text) == RepositorySpec(url=url, revision=revision)


def test_a_path_may_end_with_a_revision(tmp_path: Path) -> None:
    here, odd = tmp_path / "deploy", tmp_path / "deploy@odd"
    here.mkdir()
    odd.mkdir()
    for prefix, url in (("", ""), (f"{CLONE}=", CLONE), ("git@host:x=", "git@host:x")):
        for text, path, revision in (
            (f"{here}", here, ""),
            (f"{here}@v1", here, "v1"),
            (f"{odd}", odd, ""),
            (f"{odd}@v1", odd, "v1"),
        ):
            expected = RepositorySpec(url=url, path=path, revision=revision)
            assert repository(prefix + text) == expected


def test_its_own_revision_wins() -> None:
    assert repository(f"{CLONE}@v1", "main").revision == "v1"
    assert repository(CLONE, "main").revision == "main"


def test_what_lies_there_is_neither_a_clone_nor_a_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", "bare")
    assert RepositorySpec(path=tmp_path).has_files
    assert not RepositorySpec(path=tmp_path / "bare").has_files
    assert not RepositorySpec(path=tmp_path, revision="v1").has_files
    assert not RepositorySpec(url=CLONE).has_files


def _copied(clean: Path, folder: Path, *, is_repository: bool) -> Path:
    """Return a copy whose one Application has a name that is not committed."""
    git(clean.parent, "clone", "-q", str(clean), str(folder))
    file = folder / "apps" / "web.yaml"
    file.write_text(file.read_text("utf-8").replace('"web-dev"', '"web-stg"'), "utf-8")
    if not is_repository:
        (folder / ".git").rename(folder.parent / "away")
    return folder


def test_check_reads_the_files_as_they_lie(clean: Path, tmp_path: Path) -> None:
    given = f"{URL}={_copied(clean, tmp_path / 'copy', is_repository=True)}"
    command = ("check", "--format", "json", "--lang", "en", "--fail-at", "never", "--allow-gaps")
    lying = auditor(*command, given)
    committed = auditor(*command, given, "--revision", "main")
    pinned = auditor(*command, f"{given}@main")
    assert [done.status for done in (lying, committed, pinned)] == [0, 0, 0]
    assert "web-stg" in lying.out
    for done in (committed, pinned):
        assert "web-dev" in done.out
        assert "web-stg" not in done.out


def test_check_reads_a_folder_that_is_no_repository(clean: Path, tmp_path: Path) -> None:
    folder = _copied(clean, tmp_path / "copy", is_repository=False)
    done = auditor("check", f"{URL}={folder}", "--format", "json", "--lang", "en", "--allow-gaps")
    assert done.status == 0
    assert json.loads(done.out)
    assert "web-stg" in done.out


def test_files_and_commits_are_read_side_by_side(clean: Path, tmp_path: Path) -> None:
    lying = _copied(clean, tmp_path / "copy", is_repository=True)
    command = ("check", "--format", "json", "--fail-at", "never", "--allow-gaps")
    done = auditor(*command, f"{URL}={clean}@main", f"https://git.example.com/other={lying}")
    assert done.status == 0
    commits = {r["url"]: r["commit"] for r in json.loads(done.out)["inputs"]["repositories"]}
    assert commits["https://git.example.com/other"] == "worktree"
    assert len(commits[URL]) == 40
    assert "web-dev" in done.out
    assert "web-stg" in done.out


def test_files_of_a_commit_are_not_read_as_they_lie(clean: Path) -> None:
    done = auditor("inventory", f"{URL}={clean}@main", "--worktree")
    assert done.status == 2
    assert "--worktree" in done.sentence


@pytest.mark.parametrize("option", [("--format", "json"), ("--json",)])
@pytest.mark.parametrize("threshold", ["--fail-at", "--fail-on"])
def test_former_words_still_work(option: tuple[str, ...], threshold: str, clean: Path) -> None:
    done = auditor("check", f"{URL}={clean}", *option, threshold, "never", "--allow-gaps")
    assert done.status == 0
    assert json.loads(done.out)
    helped = auditor("check", "--help").out
    assert "--fail-at" in helped
    assert "--fail-on" not in helped
    assert "--json" not in helped
