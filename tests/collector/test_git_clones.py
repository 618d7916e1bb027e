"""Clones, and what a repository must not be able to make Git do."""

from pathlib import Path
from typing import Any

import pytest

from auditor.collector.git import GitOptions, RepositorySpec, collect, read
from auditor.kube.kinds import is_namespaced
from auditor.snapshot.section import Missing
from tests.collector.git_support import (
    application,
    collected,
    commit,
    config_map,
    git,
    looked,
    repository,
)

GOOD = {"apps/good.yaml": application("good", "base"), "base/a.yaml": config_map("a")}


def found(path: Path, **options: Any) -> list[str]:
    items = collected(looked(path, is_rendering=False, **options)["git.manifests"]).items
    return [f"{item.raw['kind']}/{item.ref.name}" for item in items]


def test_clone_of_an_address_reads_branches_and_tags(tmp_path: Path) -> None:
    path = repository(tmp_path / "r", GOOD)
    git(path, "tag", "v1")
    commit(path, {"apps/later.yaml": application("later", "base")})
    for options in (GitOptions(), GitOptions(clones=tmp_path / "kept")):
        for revision, count in (("v1", 1), ("main", 2), ("", 2)):
            spec = RepositorySpec(url=path.as_uri(), revision=revision)
            with read([spec], options) as reading:
                look = collected(reading.sections["git.manifests"])
            assert len(look.items) == count


def test_kept_clone_is_brought_up_to_date(tmp_path: Path) -> None:
    path = repository(tmp_path / "r", GOOD)
    spec = RepositorySpec(url=path.as_uri())
    for count in (1, 2):
        with read([spec], GitOptions(clones=tmp_path / "kept")) as reading:
            assert len(collected(reading.sections["git.manifests"]).items) == count
        commit(path, {"apps/later.yaml": application("later", "base")})


@pytest.mark.parametrize("url", ["ext::sh -c x", "ftp://git.example.com/x", "--upload-pack=x"])
def test_other_protocols_are_refused(url: str) -> None:
    looks = collect([RepositorySpec(url=url)], [], is_namespaced, GitOptions())
    assert isinstance(look := looks["git.manifests"], Missing)
    assert look.why.code == "clone_failed"


def test_failed_clone_names_no_password(tmp_path: Path) -> None:
    url = f"file://user:secret@/{tmp_path}/nothing.git"
    looks = collect([RepositorySpec(url=url)], [], is_namespaced, GitOptions())
    assert isinstance(look := looks["git.manifests"], Missing)
    assert look.why.code == "clone_failed"
    assert "secret" not in look.why.key


def test_hooks_and_settings_of_a_repository_do_not_run(tmp_path: Path) -> None:
    path = repository(tmp_path / "r", GOOD)
    mark = tmp_path / "ran"
    hook = path / ".git" / "hooks" / "post-index-change"
    hook.write_text(f"#!/bin/sh\ntouch {mark}\n")
    hook.chmod(0o755)
    git(path, "config", "core.fsmonitor", f"touch {mark}")
    assert found(path, worktree=True) == ["Application/good"]
    assert found(path) == ["Application/good"]
    assert not mark.exists()


def test_callers_git_variables_do_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = repository(tmp_path / "r", GOOD)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    assert found(path) == ["Application/good"]
