"""Addresses of repositories."""

import pytest

from auditor.argocd import git_url


@pytest.mark.parametrize(
    "url",
    [
        "git@git.example.com:Team/Deploy.git",
        "https://git.example.com/team/deploy",
        "https://user:token@git.example.com/team/deploy.git",
        "ssh://git@git.example.com:2222/team/deploy.git",
        "https://git.example.com:8443/team/deploy/",
    ],
)
def test_a_repository_has_one_place(url: str) -> None:
    assert git_url.place(url) == "git.example.com/team/deploy"


@pytest.mark.parametrize("url", ["", "deploy", "../deploy", "/srv/git/deploy.git", "{{ .url }}"])
def test_a_path_is_no_place(url: str) -> None:
    assert not git_url.place(url)
