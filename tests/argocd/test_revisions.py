"""What target revisions can come to mean."""

import pytest

from auditor.argocd.revisions import Pinned, is_chart_range, of_git


@pytest.mark.parametrize(
    ("revision", "pinned"),
    [
        ("", Pinned.BRANCH),
        ("HEAD", Pinned.BRANCH),
        ("main", Pinned.BRANCH),
        ("release/1.4", Pinned.BRANCH),
        ("refs/heads/v1", Pinned.BRANCH),
        ("refs/tags/main", Pinned.TAG),
        ("v1.4.2", Pinned.TAG),
        ("2024.11", Pinned.TAG),
        ("1.0.0-rc.1", Pinned.TAG),
        ("0123abcd", Pinned.COMMIT),
        ("v1.*", Pinned.RANGE),
        (">=1.0 <2.0", Pinned.RANGE),
        ("blue", Pinned.UNKNOWN),
    ],
)
def test_a_git_revision(revision: str, pinned: Pinned) -> None:
    assert of_git(revision) is pinned


def test_a_branch_that_was_read_is_one() -> None:
    assert of_git("blue", {"blue"}) is Pinned.BRANCH
    assert of_git("v1.4.2", {"v1.4.2"}) is Pinned.BRANCH


@pytest.mark.parametrize("version", ["*", "1", "1.2", "1.2.x", "^1.2.3", "~1", "1.0.0 - 2.0.0"])
def test_chart_versions_that_move(version: str) -> None:
    assert is_chart_range(version)


@pytest.mark.parametrize("version", ["1.2.3", "v1.2.3", "1.2.3-beta.1", "1.2.3+build.x1", ""])
def test_chart_versions_that_stand_still(version: str) -> None:
    assert not is_chart_range(version)
