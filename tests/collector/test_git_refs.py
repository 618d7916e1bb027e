"""Names that mean two things."""

import subprocess
from pathlib import Path

from auditor.collector.git import read
from auditor.collector.git_options import GitOptions, RepositorySpec
from auditor.snapshot import Collected, sections


def test_a_name_that_is_branch_and_tag_is_told(tmp_path: Path) -> None:
    for command in (
        ["init", "--quiet", "--initial-branch", "main"],
        [
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@example.com",
            "commit",
            "-qm",
            "x",
            "--allow-empty",
        ],
        ["branch", "v1"],
        ["tag", "v1"],
        ["tag", "v2"],
    ):
        subprocess.run(["git", "-C", str(tmp_path), *command], check=True)
    with read([RepositorySpec(path=tmp_path)], GitOptions()) as reading:
        look = reading.sections[sections.GIT_REPOSITORIES.name]
    assert isinstance(look, Collected)
    assert look.items[0].raw["ambiguous"] == ["v1"]
