"""`auditor inventory` as a user runs it."""

import json
from pathlib import Path

import pytest

from tests.cli.command import SAMPLE, auditor
from tests.collector.git_support import application, config_map, git, repository

FILES = {
    "root.yaml": application("root", "apps"),
    "apps/web.yaml": application("web-prod", "d"),
    "d/cm.yaml": config_map("x"),
    "tests/x.yaml": application("left-out", "d"),
}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = repository(tmp_path_factory.mktemp("inventory") / "r", FILES)
    git(path, "remote", "add", "origin", "https://git.example.com/team/deploy.git")
    return path


def test_it_prints_the_tree_of_the_checkout_it_stands_in(checkout: Path) -> None:
    done = auditor("inventory", cwd=checkout)
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert [line.split()[0] for line in lines[1:3]] == [
        "Application/argocd/root",
        "Application/argocd/web-prod",
    ]
    assert lines[2].startswith("  Application")
    assert lines[-1].split() == ["LEFT", "OUT", "https://git.example.com/team/deploy.git",
                                 "**/tests/**", "1"]  # fmt: skip


def test_all_reads_what_is_left_out(checkout: Path) -> None:
    done = auditor("inventory", checkout, "--all", "--format", "json")
    assert "Application/argocd/left-out" in {node["id"] for node in json.loads(done.out)["nodes"]}


@pytest.mark.parametrize("form", ["table", "json", "dot", "mermaid"])
def test_two_runs_give_the_same_bytes(form: str) -> None:
    runs = [
        auditor("inventory", "--snapshot", SAMPLE, "--format", form, PYTHONHASHSEED=seed)
        for seed in ("1", "77")
    ]
    assert runs[0].status == 0, runs[0].err
    assert runs[0].out == runs[1].out
    assert "app-of-apps" in runs[0].out


def test_a_repository_without_applications_is_no_success(tmp_path: Path) -> None:
    path = repository(tmp_path / "r", {"d/cm.yaml": config_map("x")})
    done = auditor("inventory", path)
    assert done.status == 3
    assert done.sentence
